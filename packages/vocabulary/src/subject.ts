/** Kinds of things that an event is about and that lists, marks and counters are kept for. */
export const SUBJECT_KINDS = [
  'number',
  'sender',
  'trunk',
  'carrier',
  'line',
  'device',
  'cell',
  'account',
  'host',
  'handle',
  'template',
  'signature',
] as const;
export type SubjectKind = (typeof SUBJECT_KINDS)[number];

/**
 * One thing that takes part in an event. `role` says how (caller, callee, sender, recipient, trunk, link ...);
 * `value` is canonical: E.164 with `+` for numbers (short codes bare), lower-case ASCII for hosts.
 */
export interface Subject {
  readonly kind: SubjectKind;
  readonly role: string;
  readonly value: string;
}
