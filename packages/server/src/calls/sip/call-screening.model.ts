import { createHash } from 'node:crypto';
import { CallAttempt, type CallScreened } from '@fanzha/contract';
import type { CallAnswer, SipHeader } from './call-answer.model.ts';

/** A call as a proxy tells it, made into what the engine takes. */
export interface ToldCall {
  /** A `call.attempt`, as far as it can be one; the engine names what is still wrong with it. */
  readonly attempt: unknown;
  /** The caller's side shows the card of a 608: `sip.608` among the request's Feature-Caps (RFC 8688 section 3.4). */
  readonly showsCards: boolean;
}

/** What callers write themselves, and the most of it that says anything: beyond it a number is no number anyway. */
const WRITTEN_BY_CALLERS = ['from', 'to', 'networkFrom', 'diversion'] as const;
const MAX_PRESENTED = 200;
const MAX_ID = 200;
const MAX_IDENTITIES = 8;
const MAX_IDENTITY = 16_384;
/** A script has only texts. */
const TRUTHS: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  [true, true],
  [1, true],
  ['1', true],
  ['true', true],
  [false, false],
  [0, false],
  ['0', false],
  ['false', false],
]);
const REQUIRED = new Set(['from', 'to']);
const KNOWN = new Set(Object.keys(CallAttempt.properties));

/**
 * Makes a `call.attempt` of what a proxy tells. What the proxy leaves open is filled in (`kind`, `at` by `now`, ms since
 * the epoch), empty texts count as left out, and what a caller writes is cut to the length that is taken: nobody escapes
 * screening by a header that is too long or odd.
 */
export function toldCall(told: unknown, now: number): ToldCall {
  if (typeof told !== 'object' || told === null || Array.isArray(told)) {
    return { attempt: told, showsCards: false };
  }
  const { featureCaps, ...fields } = told as Record<string, unknown>;
  const given = Object.entries(fields).map(([name, value]) => [name, fieldOf(name, value)] as const);
  const attempt = {
    kind: 'call.attempt',
    at: new Date(now).toISOString(),
    ...Object.fromEntries(given.filter(([, value]) => value !== undefined)),
  };
  const showsCards = typeof featureCaps === 'string' && /\bsip\.608\b/i.test(featureCaps);
  return { attempt, showsCards };
}

function fieldOf(name: string, value: unknown): unknown {
  if (WRITTEN_BY_CALLERS.some((each) => each === name)) {
    const text = typeof value === 'string' ? value.slice(0, MAX_PRESENTED) : value;
    return text === '' && !REQUIRED.has(name) ? undefined : text;
  }
  if (name === 'id') return plainId(value);
  if (name === 'identity') return identitiesOf(value);
  if (name === 'sipDate') return instantOf(value);
  if (name === 'roaming' || name === 'diversionRoaming')
    return value === '' ? undefined : (TRUTHS.get(value) ?? value);
  return value === '' && KNOWN.has(name) ? undefined : value;
}

/** Call-IDs are chosen by callers: one that is no plain text of fair length is known by its hash. */
function plainId(id: unknown): unknown {
  if (typeof id !== 'string' || (id.length <= MAX_ID && /^[\x20-\x7e]+$/.test(id))) return id || undefined;
  return `sha256:${createHash('sha256').update(id).digest('hex')}`;
}

function identitiesOf(value: unknown): unknown {
  const cut = (each: unknown) => (typeof each === 'string' ? each.slice(0, MAX_IDENTITY) : each);
  if (!Array.isArray(value)) return value === '' ? undefined : cut(value);
  const given = value.filter((each) => each !== '').slice(0, MAX_IDENTITIES);
  return given.length === 0 ? undefined : given.map(cut);
}

/** `Sat, 13 Nov 2010 23:29:00 GMT` (RFC 3261 section 20.17) or RFC 3339; a Date that is neither proves nothing. */
function instantOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 60) return undefined;
  const isKnown = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(value);
  if (!isKnown && !/^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/.test(value)) return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

/** An id for another call under the same Call-ID: the same call, told again, gets the same. */
export function idBeside(call: { readonly id: string }): string {
  const mark = createHash('sha256').update(JSON.stringify(call)).digest('hex').slice(0, 12);
  return `${call.id.slice(0, MAX_ID - mark.length - 1)}~${mark}`;
}

/** An answer as a routing script reads it. */
export function screenedView(event: string, answer: CallAnswer): CallScreened {
  const headers = answer.headers.filter(isOneLine);
  const headerLines = headers.map(({ name, value }) => `${name}: ${value}\r\n`).join('');
  return { event, ...answer, headers, headerLines };
}

/** Proxies put the lines into messages as they are: a value with a line end would be a header of its own. */
function isOneLine({ name, value }: SipHeader): boolean {
  return /^[\w-]+$/.test(name) && !/\p{Cc}/u.test(value);
}
