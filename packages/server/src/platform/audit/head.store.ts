import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import Type, { type Static } from 'typebox';
import { compileSchema } from '../schema/validator.ts';
import { canonicalJson } from './canonical.ts';

const Head = Type.Object(
  {
    size: Type.Integer({ minimum: 0 }),
    rootHash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    at: Type.String({ format: 'date-time' }),
    signature: Type.String({ pattern: '^[A-Za-z0-9_-]{86}$', description: 'Ed25519, RFC 8032' }),
  },
  { additionalProperties: false },
);
/** Size and root of the tree at one time, signed by this installation. */
export type SignedHead = Static<typeof Head>;
export type TreeHead = Omit<SignedHead, 'signature'>;

export type HeadLine =
  | { readonly kind: 'head'; readonly head: SignedHead; readonly genuine: boolean }
  | { readonly kind: 'unreadable' };

/** Signed tree heads outside the database: who can only write the database cannot take anything back. */
export interface HeadFile {
  /** Signs a head and appends it. Throws when heads exist whose key has been lost. */
  append(head: TreeHead): Promise<void>;
  lines(): AsyncIterable<HeadLine>;
  /** Whether this installation has ever signed a head. */
  hasSigned(): boolean;
}

const headValidator = compileSchema(Head);
const PEM = { type: 'pkcs8', format: 'pem' } as const;

function readHead(line: string): SignedHead | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return headValidator.check(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function signedBytes({ size, rootHash, at }: TreeHead): Buffer {
  return Buffer.from(canonicalJson({ size, rootHash, at }));
}

/** Reads the signing key, or makes it when this folder has never signed anything. */
function openPrivateKey(keyPath: string, headsPath: string): KeyObject {
  if (!existsSync(keyPath)) {
    if (existsSync(headsPath)) {
      throw new Error(
        `${headsPath} was signed with ${keyPath}, which is missing: restore it from the backup`,
      );
    }
    const pem = generateKeyPairSync('ed25519').privateKey.export(PEM);
    try {
      writeFileSync(keyPath, pem, { mode: 0o600, flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  return createPrivateKey(readFileSync(keyPath));
}

/**
 * Opens `<data>/audit/heads.jsonl`, signed with the Ed25519 key `<data>/secrets/audit-key.pem`; the public key lies
 * beside the heads so that they can be checked elsewhere.
 */
export function openHeadFile(dataFolder: string): HeadFile {
  const folder = join(dataFolder, 'audit');
  const headsPath = join(folder, 'heads.jsonl');
  const publicPath = join(folder, 'public-key.pem');
  const keyPath = join(dataFolder, 'secrets', 'audit-key.pem');

  const publicKey = (): KeyObject | undefined => {
    const path = [keyPath, publicPath].find((candidate) => existsSync(candidate));
    return path === undefined ? undefined : createPublicKey(readFileSync(path));
  };

  // A line that a power failure cut off must not swallow the next one.
  let separator = '\n';
  return {
    async append(head) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      mkdirSync(join(dataFolder, 'secrets'), { recursive: true, mode: 0o700 });
      const privateKey = openPrivateKey(keyPath, headsPath);
      if (!existsSync(publicPath)) {
        writeFileSync(publicPath, createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }));
      }
      const signature = sign(null, signedBytes(head), privateKey).toString('base64url');
      await appendFile(headsPath, `${separator}${JSON.stringify({ ...head, signature })}\n`, { flush: true });
      separator = '';
    },
    hasSigned: () => existsSync(keyPath),
    async *lines() {
      if (!existsSync(headsPath)) return;
      const key = publicKey();
      const input = createReadStream(headsPath);
      for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
        if (line === '') continue;
        const head = readHead(line);
        if (head === undefined) {
          yield { kind: 'unreadable' };
          continue;
        }
        const signature = Buffer.from(head.signature, 'base64url');
        const genuine = key !== undefined && verify(null, signedBytes(head), key, signature);
        yield { kind: 'head', head, genuine };
      }
    },
  };
}
