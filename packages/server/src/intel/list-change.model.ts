import type { ListChangeView, ListReject } from '@fanzha/contract';
import Type, { type Static } from 'typebox';

/** `list-policy.json` of a pack: when a change of a list needs a second person, and how much fits into one. */
export const ListPolicy = Type.Object(
  {
    bulkEntries: Type.Integer({ minimum: 0, description: 'more entries at once need a second person' }),
    mostEntries: Type.Integer({ minimum: 1, maximum: 200_000, description: 'most lines of one change' }),
    from: Type.String({ format: 'date' }),
    source: Type.String({ minLength: 1 }),
  },
  { additionalProperties: false },
);
export type ListPolicy = Static<typeof ListPolicy>;

export type ChangeState = ListChangeView['state'];
export type ChangeAct = ListChangeView['act'];

const TRANSITIONS: Readonly<Record<ChangeState, readonly ChangeState[]>> = {
  asked: ['in-force', 'refused', 'withdrawn'],
  'in-force': [],
  refused: [],
  withdrawn: [],
};

/** Whether a change may pass from one state to another. */
export function changeMayBecome(from: ChangeState, to: ChangeState): boolean {
  return TRANSITIONS[from].includes(to);
}

/** One usable line. */
interface ReadLine {
  readonly line: number;
  readonly value: string;
}

export interface ReadLines {
  readonly values: readonly ReadLine[];
  readonly rejects: readonly ListReject[];
  readonly repeated: number;
}

/** A value in canonical form, or why it cannot be used. */
export type ValueReader = (written: string) => { readonly value: string } | { readonly reason: string };

const SHOWN = 80;

/** Most lines that a text is cut into; one more tells that there were too many. */
export function cutLines(text: string, most: number): string[] | undefined {
  const lines = text.split(/\r\n|\n|\r/, most + 2);
  if (lines.at(-1) === '') lines.pop();
  return lines.length > most ? undefined : lines;
}

/**
 * Reads lines as they are pasted or come from a file: the value stands before the first comma, semicolon or tab, quotes
 * around it are dropped, empty lines and those that begin with `#` are passed over.
 */
export function readLines(lines: readonly string[], read: ValueReader): ReadLines {
  const seen = new Set<string>();
  const values: ReadLine[] = [];
  const rejects: ListReject[] = [];
  let repeated = 0;
  for (const [index, text] of lines.entries()) {
    const written = (text.replace(/^\ufeff/, '').split(/[,;\t]/, 1)[0] ?? '')
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .trim();
    if (written === '' || written.startsWith('#')) continue;
    const known = read(written);
    if ('reason' in known) {
      rejects.push({ line: index + 1, value: written.slice(0, SHOWN), reason: known.reason });
    } else if (seen.has(known.value)) repeated += 1;
    else {
      seen.add(known.value);
      values.push({ line: index + 1, value: known.value });
    }
  }
  return { values, rejects, repeated };
}
