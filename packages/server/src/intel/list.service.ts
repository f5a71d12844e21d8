import type { Pack } from '../platform/index.ts';
import { createLists, ListFile, type Lists } from './list.model.ts';

/** The part of the number plan that lists need. */
export interface ListNumbering {
  parse(presented: string): { readonly canonical?: string };
}

/** Reads every list of the pack. Throws an Error that names file, field and reason when one is wrong. */
export function loadLists(pack: Pack, numbering: ListNumbering): Lists {
  const files = pack.list('lists').map((file) => ({ file, content: pack.read(`lists/${file}`, ListFile) }));
  const seen = new Set<string>();
  for (const { file, content } of files) {
    if (seen.has(content.id)) throw new Error(`policy pack lists/${file}: list ${content.id} is there twice`);
    seen.add(content.id);
  }
  return createLists(
    files.map(({ content }) => content),
    (value) => numbering.parse(value).canonical ?? value,
  );
}
