/** A name and address with its parameters: From, To, Contact, P-Asserted-Identity, Diversion (RFC 3261 §20.10). */
export interface SipAddress {
  readonly displayName: string;
  readonly uri: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** The top of a Via: where the answer goes (RFC 3261 §18.2.2, RFC 3581). */
export interface SipVia {
  readonly transport: string;
  readonly host: string;
  readonly port: number | undefined;
  readonly branch: string;
  /** Asks for the answer at the port that the request came from. */
  readonly wantsPort: boolean;
}

const NAMED = /^(?:"((?:[^"\\]|\\.)*)"[ \t]*|([^"<>;]*))<([^<>\s]{1,2048})>(.*)$/su;
const BARE = /^([A-Za-z][A-Za-z0-9+.-]{1,20}:[^<>\s;?]{1,2000})(.*)$/su;
const PARAMETER = /;[ \t]*([\w.!%*+`'~-]{1,64})[ \t]*(?:=[ \t]*("(?:[^"\\]|\\.)*"|[^;"\s]*))?[ \t]*/gy;
const VIA =
  /^SIP[ \t]*\/[ \t]*2\.0[ \t]*\/[ \t]*([A-Za-z0-9-]{1,16})[ \t]+(\[[0-9A-Fa-f:.]{2,45}\]|[0-9A-Za-z._-]{1,255})(?:[ \t]*:[ \t]*(\d{1,5}))?[ \t]*(.*)$/su;
const SCHEME = /^(sips?|tel):/i;

/** Reads one value; undefined when it is none. */
export function parseSipAddress(value: string): SipAddress | undefined {
  const [named, quoted, plain = '', uri = '', rest = ''] = NAMED.exec(value.trim()) ?? [];
  if (named !== undefined) {
    const displayName = quoted?.replace(/\\(.)/gs, '$1') ?? plain.trim();
    return addressOf(displayName, uri, rest);
  }
  const [, bare, parameters = ''] = BARE.exec(value.trim()) ?? [];
  return bare === undefined ? undefined : addressOf('', bare, parameters);
}

function addressOf(displayName: string, uri: string, rest: string): SipAddress | undefined {
  const parameters = parseParameters(rest);
  return parameters === undefined ? undefined : { displayName, uri, parameters };
}

function parseParameters(text: string): Map<string, string> | undefined {
  const parameters = new Map<string, string>();
  let end = 0;
  for (const match of text.trim().matchAll(PARAMETER)) {
    const [whole, name = '', value = ''] = match;
    parameters.set(name.toLowerCase(), value.replace(/^"|"$/g, ''));
    end = match.index + whole.length;
  }
  return end === text.trim().length ? parameters : undefined;
}

export function parseSipVia(value: string): SipVia | undefined {
  const [, transport = '', host, port, rest = ''] = VIA.exec(value.trim()) ?? [];
  const parameters = host === undefined ? undefined : parseParameters(rest);
  if (host === undefined || parameters === undefined) return undefined;
  return {
    transport: transport.toLowerCase(),
    host: host.toLowerCase(),
    port: port === undefined ? undefined : Number(port),
    branch: parameters.get('branch') ?? '',
    wantsPort: parameters.has('rport'),
  };
}

/**
 * The number, or user, of a `sip:`, `sips:` or `tel:` URI, without its parameters and with escapes read. Empty when the
 * URI names nobody.
 */
export function userOf(uri: string): string {
  const [scheme = ''] = SCHEME.exec(uri) ?? [];
  if (scheme === '') return '';
  const rest = uri.slice(scheme.length);
  const at = rest.indexOf('@');
  const isTel = scheme.toLowerCase() === 'tel:';
  if (!isTel && at === -1) return '';
  const [user = ''] = (isTel ? rest : rest.slice(0, at)).split(/[;:?]/, 1);
  try {
    return decodeURIComponent(user);
  } catch {
    return user;
  }
}

/** Display name as a quoted string (RFC 3261 §25.1); control characters cannot be written and go. */
export function quotedName(text: string): string {
  return `"${text.replace(/\p{Cc}+/gu, ' ').replace(/["\\]/g, '\\$&')}"`;
}
