import type { SubjectView } from '@fanzha/contract';
import { SUBJECT_KINDS, type SubjectKind } from '@fanzha/vocabulary';

/** A subject as its page is asked for. */
export interface SubjectAsked {
  readonly kind: SubjectKind;
  readonly role: string;
  readonly value: string;
  readonly display: string;
}

/**
 * Where the page of a subject is. Numbers must not stay in addresses, so the subject travels in the history entry's
 * state: back and reload work, a copied address does not tell whom somebody looked at.
 */
export function subjectLink({ kind, role, value, display }: SubjectAsked | SubjectView) {
  return { to: '/subject', state: { subject: { kind, role, value, display } } } as const;
}

/** The subject that a history entry carries; undefined when it carries none. */
export function subjectOf(state: unknown): SubjectAsked | undefined {
  if (typeof state !== 'object' || state === null || !('subject' in state)) return undefined;
  const { subject } = state;
  if (typeof subject !== 'object' || subject === null) return undefined;
  const { kind, role, value, display }: Partial<Record<string, unknown>> = { ...subject };
  const known = SUBJECT_KINDS.find((each) => each === kind);
  if (known === undefined || typeof role !== 'string' || typeof value !== 'string' || value === '') {
    return undefined;
  }
  return { kind: known, role, value, display: typeof display === 'string' ? display : value };
}

/** Roles in which a subject of a kind may stand, the likeliest first. */
export function rolesOf(kind: SubjectKind): readonly string[] {
  if (kind === 'number' || kind === 'sender') return ['caller', 'callee', 'sender', 'recipient', 'diverting'];
  return kind === 'host' ? ['link'] : [kind];
}

/** The kind that a typed text most likely is. */
export function kindOf(text: string): SubjectKind {
  if (/^[+(（\d０-９]/.test(text)) return 'number';
  return /\.\p{L}{2,}/u.test(text) ? 'host' : 'sender';
}
