import type { Localized } from '@fanzha/vocabulary';

/** A line of a record file that could not be used: which field, and why, in every language. */
export interface Reject {
  readonly line: number;
  readonly field: string;
  readonly reason: Localized;
  /** The line as it came, cut to 1,000 characters. */
  readonly raw: string;
}

/** What `field` says when the whole line is wrong rather than one field of it. */
export const WHOLE_LINE = '(line)';

const SHOWN = 1000;

/** A refusal; `raw` is cut here. */
export function reject(line: number, field: string, zh: string, en: string, raw: string): Reject {
  return { line, field, reason: { 'zh-CN': zh, en }, raw: raw.slice(0, SHOWN) };
}
