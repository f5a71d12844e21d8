import type { CallSource } from './redirect.model.ts';

/** Octets of an IPv4 or IPv6 address; an IPv4 address inside IPv6 counts as itself. Undefined when it is none. */
export function addressBytes(text: string): Uint8Array | undefined {
  const plain = text.replace(/^::ffff:(?=\d+\.)/i, '');
  return plain.includes(':') ? ipv6Bytes(plain) : ipv4Bytes(plain);
}

function ipv4Bytes(text: string): Uint8Array | undefined {
  const parts = text.split('.').map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : 256));
  return parts.length === 4 && parts.every((part) => part < 256) ? Uint8Array.from(parts) : undefined;
}

function ipv6Bytes(text: string): Uint8Array | undefined {
  const [left = '', right, more] = text.split('%')[0]?.split('::') ?? [];
  const groups = (half: string | undefined) => (half === undefined || half === '' ? [] : half.split(':'));
  const [head, tail] = [groups(left), groups(right)];
  const gap = 8 - head.length - tail.length;
  if (more !== undefined || (right === undefined ? gap !== 0 : gap < 1)) return undefined;
  const all = [...head, ...Array.from({ length: gap }, () => '0'), ...tail];
  if (!all.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group))) return undefined;
  return Uint8Array.from(
    all.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]),
  );
}

interface Network {
  readonly bytes: Uint8Array;
  readonly bits: number;
  readonly source: CallSource;
}

/** Addresses that are looked up again and again; there are few SBCs. */
const MAX_KNOWN = 4096;

/**
 * Finds what an installation says of an address: the narrowest network that it is in. Throws an Error that names a
 * network that is none.
 */
export function sourceFinder(sources: readonly CallSource[]): (address: string) => CallSource | undefined {
  const networks = sources.map(networkOf).sort((a, b) => b.bits - a.bits);
  const known = new Map<string, CallSource | undefined>();
  return (address) => {
    if (known.has(address)) return known.get(address);
    const bytes = addressBytes(address);
    const found = bytes && networks.find((network) => isIn(bytes, network))?.source;
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(address, found);
    return found;
  };
}

function networkOf(source: CallSource): Network {
  const [address = '', width] = source.network.split('/');
  const bytes = addressBytes(address);
  const bits = width === undefined ? (bytes?.length ?? 0) * 8 : Number(width);
  if (bytes !== undefined && bits <= bytes.length * 8) return { bytes, bits, source };
  throw new Error(`FANZHA_CALL_SETTINGS: sources: ${source.network} is no address or network`);
}

function isIn(address: Uint8Array, { bytes, bits }: Network): boolean {
  if (address.length !== bytes.length) return false;
  return bytes.every((octet, index) => {
    const left = Math.min(8, Math.max(0, bits - 8 * index));
    const mask = (0xff << (8 - left)) & 0xff;
    return ((octet ^ (address[index] ?? 0)) & mask) === 0;
  });
}
