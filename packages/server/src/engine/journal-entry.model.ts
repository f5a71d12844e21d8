import type { EventKindName, FanzhaEvent } from '@fanzha/contract';
import type { Verdict } from '@fanzha/vocabulary';
import type { EngineDecision, ShadowDecision } from './decision.model.ts';

/** A decided event as the journal holds it; the journal seals it, so nothing in it is masked. */
export interface JournalEntry {
  readonly event: FanzhaEvent;
  /** Facts that had their default value are left out. */
  readonly decision: EngineDecision;
  /**
   * No rule spoke and nothing was missing. Of such a decision only the counters are kept: what else was known is read
   * from the event again by whoever wants to see it (`Decider.read`), by the pack of that day.
   */
  readonly plain?: boolean;
  /** What it is counted under (`EventKind.mark`), as it was when it was decided. */
  readonly mark?: string;
}

/** Whether nobody has to look at a decision. */
export function isPlain({ reasons, degraded }: EngineDecision): boolean {
  return reasons.length === 0 && degraded.length === 0;
}

/** What an entry begins with: enough to count it without reading the rest. */
export interface EntryHead {
  readonly key: string;
  /** Time of the event, ms since the epoch. */
  readonly at: number;
  /** Given where no rule spoke and nothing was missing: nobody has to look at it. */
  readonly plain?: PlainMark;
  readonly mark?: EventMark;
}

/** What a room counts an event under. */
export interface EventMark {
  readonly simulated: boolean;
  /** `EventKind.mark`. */
  readonly text: string;
}

/** What figures count a plain event under; every part is from a small set. */
export interface PlainMark {
  /** Second in which it was decided, since the epoch. */
  readonly decidedSecond: number;
  /** Everything it is counted under, as one text; see `plainGroup`. */
  readonly group: string;
}

/** Events are counted by so many seconds of their own time. */
export const PLAIN_BUCKET_SECONDS = 30;

const LF = 10;
/** Ids hold no control characters. */
const TAB = '\t';

/** Identity of an event: ids are given by the sender and unique for their kind. */
export function eventKey({ kind, id }: Pick<FanzhaEvent, 'kind' | 'id'>): string {
  return `${kind} ${id}`;
}

/** The kind that an event's key begins with. */
export function kindOfKey(key: string): EventKindName {
  return key.slice(0, key.indexOf(' ')) as EventKindName;
}

/** Whether two events are the same in every field, in whatever order these came. */
export function sameEvent(one: FanzhaEvent, other: FanzhaEvent): boolean {
  return fieldsOf(one) === fieldsOf(other);
}

function fieldsOf(event: FanzhaEvent): string {
  return JSON.stringify(Object.entries(event).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * The bytes of an entry: head, event and decision, each on a line of its own, so that a reader parses what it needs.
 * `facts` is the JSON text of the decision's facts; of its counters alone where the decision is plain.
 */
export function encodeEntry(
  key: string,
  { event, decision, plain, mark: text = '' }: JournalEntry,
  facts: string,
): Buffer {
  const time = Date.parse(decision.at);
  const mark = plain ? plainText(decision, time) : '';
  const own = plain ? plainPart(decision) : fullPart(decision);
  const counted = text === '' ? '' : `${TAB}${decision.simulated ? 1 : 0}${text}`;
  return Buffer.from(
    `${key}${TAB}${time}${TAB}${mark}${counted}\n${JSON.stringify(event)}\n{"facts":${facts},${own.slice(1)}`,
  );
}

function fullPart({ kind, eventId, at, simulated, facts, ...own }: EngineDecision): string {
  return JSON.stringify(own);
}

function plainPart({
  verdict,
  score,
  decidedAt,
  policy,
  models,
  shadow,
  tookMicros,
}: EngineDecision): string {
  const part = { verdict, score, decidedAt, policy, models, shadow, tookMicros };
  return JSON.stringify(part);
}

function plainText(
  { kind, decidedAt, reading, simulated, policy, shadow }: EngineDecision,
  time: number,
): string {
  const bucket = Math.floor(time / 1000 / PLAIN_BUCKET_SECONDS) * PLAIN_BUCKET_SECONDS;
  const { channel = '', country = '' } = reading;
  const beside = shadow === undefined ? '' : shadowText(shadow);
  const group = `${bucket},${kind},${simulated ? 1 : 0},${country},${policy.version},${beside},${channel}`;
  return `${Math.floor(decidedAt / 1000)} ${group}`;
}

const BAR = '|';

/** Version in shadow; where it would not have been silent, its verdict and rules too. */
function shadowText({ version, verdict, rules }: ShadowDecision): string {
  return rules === undefined ? version : [version, verdict, ...rules].join(BAR);
}

/** Whether the shadow beside a plain event was not silent. */
export function differsInShadow({ group }: PlainMark): boolean {
  return group.includes(BAR);
}

function shadowOfText(text: string): ShadowDecision {
  const [version = '', verdict = 'allow', ...rules] = text.split(BAR);
  return { version, verdict: verdict as Verdict, ...(rules.length === 0 ? {} : { rules }) };
}

/** What a group text stands for. `at` is where the bucket begins, seconds since the epoch. */
export function plainGroup(group: string): {
  readonly at: number;
  readonly kind: EventKindName;
  readonly simulated: boolean;
  readonly country?: string;
  readonly channel?: string;
  /** Version of the policy that was silent. */
  readonly version: string;
  /** What a version in shadow said. */
  readonly shadow?: ShadowDecision;
} {
  const [at, kind, simulated, country, version = '', shadow, ...channel] = group.split(',');
  const joined = channel.join(',');
  return {
    at: Number(at),
    kind: kind as EventKindName,
    simulated: simulated === '1',
    version,
    ...(country ? { country } : {}),
    ...(shadow ? { shadow: shadowOfText(shadow) } : {}),
    ...(joined === '' ? {} : { channel: joined }),
  };
}

export function decodeHead(payload: Uint8Array): EntryHead {
  const bytes = bufferOf(payload);
  const [key = '', time, group = '', text = ''] = bytes.toString('utf8', 0, bytes.indexOf(LF)).split(TAB);
  const at = Number(time);
  const mark = text === '' ? undefined : { simulated: text.startsWith('1'), text: text.slice(1) };
  const space = group.indexOf(' ');
  const plain = { decidedSecond: Number(group.slice(0, space)), group: group.slice(space + 1) };
  return { key, at, ...(space < 0 ? {} : { plain }), ...(mark ? { mark } : {}) };
}

const NOTHING_SAID = { reasons: [], degraded: [], reading: { subjects: [] } };

/** Throws when the bytes are no entry. */
export function decodeEntry(payload: Uint8Array): JournalEntry {
  const event = decodeEvent(payload);
  const bytes = bufferOf(payload);
  const own = JSON.parse(bytes.toString('utf8', bytes.lastIndexOf(LF) + 1));
  const { kind, id: eventId, at } = event;
  const decision = { ...NOTHING_SAID, ...own, kind, eventId, at, simulated: event.simulated === true };
  const { plain, mark } = decodeHead(payload);
  return { event, decision, ...(plain ? { plain: true } : {}), ...(mark ? { mark: mark.text } : {}) };
}

/** The event alone. */
export function decodeEvent(payload: Uint8Array): FanzhaEvent {
  const bytes = bufferOf(payload);
  return JSON.parse(bytes.toString('utf8', bytes.indexOf(LF) + 1, bytes.lastIndexOf(LF)));
}

function bufferOf(payload: Uint8Array): Buffer {
  return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
}
