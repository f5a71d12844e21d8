import { createHash } from 'node:crypto';
import type { CdrField, CdrSetting, Ingress } from '@fanzha/contract';
import type { Localized } from '@fanzha/vocabulary';
import type { CallFields, TimeReader } from './cdr-rule.model.ts';
import { timeFormat } from './time-format.model.ts';

/** The events of a record, as the engine takes them; not checked yet. */
export interface CallEvents {
  readonly events: readonly Readonly<Record<string, unknown>>[];
  /** When the call began, ms since the epoch. */
  readonly at: number;
}

/** Why a record is no call: the field, and what is wrong with it. */
export interface RecordFault {
  readonly field: string;
  readonly reason: Localized;
}

/** What a record tells of: a whole call, or one half of it where another record tells the other. */
export type CallPart = 'call' | 'attempt' | 'end';

export interface CallRecordParts {
  readonly source: string;
  readonly setting: CdrSetting;
  /** Makes a reader of times; local ones are in that zone. */
  readonly timesIn: (zone: string) => TimeReader;
  /** IANA zone of times without one. */
  readonly zone: string;
}

const NO_TIME: Localized = {
  'zh-CN': '不是可识别的时间',
  en: 'is not a time: give RFC 3339, YYYY-MM-DD HH:MM:SS, seconds since 1970, or set its format',
};
const MISSING: Localized = { 'zh-CN': '缺少', en: 'is missing' };
const NO_DURATION: Localized = {
  'zh-CN': '不是时长（数字，或 时:分:秒）',
  en: 'is not a duration: a number, or hours:minutes:seconds',
};
const BACKWARDS: Localized = { 'zh-CN': '早于呼叫开始', en: 'is before the call began' };

const NUMBER = /^\d{1,12}(?:\.\d{1,9})?$/;
const CLOCK = /^(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:\.\d{1,9})?$/;
const UNITS = { s: 1, ms: 1e-3, us: 1e-6, min: 60 } as const;
const MAX_ID = 160;
/** What Asterisk says of a call that was answered. */
const ANSWERED = 'ANSWERED';
const YES: ReadonlySet<string> = new Set(['true', '1', 'yes', 'y', '是']);
const COPIED = [
  'trunk',
  'carrier',
  'originCountry',
  'networkFrom',
  'line',
  'device',
  'cell',
  'calledArea',
  'diversion',
] as const satisfies readonly CdrField[];

/** A value that stands for none in the record, found out while it is read. */
class Fault extends Error {
  readonly fault: RecordFault;
  constructor(field: string, reason: Localized) {
    super(field);
    this.fault = { field, reason };
  }
}

/**
 * Makes the events of records: the attempt, and the end where the record tells one. Their ids come from the record
 * alone, so that it is known again in whatever file it comes.
 */
export function createCallRecords(parts: CallRecordParts): {
  events(fields: CallFields, contents: () => string, part?: CallPart): CallEvents | RecordFault;
} {
  const { source, setting } = parts;
  const times = timeReaders(parts);
  const read: CallReader = {
    time: (fields, field) => timeOf(fields, field, times(field)),
    seconds: (fields, field) => secondsOf(fields, field, unitOf(setting, field)),
  };
  return {
    events(fields, contents, part = 'call') {
      try {
        const own = fields.id ?? fields.attempt;
        const id = own === undefined ? `${source}/~${hash(contents(), 32)}` : `${source}/${short(own)}`;
        return eventsOf(fields, { id, own, part }, setting, read);
      } catch (error) {
        if (error instanceof Fault) return error.fault;
        throw error;
      }
    },
  };
}

interface Identity {
  /** Of the events. */
  readonly id: string;
  /** What the record calls itself. */
  readonly own: string | undefined;
  readonly part: CallPart;
}

function eventsOf(
  fields: CallFields,
  { id, own, part }: Identity,
  { screened, ingress = 'interconnect' }: CdrSetting,
  read: CallReader,
): CallEvents {
  const at = read.time(fields, 'at');
  if (at === undefined) throw new Fault('at', MISSING);
  const attempt = screened ? (fields.attempt ?? own) : id;
  if (attempt === undefined) throw new Fault('id', MISSING);
  const told = part === 'attempt' ? undefined : endOf(fields, at, read);
  const marked = YES.has(fields.simulated?.toLowerCase() ?? '') ? { simulated: true } : {};
  const end = told && { kind: 'call.end', id, attempt, ...told, ...marked };
  const begun =
    part === 'end' || screened ? undefined : { ...attemptOf(fields, id, at.text, ingress), ...marked };
  return { at: at.ms, events: [begun, end].filter((event) => event !== undefined) };
}

/** A text of a fixed length that is the same for the same content only. */
export function hash(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}

function short(id: string): string {
  return id.length <= MAX_ID ? id : `~${hash(id, 32)}`;
}

interface Moment {
  readonly text: string;
  readonly ms: number;
}

