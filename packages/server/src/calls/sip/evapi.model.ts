import type { CallScreened, FieldError } from '@fanzha/contract';
import Type from 'typebox';

/** Longest message of a proxy: a call with eight identities of the longest kind and their certificates has room. */
export const MAX_MESSAGE_BYTES = 512 * 1024;
/** The proxy keeps an answer in a buffer of 32 kB, with its length and comma. */
const MAX_ANSWER_BYTES = 32_000;
/** Answers come in whole steps of so many bytes; see `padded`. */
const STEP = 60;

const closed = { additionalProperties: false };

/** Asks about a call that the proxy holds until an answer with the same `ref` comes. */
export const EvapiQuestion = Type.Object(
  {
    type: Type.Literal('screen'),
    ref: Type.String({ minLength: 1, maxLength: 100 }),
    call: Type.Unknown(),
  },
  closed,
);

/** Tells how a call ended. */
export const EvapiEnd = Type.Object({ type: Type.Literal('end'), call: Type.Unknown() }, closed);

/** What a proxy hears about a call; with `errors` it told the call wrongly, and nobody decided. */
export type EvapiAnswer = CallScreened & {
  readonly ref: string;
  readonly errors?: readonly FieldError[];
};

/** A message as JSON value. Throws an Error that says what it is instead. */
export function readMessage(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Error('is not UTF-8');
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('is not JSON');
  }
}

/** The `ref` of a message that is wrong otherwise: the call that hangs on it need not wait for its time limit. */
export function refOf(message: unknown): string | undefined {
  if (typeof message !== 'object' || message === null || !('ref' in message)) return undefined;
  const { ref } = message;
  return typeof ref === 'string' && ref.length > 0 && ref.length <= 100 ? ref : undefined;
}

/** An answer as netstring. One that the proxy could not hold goes without its headers. */
export function encodeAnswer(answer: EvapiAnswer): Buffer {
  const text = JSON.stringify(answer);
  if (Buffer.byteLength(text) <= MAX_ANSWER_BYTES) return padded(text);
  const { errors: _, ...bare } = answer;
  return padded(JSON.stringify({ ...bare, headers: [], headerLines: '' }));
}

/**
 * Fills a message up with spaces to whole steps. Kamailio (5.6) reads into a buffer of 32,767 bytes and loses all of it
 * when that ends within the length of a message or just before its comma: with steps of 60 it ends 7 bytes into one.
 */
function padded(text: string): Buffer {
  const bytes = Buffer.byteLength(text);
  for (let length = bytes; ; length += 1) {
    if ((String(length).length + length + 2) % STEP === 0) {
      return Buffer.from(`${length}:${text}${' '.repeat(length - bytes)},`);
    }
  }
}

/** Host and port of `10.0.0.5:8448`, `proxy.example:8448` or `[2001:db8::5]:8448`. */
export function proxyAddress(text: string): { readonly host: string; readonly port: number } {
  const colon = text.lastIndexOf(':');
  return { host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(text.slice(colon + 1)) };
}
