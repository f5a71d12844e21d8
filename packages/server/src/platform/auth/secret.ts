import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

/** 256 random bits in base64url, 43 characters. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** A password that nobody guesses: 120 random bits, 20 characters. */
export function newPassword(): string {
  return randomBytes(15).toString('base64url');
}

/** What the database keeps of a random token. It needs no salt and no slow hash: the token cannot be guessed. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** Compares two hashes or tokens without telling by the time how much of them agrees. */
export function sameSecret(a: Uint8Array | string, b: Uint8Array | string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** The anti-forgery token of a session: derived from the cookie, so that only who holds the cookie has it. */
export function csrfTokenOf(sessionToken: string): string {
  return createHmac('sha256', sessionToken).update('fanzha csrf').digest('base64url');
}

/** Argon2id with 19 MiB, 2 passes, 1 lane: OWASP Password Storage Cheat Sheet, first recommended setting. */
const ARGON2ID = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Hash of a password in PHC string format. */
export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFKC'), ARGON2ID);
}

let decoy: Promise<string> | undefined;

/** Checks a password; for an unknown user (no hash) it takes the same time and is false. */
export async function checkPassword(password: string, stored: string | undefined): Promise<boolean> {
  decoy ??= hashPassword(newToken());
  const right = await verify(stored ?? (await decoy), password.normalize('NFKC'));
  return right && stored !== undefined;
}
