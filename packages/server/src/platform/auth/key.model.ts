import type { ApiKey } from '@fanzha/contract';

/** A key as it is sent: `fz_<id>_<secret>`; the prefix lets secret scanners find a leaked one. */
const KEY = /^fz_([a-z0-9]{16})_([A-Za-z0-9_-]{43})$/;

/** The parts of a presented key; undefined when it has not the form of one. */
export function readKey(text: string): { readonly id: string; readonly secret: string } | undefined {
  const [, id, secret] = KEY.exec(text) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

/** The text that is shown once. */
export function writeKey(id: string, secret: string): string {
  return `fz_${id}_${secret}`;
}

/** Revoked outweighs expired. Times in milliseconds. */
export function keyState(
  key: { readonly revokedAt: Date | null; readonly expiresAt: Date },
  now: number,
): ApiKey['state'] {
  if (key.revokedAt !== null) return 'revoked';
  return key.expiresAt.getTime() <= now ? 'expired' : 'active';
}
