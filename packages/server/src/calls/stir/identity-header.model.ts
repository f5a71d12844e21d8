import { IdentityRefused } from './identity-fault.model.ts';

/** Longest header value that is read, in characters; what is longer is refused without a look. */
export const MAX_HEADER = 16_384;

/** An Identity header, RFC 8224 §4. */
export interface IdentityHeader {
  /** The three parts of the token; the first two are empty in the compact form. */
  readonly header: string;
  readonly payload: string;
  readonly signature: string;
  readonly compact: boolean;
  /** URL of the signer's certificate. */
  readonly info: string;
  /** Extension that the header names; absent for the plain PASSporT. */
  readonly extension?: string;
}

const DIGEST = /^([\w-]*)\.([\w-]*)\.([\w-]+)$/;
const PARAMETER =
  /^[ \t]*([A-Za-z0-9.!%*_+`'~-]+)[ \t]*=[ \t]*(?:<([^<>"\s]{1,16384})>|"([^"\\]{0,2048})"|([A-Za-z0-9.!%*_+`'~-]{1,200}))[ \t]*$/;
const MAX_PARAMETERS = 16;

/** Where certificates may be offered; no ports: any. */
export interface CertificateUrls {
  readonly schemes: readonly string[];
  readonly ports: readonly number[];
}

/**
 * Reads the value of an Identity header, with or without `Identity:` in front. An extension names its algorithm, as
 * ATIS-1000074 writes it; a plain one may leave it open (RFC 8224 §4). Throws IdentityRefused (`header-too-long`,
 * `header-malformed`, `algorithm-refused`, `url-refused`).
 */
export function parseIdentityHeader(value: string, urls: CertificateUrls): IdentityHeader {
  if (value.length > MAX_HEADER) throw new IdentityRefused('header-too-long');
  const [digest = '', ...rest] = splitOutside(value.replace(/^Identity[ \t]*:/i, '').trim());
  const parts = DIGEST.exec(digest.trim());
  const parameters = readParameters(rest);
  const info = parameters.get('info');
  if (parts === null || info?.quote !== '<') throw new IdentityRefused('header-malformed');
  const [, header = '', payload = '', signature = ''] = parts;
  if ((header === '') !== (payload === '')) throw new IdentityRefused('header-malformed');
  const extension = parameters.get('ppt')?.text;
  const algorithm = parameters.get('alg')?.text ?? (extension === undefined ? 'ES256' : '');
  if (algorithm !== 'ES256') throw new IdentityRefused('algorithm-refused');
  checkUrl(info.text, urls);
  return {
    header,
    payload,
    signature,
    compact: header === '',
    info: info.text,
    ...(extension === undefined ? {} : { extension }),
  };
}

/** Parts between semicolons; those inside `<>` and quotes belong to the value. */
function splitOutside(value: string): string[] {
  return value.match(/(?:<[^<>]*>|"[^"]*"|[^;])+|(?<=;)(?=;|$)/g) ?? [];
}

interface Parameter {
  readonly text: string;
  readonly quote: '<' | '';
}

function readParameters(parts: readonly string[]): Map<string, Parameter> {
  const parameters = new Map<string, Parameter>();
  if (parts.length > MAX_PARAMETERS) throw new IdentityRefused('header-malformed');
  for (const part of parts) {
    const [found, name = '', url, quoted, token] = PARAMETER.exec(part) ?? [];
    const key = name.toLowerCase();
    if (found === undefined || parameters.has(key)) throw new IdentityRefused('header-malformed');
    parameters.set(key, { text: url ?? quoted ?? token ?? '', quote: url === undefined ? '' : '<' });
  }
  return parameters;
}

const MAX_URL = 2048;
const USUAL_PORTS: Readonly<Record<string, number>> = { https: 443, http: 80 };

/** A certificate's URL without user, query and fragment, where it may be. It is only compared, never fetched. */
function checkUrl(text: string, { schemes, ports }: CertificateUrls): void {
  const url = URL.parse(text);
  const scheme = url?.protocol.slice(0, -1) ?? '';
  const port = url?.port ? Number(url.port) : (USUAL_PORTS[scheme] ?? 0);
  const plain =
    url !== null &&
    text.length <= MAX_URL &&
    schemes.includes(scheme) &&
    (ports.length === 0 || ports.includes(port)) &&
    url.username === '' &&
    url.password === '' &&
    !/[?#]/.test(text);
  if (!plain) throw new IdentityRefused('url-refused');
}
