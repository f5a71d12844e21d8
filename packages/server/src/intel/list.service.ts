import { randomInt } from 'node:crypto';
import { setImmediate as breathe } from 'node:timers/promises';
import type { Pack } from '../platform/index.ts';
import { ListFile, type Lists } from './list.model.ts';
import { createListIndex } from './list-index.model.ts';

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
  return createListIndex({
    files: files.map(({ content }) => content),
    canonicalNumber: (value) => numbering.parse(value).canonical ?? value,
    seed: randomInt(2 ** 31),
    breathe: () => breathe(undefined),
  });
}
