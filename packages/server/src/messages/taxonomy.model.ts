import Type, { type Static } from 'typebox';

const Text = Type.Object({ 'zh-CN': Type.String(), en: Type.String() });

/** What a label means for the rules: only `fraud` and `illegal` are ever held or blocked. */
export const GROUPS = ['fraud', 'illegal', 'advert', 'ordinary'] as const;
export type Group = (typeof GROUPS)[number];

/** One line of the mapping from labels of data sets; `*` stands for any characters, the first line that fits wins. */
const LabelLine = Type.Object(
  {
    label: Type.String({ minLength: 1, maxLength: 100 }),
    group: Type.Enum([...GROUPS]),
    fraudType: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);

/** A mapping file of `eval messages --mapping`. */
export const LabelMapping = Type.Object(
  { labels: Type.Array(LabelLine, { minItems: 1, maxItems: 1000 }) },
  { additionalProperties: false },
);
export type LabelMapping = Static<typeof LabelMapping>;

/** `packs/<id>/taxonomy.json`: official kinds of fraud with their lists and dates, and the default mapping. */
export const Taxonomy = Type.Object({
  version: Type.String(),
  date: Type.String({ format: 'date' }),
  types: Type.Array(Type.Object({ code: Type.String(), title: Text, list: Type.String() })),
  labels: Type.Array(LabelLine, { minItems: 1 }),
});
export type Taxonomy = Static<typeof Taxonomy>;

export interface LabelMeaning {
  readonly group: Group;
  readonly fraudType?: string;
}

function fits(pattern: string, label: string): boolean {
  const parts = pattern.split('*');
  const [first = '', ...rest] = parts;
  if (rest.length === 0) return pattern === label;
  const last = rest.at(-1) ?? '';
  return label.startsWith(first) && label.endsWith(last) && label.length >= first.length + last.length;
}

/** What a data set's label means. A label that no line fits counts as fraud, so that nothing is scored as harmless by oversight. */
export function meaningOf(label: string, mapping: LabelMapping): LabelMeaning {
  const line = mapping.labels.find((candidate) => fits(candidate.label, label));
  if (line === undefined) return { group: 'fraud' };
  return { group: line.group, ...(line.fraudType === undefined ? {} : { fraudType: line.fraudType }) };
}

export function isPositive({ group }: LabelMeaning): boolean {
  return group === 'fraud' || group === 'illegal';
}
