import {
  EVENT_KINDS,
  type EventKindName,
  eventInvalid,
  type FanzhaEvent,
  type FieldError,
} from '@fanzha/contract';
import { closest, type Locale, type Localized } from '@fanzha/vocabulary';
import { AppError, type Clock, compileSchema, type SchemaValidator } from '../platform/index.ts';
import { type EventKind, instantOf } from './event.model.ts';

const MAX_AHEAD_MS = 10 * 60_000;
const EARLIEST_MS = Date.UTC(2000, 0, 1);

const REASONS = {
  notAnObject: { 'zh-CN': '应为 JSON 对象', en: 'must be a JSON object' },
  kindUnknown: {
    'zh-CN':
      '缺少事件类型，且无法由字段推断（call.attempt 需 from 与 ingress，call.end 需 attempt，sms.submit 需 text）',
    en: 'is required: the fields do not tell it (call.attempt has from and ingress, call.end attempt, sms.submit text)',
  },
  noSuchTime: { 'zh-CN': '不是存在的时间', en: 'is not a time that exists' },
  tooEarly: { 'zh-CN': '早于 2000 年', en: 'is before the year 2000' },
  tooLate: { 'zh-CN': '比现在晚 10 分钟以上', en: 'is more than 10 minutes in the future' },
  control: { 'zh-CN': '不能含控制字符', en: 'must not contain control characters' },
  halfPair: { 'zh-CN': '不能含不成对的代理项', en: 'must not contain half a surrogate pair' },
} as const satisfies Record<string, Localized>;

/** Validates events of the registered kinds. */
export interface EventParser {
  /** Throws `AppError(event-invalid)` that names every wrong field. */
  parse(input: unknown, locale: Locale): FanzhaEvent;
}

/** Makes a parser for a set of kinds; times are checked against the clock. */
export function createEventParser(kinds: readonly EventKind[], clock: Clock): EventParser {
  const validators = new Map<string, SchemaValidator<unknown>>(
    kinds.map((kind) => [kind.name, compileSchema(kind.schema)]),
  );
  return {
    parse: (input, locale) => {
      const fail = (fields: readonly FieldError[]): never => {
        throw new AppError(eventInvalid, { fields });
      };
      if (typeof input !== 'object' || input === null || Array.isArray(input)) {
        return fail([{ field: '', reason: REASONS.notAnObject[locale] }]);
      }
      const kind = Object.hasOwn(input, 'kind') ? (input as { kind?: unknown }).kind : inferKind(input);
      if (kind === undefined) return fail([{ field: 'kind', reason: REASONS.kindUnknown[locale] }]);
      const validator = typeof kind === 'string' ? validators.get(kind) : undefined;
      if (!validator)
        return fail([{ field: 'kind', reason: unknownKind(kind, [...validators.keys()], locale) }]);
      const event = { ...input, kind } as FanzhaEvent;
      if (!validator.check(event)) return fail(validator.faults(event, locale));
      const now = clock.now();
      if (isSound(event, now)) return Object.freeze(event);
      const faults = [...timeFaults(event.at, now, locale), ...idFaults(event, locale)];
      return faults.length > 0 ? fail(faults) : Object.freeze(event);
    },
  };
}

/** Whether `timeFaults` and `idFaults` would find nothing: nearly always, so it is asked without making anything. */
function isSound(event: FanzhaEvent, now: number): boolean {
  const time = instantOf(event.at);
  if (!(time >= EARLIEST_MS && time <= now + MAX_AHEAD_MS)) return false;
  return isPlain(event.id) && (event.kind !== 'call.end' || isPlain(event.attempt));
}

const isPlain = (id: string): boolean => /^[\x20-\x7e]*$/.test(id);

/** The kind that the fields tell, as the contract's `AnyEvent` says. */
function inferKind(input: object): EventKindName | undefined {
  if (Object.hasOwn(input, 'text')) return 'sms.submit';
  if (Object.hasOwn(input, 'attempt')) return 'call.end';
  if (Object.hasOwn(input, 'from') && Object.hasOwn(input, 'ingress')) return 'call.attempt';
  return undefined;
}

function unknownKind(kind: unknown, known: readonly string[], locale: Locale): string {
  const names = known.length > 0 ? known : EVENT_KINDS;
  const meant = typeof kind === 'string' ? closest(kind, names) : undefined;
  const list = names.join(', ');
  if (locale === 'zh-CN') return `只能是 ${list}${meant ? `（是否为 ${meant}？）` : ''}`;
  return `must be one of ${list}${meant ? ` (did you mean ${meant}?)` : ''}`;
}

function timeFaults(at: string, now: number, locale: Locale): FieldError[] {
  const time = Date.parse(at);
  const reason = Number.isNaN(time)
    ? REASONS.noSuchTime
    : time < EARLIEST_MS
      ? REASONS.tooEarly
      : time > now + MAX_AHEAD_MS
        ? REASONS.tooLate
        : undefined;
  return reason ? [{ field: 'at', reason: reason[locale] }] : [];
}

/** Ids are keys in stores that know no NUL and no lone surrogate; texts may hold both. */
function idFaults(event: FanzhaEvent, locale: Locale): FieldError[] {
  const ids: [string, string][] = [['id', event.id]];
  if (event.kind === 'call.end') ids.push(['attempt', event.attempt]);
  return ids.flatMap(([field, id]): FieldError[] => {
    if (!id.isWellFormed()) return [{ field, reason: REASONS.halfPair[locale] }];
    return /\p{Cc}/u.test(id) ? [{ field, reason: REASONS.control[locale] }] : [];
  });
}
