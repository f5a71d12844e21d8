import type { Localized } from '@fanzha/vocabulary';

/** A fault in an expression: what is wrong, and the 1-based character (UTF-16 code unit) where. */
export class ExpressionError extends Error {
  readonly reason: Localized;
  readonly position: number;
  /** What was probably meant. */
  readonly meant?: string;
  constructor(reason: Localized, position: number, meant?: string) {
    super(reason.en);
    this.name = 'ExpressionError';
    this.reason = reason;
    this.position = position;
    if (meant !== undefined) this.meant = meant;
  }
}

/** The reason with the name that was probably meant, where there is one. */
export function withHint(zh: string, en: string, meant: string | undefined): Localized {
  if (meant === undefined) return { 'zh-CN': zh, en };
  return { 'zh-CN': `${zh}（是否想写 ${meant}？）`, en: `${en} (did you mean ${meant}?)` };
}
