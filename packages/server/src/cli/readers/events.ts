import type { Ingress, MessageChannel } from '@fanzha/contract';
import { ASTERISK_FIELDS, FREESWITCH_FIELDS } from '../../calls/index.ts';
import { createTimeReader, type FileRecord, type Reject, reject } from '../../platform/index.ts';
import { fieldOf } from './columns.ts';
import type { Screened } from './screened.ts';

/** What is used for fields that a file does not have. */
export interface EventDefaults {
  /** Name of the file: an event without an id is `name:line`. */
  readonly file: string;
  /** RFC 3339 time of events without one. */
  readonly at: string;
  /** IANA zone of times without one. */
  readonly zone: string;
  readonly ingress: Ingress;
  /** Ingress of calls by their trunk or dial-plan context. */
  readonly ingressOf: ReadonlyMap<string, Ingress>;
  readonly channel: MessageChannel;
}

/** An event as the engine's `parse` takes it; not yet checked. */
export interface EventInput {
  readonly line: number;
  readonly raw: string;
  readonly event: Readonly<Record<string, unknown>>;
}

export interface EventMapper {
  /** The event of a record, or why there is none. */
  map(record: FileRecord): EventInput | Reject;
  /** Names in the file that stand for no field, in the order in which they were met; at most 20. Fields of switches are left out. */
  readonly ignored: readonly string[];
}

const KINDS: Readonly<Record<Screened, string>> = { calls: 'call.attempt', messages: 'sms.submit' };
const UNKNOWN_PARTY = 'unknown';
const MAX_KNOWN_NAMES = 10_000;
const MAX_IGNORED = 20;
/** Fields that every call record of a switch has: no news when they are not used. */
const SWITCH_FIELDS: ReadonlySet<string> = new Set([...FREESWITCH_FIELDS, ...ASTERISK_FIELDS]);
const BOOLEANS = new Map([
  ['true', true],
  ['1', true],
  ['yes', true],
  ['y', true],
  ['是', true],
  ['false', false],
  ['0', false],
  ['no', false],
  ['n', false],
  ['否', false],
]);

/** Turns records of a file into events of one kind: names by alias, times by zone, defaults for what is missing. */
export function createEventMapper(kind: Screened, defaults: EventDefaults): EventMapper {
  const readTime = createTimeReader(defaults.zone);
  const names = new Map<string, readonly [string, number] | undefined>();
  const ignored: string[] = [];

  const known = (name: string): readonly [string, number] | undefined => {
    if (names.has(name)) return names.get(name);
    const found = fieldOf(kind, name);
    if (names.size < MAX_KNOWN_NAMES) names.set(name, found);
    const news = found === undefined && !SWITCH_FIELDS.has(name) && !ignored.includes(name);
    if (news && ignored.length < MAX_IGNORED) ignored.push(name.slice(0, 60));
    return found;
  };

  const map = (record: FileRecord): EventInput | Reject => {
    const fields = collect(record.values, known);
    const given = fields.at;
    if (typeof given === 'string' || typeof given === 'number') {
      const at = readTime(String(given));
      if (at === undefined) return badTime(record);
      fields.at = at;
    }
    const event = kind === 'calls' ? call(fields, defaults) : message(fields, defaults);
    event.kind ??= KINDS[kind];
    event.id ??= `${defaults.file.slice(-150)}:${record.line}`;
    event.at ??= defaults.at;
    return { line: record.line, raw: record.raw, event };
  };
  return { map, ignored };
}

type Known = (name: string) => readonly [string, number] | undefined;

/** Values by event field; where two columns stand for one field the better name wins. Empty text is no value. */
function collect(values: FileRecord['values'], known: Known): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  const ranks: Record<string, number> = {};
  for (const [name, value] of Object.entries(values)) {
    const found = known(name);
    if (found === undefined || value === null || value === undefined) continue;
    const [field, rank] = found;
    if (rank >= (ranks[field] ?? Number.POSITIVE_INFINITY)) continue;
    if (value === '' && !PARTIES.has(field)) continue;
    fields[field] = fieldValue(field, value);
    ranks[field] = rank;
  }
  return fields;
}

/** Fields in which empty text says something: the number was withheld, the message is empty. */
const PARTIES = new Set(['from', 'sender', 'to', 'text']);
const FLAGS = new Set(['roaming', 'simulated']);
/** Fields that JSON files often write as a number. */
const TEXTS = new Set([
  'id',
  'from',
  'to',
  'sender',
  'networkFrom',
  'diversion',
  'trunk',
  'line',
  'device',
  'cell',
  'calledArea',
  'account',
  'template',
]);

function fieldValue(field: string, value: unknown): unknown {
  if (FLAGS.has(field) && typeof value === 'string') return BOOLEANS.get(value.trim().toLowerCase()) ?? value;
  if (TEXTS.has(field) && Number.isSafeInteger(value)) return String(value);
  if (field === 'originCountry' && typeof value === 'string') return value.trim().toUpperCase();
  return value;
}

function call(fields: Record<string, unknown>, defaults: EventDefaults): Record<string, unknown> {
  const { context, ...event } = fields;
  event.ingress ??=
    mapped(defaults.ingressOf, event.trunk) ?? mapped(defaults.ingressOf, context) ?? defaults.ingress;
  return event;
}

function mapped(ingressOf: EventDefaults['ingressOf'], name: unknown): Ingress | undefined {
  return typeof name === 'string' ? ingressOf.get(name) : undefined;
}

function message(fields: Record<string, unknown>, defaults: EventDefaults): Record<string, unknown> {
  fields.sender ??= UNKNOWN_PARTY;
  fields.to ??= UNKNOWN_PARTY;
  fields.channel ??= defaults.channel;
  return fields;
}

function badTime(record: FileRecord): Reject {
  return reject(
    record.line,
    'at',
    '不是可识别的时间',
    'is not a time: give RFC 3339, YYYY-MM-DD HH:MM:SS or seconds since 1970',
    record.raw,
  );
}
