/** Most of a message that is read: longer ones are refused before anything is made of them. */
export const SIP_LIMITS = { headBytes: 32_768, bodyBytes: 65_536, lines: 256 } as const;

/** One header field: its long name in lower case, its value unfolded. */
export interface SipField {
  readonly name: string;
  readonly value: string;
}

/** A request as RFC 3261 §7 writes it. */
export interface SipRequest {
  readonly method: string;
  readonly uri: string;
  /** In the order they came; a name may come again. */
  readonly fields: readonly SipField[];
  readonly body: Buffer;
}

/** Bytes that are no SIP request, or one beyond the limits. */
export class SipFault extends Error {}

/** Compact forms (RFC 3261 §7.3.3, RFC 3265, RFC 3515, RFC 3841, RFC 3892, RFC 4028, RFC 8224). */
const COMPACT: Readonly<Record<string, string>> = {
  a: 'accept-contact',
  b: 'referred-by',
  c: 'content-type',
  d: 'request-disposition',
  e: 'content-encoding',
  f: 'from',
  i: 'call-id',
  j: 'reject-contact',
  k: 'supported',
  l: 'content-length',
  m: 'contact',
  o: 'event',
  r: 'refer-to',
  s: 'subject',
  t: 'to',
  u: 'allow-events',
  v: 'via',
  x: 'session-expires',
  y: 'identity',
};

const START = /^([A-Za-z0-9.!%*_+`'~-]{1,32}) ([^\s<>"\p{Cc}]{1,2048}) SIP\/2\.0$/iu;
const FIELD = /^([A-Za-z0-9.!%*_+`'~-]{1,64})[ \t]*:[ \t]*(.*)$/s;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const END_OF_HEAD = Buffer.from('\r\n\r\n');

/** Where the body begins, or -1 while the head is not whole. */
export const bodyStart = (bytes: Buffer): number => {
  const at = bytes.indexOf(END_OF_HEAD);
  return at === -1 ? -1 : at + END_OF_HEAD.length;
};

/**
 * Reads a whole request. What follows the body that its Content-Length tells is left aside (RFC 3261 §18.3). Throws
 * SipFault.
 */
export function parseSipRequest(bytes: Buffer): SipRequest {
  const from = bodyStart(bytes);
  if (from === -1 || from > SIP_LIMITS.headBytes) throw new SipFault('no end of the head');
  const { method, uri, fields } = parseSipHead(bytes.subarray(0, from));
  const rest = bytes.subarray(from);
  const length = contentLength(fields) ?? rest.length;
  if (length > rest.length) throw new SipFault('body shorter than its Content-Length');
  return { method, uri, fields, body: rest.subarray(0, length) };
}

/** Reads start line and header fields, up to the empty line. Throws SipFault. */
export function parseSipHead(head: Buffer): Omit<SipRequest, 'body'> {
  let text: string;
  try {
    text = UTF8.decode(head);
  } catch {
    throw new SipFault('not UTF-8');
  }
  const lines = text.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  const [first = '', ...rest] = lines;
  if (rest.length > SIP_LIMITS.lines) throw new SipFault('too many header fields');
  const [, method, uri] = START.exec(first) ?? [];
  if (method === undefined || uri === undefined) throw new SipFault('no request line');
  return { method, uri, fields: rest.filter((line) => line !== '').map(parseField) };
}

function parseField(line: string): SipField {
  const [, name = '', value = ''] = FIELD.exec(line) ?? [];
  if (name === '' || /[\0\r\n]/.test(value)) throw new SipFault('no header field');
  const lower = name.toLowerCase();
  return { name: COMPACT[lower] ?? lower, value: value.trimEnd() };
}

/** Octets of the body; undefined where it is not told. Throws SipFault when it is told wrongly or twice differently. */
export function contentLength(fields: readonly SipField[]): number | undefined {
  const [told, ...others] = fieldsOf({ fields }, 'content-length');
  if (told === undefined) return undefined;
  if (!/^\d{1,9}$/.test(told) || others.some((other) => other !== told))
    throw new SipFault('Content-Length is not one number');
  const length = Number(told);
  if (length > SIP_LIMITS.bodyBytes) throw new SipFault('body too large');
  return length;
}

type Fields = Pick<SipRequest, 'fields'>;

/** Values of a header, as they came. */
export const fieldsOf = ({ fields }: Fields, name: string): string[] =>
  fields.flatMap((field) => (field.name === name ? [field.value] : []));

export const fieldOf = ({ fields }: Fields, name: string): string | undefined =>
  fields.find((field) => field.name === name)?.value;

/** Values of a header that may stand in one line, with commas between (RFC 3261 §7.3.1). */
export const valuesOf = (message: Fields, name: string): string[] =>
  fieldsOf(message, name)
    .flatMap(splitValues)
    .filter((value) => value !== '');

/** Splits at commas that stand neither in quotes nor in angle brackets. */
function splitValues(line: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let inQuotes = false;
  let inBrackets = false;
  for (let at = 0; at < line.length; at++) {
    const character = line[at];
    if (inQuotes && character === '\\') at++;
    else if (character === '"' && !inBrackets) inQuotes = !inQuotes;
    else if (!inQuotes && character === '<') inBrackets = true;
    else if (!inQuotes && character === '>') inBrackets = false;
    else if (character === ',' && !inQuotes && !inBrackets) {
      parts.push(line.slice(start, at).trim());
      start = at + 1;
    }
  }
  return [...parts, line.slice(start).trim()];
}
