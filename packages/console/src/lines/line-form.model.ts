import type { LineContent } from '@fanzha/contract';

/** What the form of a line holds; empty texts are left out of what is registered. */
export interface LineForm {
  readonly id: string;
  readonly kind: string;
  readonly owner: string;
  readonly ownerCode?: string;
  readonly use: string;
  /** One number or range a line. */
  readonly numbers?: string;
  readonly routes?: readonly { readonly trunk?: string; readonly carrier?: string }[];
  readonly dedicated?: boolean;
  readonly abroad?: boolean;
  readonly hours?: readonly {
    readonly days: readonly number[];
    readonly from: string;
    readonly until: string;
  }[];
  readonly timeZone?: string;
  /** ISO 8601 days. */
  readonly validFrom: string;
  readonly validUntil?: string;
  readonly document: string;
  readonly note?: string;
  readonly reason: string;
}

const OPTIONAL = ['ownerCode', 'timeZone', 'validUntil', 'note'] as const;

/** Numbers and ranges of a text, one a line; empty lines count for nothing. */
export function numbersOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** What the form says, as it is registered. */
export function contentOf(form: LineForm): LineContent {
  const optional = OPTIONAL.flatMap((name): [string, string][] => {
    const value = form[name]?.trim() ?? '';
    return value === '' ? [] : [[name, value]];
  });
  return {
    kind: form.kind,
    owner: form.owner.trim(),
    use: form.use,
    numbers: numbersOf(form.numbers ?? ''),
    routes: (form.routes ?? []).map(({ trunk = '', carrier = '' }) => ({
      ...(trunk.trim() === '' ? {} : { trunk: trunk.trim() }),
      ...(carrier.trim() === '' ? {} : { carrier: carrier.trim() }),
    })),
    dedicated: form.dedicated === true,
    abroad: form.abroad === true,
    hours: (form.hours ?? []).map(({ days, from, until }) => ({
      days: [...days].sort((a, b) => a - b),
      from,
      until,
    })),
    validFrom: form.validFrom,
    document: form.document.trim(),
    ...Object.fromEntries(optional),
  };
}

/** A registered line, as the form shows it. */
export function formOf(id: string, content: LineContent): Partial<LineForm> {
  const { numbers, ...rest } = content;
  return { id, ...rest, numbers: numbers.join('\n') };
}

/** Fields in the order in which the form has them. */
const FIELDS: readonly (keyof LineContent)[] = [
  'owner',
  'ownerCode',
  'kind',
  'use',
  'numbers',
  'routes',
  'dedicated',
  'abroad',
  'hours',
  'timeZone',
  'validFrom',
  'validUntil',
  'document',
  'note',
];

/** What two states of a registration differ in, by field; `before` is absent where the line is new. */
export function differing(before: LineContent | undefined, after: LineContent): (keyof LineContent)[] {
  return FIELDS.filter((name) => JSON.stringify(before?.[name]) !== JSON.stringify(after[name]));
}

/** The field of the form that a complaint of the server about `content.routes.2.trunk` belongs to. */
export function formField(field: string): string {
  return field.replace(/^content[./]/, '').split(/[./[]/)[0] ?? field;
}
