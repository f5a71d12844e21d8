import { parse } from 'tldts';

/** A host name in one writing, with the name that its owner registered. */
export interface Host {
  /** Lower-case ASCII (IDN as punycode), without a trailing dot; an IP address as the URL standard writes it. */
  readonly name: string;
  /**
   * Registrable domain by the Public Suffix List with its private part: `a.github.io` for `x.a.github.io`. Absent for
   * IP addresses, public suffixes themselves and names under no known suffix.
   */
  readonly domain?: string;
  readonly ip: boolean;
  /** Whether the top-level domain exists in the Public Suffix List. */
  readonly known: boolean;
}

/** RFC 1035 section 2.3.4: 255 octets; a bound for what is handed to the URL parser. */
const MAX_HOST = 1024;

/** Brings a host name into its canonical form; undefined when it cannot be one. Pure, never throws. */
export function parseHost(presented: string): Host | undefined {
  if (presented.length > MAX_HOST) return undefined;
  const raw = presented
    .trim()
    .replaceAll(/[。．｡]/g, '.')
    .replace(/\.+$/, '');
  if (raw === '' || /[\s/\\?#@:<>%]/.test(raw.replace(/^\[[0-9a-f:.]+\]$/i, ''))) return undefined;
  const parsed = URL.parse(`http://${raw}/`);
  if (!parsed || parsed.hostname === '' || parsed.hostname.length > 253) return undefined;
  const name = parsed.hostname;
  const read = parse(name, { allowPrivateDomains: true });
  const known = read.isIcann === true || read.isPrivate === true;
  return {
    name,
    ...(read.domain === null || !known ? {} : { domain: read.domain }),
    ip: read.isIp === true,
    known,
  };
}