interface CallReader {
  time(fields: CallFields, field: CdrField): Moment | undefined;
  seconds(fields: CallFields, field: CdrField): number | undefined;
}

function timeReaders({ setting, timesIn, zone }: CallRecordParts): (field: CdrField) => TimeReader {
  const usual = timesIn(zone);
  const own = new Map<string, TimeReader>();
  for (const [field, rule] of Object.entries(setting.fields ?? {})) {
    if (typeof rule === 'string' || (rule.format === undefined && rule.zone === undefined)) continue;
    const read = rule.zone === undefined ? usual : timesIn(rule.zone);
    const format = rule.format === undefined ? undefined : timeFormat(rule.format);
    own.set(field, format === undefined ? read : (text) => readFormatted(text, format, read));
  }
  return (field) => own.get(field) ?? usual;
}

function readFormatted(
  text: string,
  format: (text: string) => string | undefined,
  read: TimeReader,
): string | undefined {
  const usual = format(text);
  return usual === undefined ? undefined : read(usual);
}

function timeOf(fields: CallFields, field: CdrField, read: TimeReader): Moment | undefined {
  const given = fields[field];
  if (given === undefined) return undefined;
  const text = read(given);
  if (text === undefined) throw new Fault(field, NO_TIME);
  return { text, ms: Date.parse(text) };
}

function unitOf(setting: CdrSetting, field: CdrField): number {
  const rule = setting.fields?.[field];
  return UNITS[(typeof rule === 'object' ? rule.unit : undefined) ?? 's'];
}

function secondsOf(fields: CallFields, field: CdrField, unit: number): number | undefined {
  const text = fields[field];
  if (text === undefined) return undefined;
  if (NUMBER.test(text)) return rounded(Number(text) * unit);
  const clock = CLOCK.exec(text);
  if (clock === null) throw new Fault(field, NO_DURATION);
  const [, hours = '0', minutes = '0', seconds = '0'] = clock;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

const rounded = (seconds: number): number => Math.round(seconds * 1e6) / 1e6;

function attemptOf(
  fields: CallFields,
  id: string,
  at: string,
  usual: Ingress,
): Readonly<Record<string, unknown>> {
  if (fields.from === undefined) throw new Fault('from', MISSING);
  if (fields.to === undefined) throw new Fault('to', MISSING);
  const { from, to, roaming } = fields;
  const event: Record<string, unknown> = {
    kind: 'call.attempt',
    id,
    at,
    from,
    to,
    ingress: fields.ingress ?? usual,
  };
  for (const field of COPIED) if (fields[field] !== undefined) event[field] = fields[field];
  if (event.originCountry !== undefined) event.originCountry = String(event.originCountry).toUpperCase();
  if (roaming !== undefined) event.roaming = YES.has(roaming.toLowerCase());
  return event;
}

/** How the call went; undefined where the record says nothing of it. */
function endOf(fields: CallFields, at: Moment, read: CallReader): Record<string, unknown> | undefined {
  const told = ['answeredAt', 'endedAt', 'duration', 'talk', 'ring', 'answered', 'cause'] as const;
  if (told.every((field) => fields[field] === undefined)) return undefined;
  const [answeredAt, endedAt] = [read.time(fields, 'answeredAt'), read.time(fields, 'endedAt')];
  const duration = read.seconds(fields, 'duration') ?? between('endedAt', at, endedAt);
  const talked = read.seconds(fields, 'talk');
  const answered = isAnswered(fields, talked, answeredAt);
  const talk = answered ? (talked ?? between('endedAt', answeredAt, endedAt) ?? 0) : 0;
  const rang = answered ? between('answeredAt', at, answeredAt) : undefined;
  const ring =
    read.seconds(fields, 'ring') ??
    rang ??
    (duration === undefined ? 0 : Math.max(0, rounded(duration - talk)));
  const ms = endedAt?.ms ?? at.ms + Math.round((duration ?? ring + talk) * 1000);
  return {
    at: endedAt?.text ?? new Date(Math.min(ms, LAST_MS)).toISOString(),
    ringSeconds: ring,
    talkSeconds: talk,
    answered,
    ...(fields.cause === undefined ? {} : { cause: fields.cause.slice(0, 200) }),
  };
}

/** Beyond this no time can be written; the engine refuses it long before. */
const LAST_MS = 8.64e15;

function isAnswered(
  { answered, cause }: CallFields,
  talk: number | undefined,
  answeredAt: Moment | undefined,
): boolean {
  if (answered !== undefined) return YES.has(answered.toLowerCase());
  return answeredAt !== undefined || (talk ?? 0) > 0 || cause === ANSWERED;
}

function between(field: string, from: Moment | undefined, to: Moment | undefined): number | undefined {
  if (from === undefined || to === undefined) return undefined;
  if (to.ms < from.ms) throw new Fault(field, BACKWARDS);
  return rounded((to.ms - from.ms) / 1000);
}
