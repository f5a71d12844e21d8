import { invalidInput } from '@fanzha/contract';
import type { Locale } from '@fanzha/vocabulary';
import { AppError } from '../errors/app-error.ts';

const REASONS = { 'zh-CN': '不是上一页给出的游标', en: 'is not a cursor from the page before' } as const;

/** Makes the `next` of a page out of the sort values of its last row. */
export function encodeCursor(values: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** The answer to a cursor that we did not make. */
export function wrongCursor(locale: Locale): AppError {
  return new AppError(invalidInput, { fields: [{ field: 'cursor', reason: REASONS[locale] }] });
}

/** Reads a cursor back; throws `invalid-input` on the field `cursor` when its values are not of the given types. */
export function decodeCursor(
  cursor: string,
  types: readonly ('string' | 'number')[],
  locale: Locale,
): (string | number)[] {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const fits =
      Array.isArray(values) &&
      values.length === types.length &&
      values.every((value, index) => typeof value === types[index] && !String(value).includes('\u0000'));
    if (fits) return values as (string | number)[];
  } catch {
    // Not JSON: the same answer as for wrong values.
  }
  throw wrongCursor(locale);
}
