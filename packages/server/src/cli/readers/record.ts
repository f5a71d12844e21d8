import type { Localized } from '@fanzha/vocabulary';

/** Formats of record files; `csv` has a header that names the columns. */
export const FORMATS = ['jsonl', 'csv', 'freeswitch', 'asterisk'] as const;
export type Format = (typeof FORMATS)[number];

/** A line that could not be used: which field, and why, in every language. */
export interface Reject {
  readonly line: number;
  readonly field: string;
  readonly reason: Localized;
  /** The line as it came, cut to 1,000 characters. */
  readonly raw: string;
}

/** A line that was read: values by the names that the file gives its columns or keys. */
export interface FileRecord {
  readonly line: number;
  readonly raw: string;
  readonly values: Readonly<Record<string, unknown>>;
}

export type Read = FileRecord | Reject;

export function isReject(read: Read): read is Reject {
  return 'reason' in read;
}

/** What `field` says when the whole line is wrong rather than one field of it. */
export const WHOLE_LINE = '(line)';

const SHOWN = 1000;

/** A refusal; `raw` is cut here. */
export function reject(line: number, field: string, zh: string, en: string, raw: string): Reject {
  return { line, field, reason: { 'zh-CN': zh, en }, raw: raw.slice(0, SHOWN) };
}
