/**
 * Stable code of a reason, dotted kebab-case with the channel first: `call.domestic-from-abroad`.
 * Codes are never renamed or re-used: statements of reasons and statistics refer to them for years.
 */
export type ReasonCode = string;

const REASON_CODE = /^[a-z][a-z0-9]*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)+$/;

export function isReasonCode(text: string): text is ReasonCode {
  return text.length <= 80 && REASON_CODE.test(text);
}
