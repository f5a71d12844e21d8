import type { FanzhaEvent } from '@fanzha/contract';
import type { Subject, SubjectKind } from '@fanzha/vocabulary';
import type { EngineDecision } from './decision.model.ts';
import type { EventKind } from './event.model.ts';
import { withoutDefaults } from './fact-default.model.ts';
import { eventKey } from './journal-entry.model.ts';
import { maskFacts, maskField, maskNumber } from './privacy.model.ts';
import type { FactDeclaration } from './signal.model.ts';

/** Encryption and keyed tokens, as the platform's vault gives them. */
export interface Sealer {
  /** `place` is what the text belongs to: a seal opens nowhere else. */
  seal(text: string, place: string): Uint8Array;
  /** Throws when the key is gone or the seal was changed or moved. */
  open(sealed: Uint8Array, place: string): string;
  /** Keyed digest: equal for equal values, and of no use without the key. */
  token(kind: string, value: string): string;
}

export interface StoredSubject {
  readonly kind: SubjectKind;
  readonly role: string;
  /** Canonical; masked where it is a person who is not suspected. */
  readonly value: string;
  readonly masked: boolean;
}

export type StoredDecision = Omit<EngineDecision, 'reading'> & {
  readonly channel?: string;
  readonly country?: string;
};

/** An event with its decision, as they are journalled and kept: nothing personal in the clear. */
export interface DecisionRecord {
  /** The event; personal fields as they are shown before anybody opens them. */
  readonly event: Readonly<Record<string, unknown>>;
  /** The personal fields, sealed as one JSON object; base64. */
  readonly sealed?: string;
  readonly maskedFields: readonly string[];
  readonly subjects: readonly StoredSubject[];
  /** Keyed tokens of all subjects, for searching. */
  readonly keys: readonly string[];
  /** Facts that had their default value are left out. */
  readonly decision: StoredDecision;
}

const PERSONAL_ROLES: readonly string[] = ['callee', 'recipient'];

/** Kind of token of subjects. */
export const SUBJECT_TOKEN = 'subject';

/** Token that finds a subject without its value standing in an index. */
export function subjectKey(value: string, sealer: Sealer): string {
  return sealer.token(SUBJECT_TOKEN, value);
}

export interface RecordParts {
  readonly event: FanzhaEvent;
  readonly decision: EngineDecision;
  readonly kind: EventKind;
  readonly facts: Readonly<Record<string, FactDeclaration>>;
  /** How a number is written in the country; what is no canonical number comes back as it is. */
  displayNumber(canonical: string): string;
}

/** The record of a decided event, personal fields sealed. */
export function toRecord(parts: RecordParts, sealer: Sealer): DecisionRecord {
  const { event, kind } = parts;
  const fields = personalFields(event, kind);
  const names = Object.keys(fields);
  return {
    ...describe(parts, fields),
    keys: [...new Set(parts.decision.reading.subjects.map(({ value }) => subjectKey(value, sealer)))],
    ...(names.length === 0 ? {} : { sealed: seal(fields, eventKey(event), sealer) }),
  };
}

/** The same as it is shown, personal fields masked: nothing is sealed, and nothing finds it. */
export function toShownRecord(parts: RecordParts): DecisionRecord {
  return { ...describe(parts, personalFields(parts.event, parts.kind)), keys: [] };
}

/** The same with everything in the clear, for a what-if that is stored nowhere. */
export function toOpenRecord(parts: RecordParts): DecisionRecord {
  return { ...describe(parts, {}), keys: [] };
}

/** The personal fields of a record in the clear. Throws when the key is not there or the record was changed. */
export function openFields(record: DecisionRecord, sealer: Pick<Sealer, 'open'>): Record<string, unknown> {
  if (record.sealed === undefined) return {};
  const { kind, eventId } = record.decision;
  const sealed = Buffer.from(record.sealed, 'base64');
  return JSON.parse(sealer.open(sealed, eventKey({ kind, id: eventId })));
}

function seal(fields: Readonly<Record<string, unknown>>, place: string, sealer: Sealer): string {
  return Buffer.from(sealer.seal(JSON.stringify(fields), place)).toString('base64');
}

function personalFields(event: FanzhaEvent, kind: EventKind): Record<string, unknown> {
  const names: readonly string[] = kind.personal;
  return Object.fromEntries(Object.entries(event).filter(([name]) => names.includes(name)));
}

function describe(
  { event, decision, kind, facts, displayNumber }: RecordParts,
  personal: Readonly<Record<string, unknown>>,
): Omit<DecisionRecord, 'keys' | 'sealed'> {
  const names = Object.keys(personal);
  const { reading, ...rest } = decision;
  const hidden = names.length > 0;
  const subjects = hidden
    ? reading.subjects.map((subject) => storedSubject(subject, kind, displayNumber))
    : reading.subjects.map((subject) => ({ ...subject, masked: false }));
  const masks = hidden
    ? maskedValues(personal, reading.subjects, subjects, displayNumber)
    : new Map<string, string>();
  return {
    event: Object.fromEntries(
      Object.entries(event).map(([name, value]) => [
        name,
        names.includes(name) ? maskField(value, displayNumber) : value,
      ]),
    ),
    maskedFields: names,
    subjects,
    decision: {
      ...rest,
      ...(reading.channel === undefined ? {} : { channel: reading.channel }),
      ...(reading.country === undefined ? {} : { country: reading.country }),
      ...(rest.label ? { label: { ...rest.label, values: maskFacts(rest.label.values, masks) } } : {}),
      reasons: rest.reasons.map((reason) => ({ ...reason, values: maskFacts(reason.values, masks) })),
      facts: maskFacts(withoutDefaults(rest.facts, facts), masks),
    },
  };
}

/** A subject as it is stored and shown: masked where it is a person who is not suspected. */
export function storedSubject(
  { kind, role, value }: Subject,
  { personalRoles }: EventKind,
  displayNumber: (canonical: string) => string,
): StoredSubject {
  const personal = (personalRoles ?? PERSONAL_ROLES).includes(role);
  if (!personal) return { kind, role, value, masked: false };
  const written = displayNumber(value);
  const shown = maskNumber(written);
  return shown === written
    ? { kind, role, value, masked: false }
    : { kind, role, value: shown, masked: true };
}

function maskedValues(
  personal: Readonly<Record<string, unknown>>,
  subjects: readonly Subject[],
  stored: readonly StoredSubject[],
  displayNumber: (canonical: string) => string,
): Map<string, string> {
  const masks = new Map<string, string>();
  for (const value of Object.values(personal)) {
    if (typeof value === 'string' && value !== '') {
      const shown = maskField(value, displayNumber);
      masks.set(value, typeof shown === 'string' ? shown : '****');
    }
  }
  subjects.forEach(({ value }, index) => {
    const shown = stored[index];
    if (shown?.masked) masks.set(value, shown.value);
  });
  return masks;
}

/** A decision's id is its position in the journal, so that ids sort by time and a record is found without an index. */
export function decisionId(position: number): string {
  return position.toString(36);
}

/** The position that an id stands for, or undefined when it is no id. */
export function positionOf(id: string): number | undefined {
  if (!/^[0-9a-z]{1,11}$/.test(id)) return undefined;
  const position = Number.parseInt(id, 36);
  return Number.isSafeInteger(position) && decisionId(position) === id ? position : undefined;
}
