/** Formats of record files; `csv` has a header that names the columns. */
export const FORMATS = ['jsonl', 'csv', 'freeswitch', 'asterisk'] as const;
export type Format = (typeof FORMATS)[number];
