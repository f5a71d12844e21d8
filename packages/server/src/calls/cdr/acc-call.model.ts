import type { CallFields } from './cdr-rule.model.ts';
import { textOf } from './cdr-rule.model.ts';

/** What Kamailio's acc says of one request, under whichever names: database columns, JSON keys, fields of the log. */
export interface AccRecord {
  readonly method: string;
  readonly callId: string;
  readonly code: string;
  readonly reason: string;
  readonly time: string;
  /** Both tags in an order of their own: a BYE of the callee has them the other way round. */
  readonly tags: string;
  readonly values: Readonly<Record<string, unknown>>;
}

const NAMES = {
  method: ['method'],
  callId: ['callid', 'call_id'],
  code: ['sip_code', 'code'],
  reason: ['sip_reason', 'reason'],
  time: ['time', 'timestamp', 'time_hires', 'acc_time'],
  from: ['from_tag'],
  to: ['to_tag'],
} as const;

/** Users of the caller's and the called URI by the names that configurations usually give them. */
export const ACC_PARTIES: Readonly<Record<'from' | 'to', readonly string[]>> = {
  from: ['src_user', 'from_user', 'caller', 'fU', 'fu', 'src'],
  to: ['dst_ouser', 'dst_user', 'to_user', 'callee', 'rU', 'oU', 'tU', 'ru', 'dst'],
};

function first(values: Readonly<Record<string, unknown>>, names: readonly string[]): string | undefined {
  for (const name of names) {
    const text = Object.hasOwn(values, name) ? textOf(values[name]) : undefined;
    if (text !== undefined && text !== '') return text;
  }
  return undefined;
}

/** The record of acc in these values; undefined when they are none. */
export function accRecord(values: Readonly<Record<string, unknown>>): AccRecord | undefined {
  const [method, callId, code] = [NAMES.method, NAMES.callId, NAMES.code].map((names) =>
    first(values, names),
  );
  if (method === undefined || callId === undefined || code === undefined) return undefined;
  const tags = [first(values, NAMES.from) ?? '', first(values, NAMES.to) ?? ''].sort().join(' ');
  return {
    method: method.toUpperCase(),
    callId,
    code,
    reason: first(values, NAMES.reason) ?? '',
    time: first(values, NAMES.time) ?? '',
    tags,
    values,
  };
}

/** Whether columns or keys are those of acc. */
export function looksLikeAcc(names: readonly string[]): boolean {
  const has = (known: readonly string[]): boolean => names.some((name) => known.includes(name.trim()));
  return has(NAMES.method) && has(NAMES.callId) && has(NAMES.code);
}

const LINE = /\bACC: [a-z ]{1,40}: (.*)$/;

/** The fields of a line that acc wrote to the log; undefined for other lines of the log. */
export function accLogValues(text: string): Record<string, string> | undefined {
  const fields = LINE.exec(text)?.[1];
  if (fields === undefined) return undefined;
  const values: Record<string, string> = Object.create(null);
  for (const part of fields.split(';')) {
    const at = part.indexOf('=');
    if (at > 0) values[part.slice(0, at).trim()] = part.slice(at + 1);
  }
  return values;
}

/** A call that was answered and has not ended yet. */
interface OpenCall {
  readonly at: string;
  readonly answeredAt: string;
}

/** What one record of acc makes known. */
export type AccNews =
  | { readonly kind: 'call' | 'attempt' | 'end'; readonly fields: CallFields }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unknown-call' };

const MAX_OPEN = 200_000;

/** Puts the answer and the end of calls together; what is open is remembered up to a number of calls. */
export class AccCalls {
  readonly #open = new Map<string, OpenCall>();

  take(record: AccRecord, fields: CallFields): AccNews {
    const { method, code, reason, callId, tags, time } = record;
    const key = `${callId} ${tags}`;
    const id = { ...fields, id: fields.id ?? key, attempt: fields.attempt ?? callId };
    if (method === 'INVITE') {
      const at = fields.at ?? time;
      if (code.startsWith('2')) {
        this.#remember(key, { at, answeredAt: time });
        return { kind: 'attempt', fields: { ...id, at } };
      }
      const cause = `${code} ${reason}`.trim();
      return { kind: 'call', fields: { ...id, at, endedAt: time, answered: 'false', cause } };
    }
    if (method !== 'BYE' || !code.startsWith('2')) return { kind: 'nothing' };
    const open = this.#open.get(key);
    if (open === undefined) return { kind: 'unknown-call' };
    this.#open.delete(key);
    return { kind: 'end', fields: { ...id, ...open, endedAt: time, answered: 'true' } };
  }

  #remember(key: string, call: OpenCall): void {
    this.#open.delete(key);
    this.#open.set(key, call);
    if (this.#open.size <= MAX_OPEN) return;
    const [oldest] = this.#open.keys();
    if (oldest !== undefined) this.#open.delete(oldest);
  }
}
