import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import Type, { type Static } from 'typebox';
import { compileSchema } from '../schema/validator.ts';

const KEY_BYTES = 32;
/** NIST SP 800-38D, section 8.2.2: a random 96-bit nonce, good for 2^32 values under one key; then rotate. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Random bytes are drawn for so many seals at once: one call of the system instead of many. */
const NONCES_DRAWN = 256;
const FORMAT = 1;
/** Format, key id, nonce, then ciphertext and tag. */
const HEADER_BYTES = 1 + 4;
const TOKEN_BYTES = 16;

const Key = Type.String({ pattern: '^[0-9a-f]{64}$' });
const Keyring = Type.Object(
  {
    current: Type.Integer({ minimum: 1, maximum: 0xffffffff }),
    keys: Type.Record(Type.String({ pattern: '^[1-9][0-9]{0,9}$' }), Key),
    /** Of tokens; not rotated, because tokens must stay comparable for as long as the data is kept. */
    token: Key,
  },
  { additionalProperties: false },
);
type Keyring = Static<typeof Keyring>;

/** A sealed value that cannot be opened: altered, cut, in another place than it was sealed for, or its key is gone. */
export class SealBroken extends Error {
  constructor(reason: string) {
    super(`a sealed value cannot be opened: ${reason}`);
    this.name = 'SealBroken';
  }
}

/** Keeps personal fields unreadable at rest, and comparable without being readable. */
export interface Vault {
  /**
   * Encrypts and authenticates a text (AES-256-GCM). `place` says what it belongs to, e.g. `decision:<id>:text`; the
   * seal opens only with the same place, so that a value cannot be moved to another record.
   */
  seal(text: string, place: string): Buffer;
  /** The text of a seal. Throws SealBroken. */
  open(sealed: Uint8Array, place: string): string;
  /** The same for bytes. */
  sealBytes(bytes: Uint8Array, place: string): Buffer;
  /** The bytes of a seal. Throws SealBroken. */
  openBytes(sealed: Uint8Array, place: string): Buffer;
  /** A keyed fingerprint (HMAC-SHA-256, 128 bits, base64url) of a value: equal for equal values of a kind. */
  token(kind: string, value: string): string;
  /** Makes a new key for what is sealed from now on; older keys stay for opening. */
  rotate(): void;
}

function newKey(): string {
  return randomBytes(KEY_BYTES).toString('hex');
}

/** Written beside and renamed: a crash leaves the old keyring or the new one, never half of one. */
function save(path: string, keyring: Keyring): void {
  const temporary = `${path}.new`;
  writeFileSync(temporary, `${JSON.stringify(keyring, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(temporary, path);
  const folder = openSync(dirname(path), 'r');
  fsyncSync(folder);
  closeSync(folder);
}

function load(path: string): Keyring {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new Error(
      `${path} cannot be read: without it personal data cannot be opened; restore it from the backup`,
    );
  }
  if (compileSchema(Keyring).check(value) && value.keys[value.current] !== undefined) return value;
  throw new Error(`${path} is not a keyring: restore it from the backup`);
}

/** Gives random nonces, each once. */
function nonces(): () => Buffer {
  let drawn = Buffer.alloc(0);
  let used = 0;
  return () => {
    if (used === drawn.length) {
      drawn = randomBytes(NONCE_BYTES * NONCES_DRAWN);
      used = 0;
    }
    used += NONCE_BYTES;
    return drawn.subarray(used - NONCE_BYTES, used);
  };
}

/** Opens the keyring in `<data>/secrets/keyring.json`, making one on first use. Back it up apart from the database. */
export function openVault(data: string): Vault {
  const path = join(data, 'secrets', 'keyring.json');
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if (!existsSync(path)) save(path, { current: 1, keys: { '1': newKey() }, token: newKey() });
  let ring = load(path);
  const toKeys = (): Map<number, KeyObject> =>
    new Map(Object.entries(ring.keys).map(([id, key]) => [Number(id), createSecretKey(key, 'hex')]));
  let keys = toKeys();
  const tokenKey = createSecretKey(ring.token, 'hex');
  const newNonce = nonces();
  const keyOf = (id: number): KeyObject => {
    const key = keys.get(id);
    if (key === undefined) throw new SealBroken(`there is no key ${id}`);
    return key;
  };
  const sealBytes = (bytes: Uint8Array, place: string): Buffer => {
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt8(FORMAT);
    header.writeUInt32BE(ring.current, 1);
    const nonce = newNonce();
    const cipher = createCipheriv('aes-256-gcm', keyOf(ring.current), nonce);
    cipher.setAAD(Buffer.concat([header, Buffer.from(place, 'utf8')]));
    return Buffer.concat([header, nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
  };
  const openBytes = (sealed: Uint8Array, place: string): Buffer => {
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
    if (bytes.length < HEADER_BYTES + NONCE_BYTES + TAG_BYTES || bytes[0] !== FORMAT)
      throw new SealBroken('wrong form');
    const header = bytes.subarray(0, HEADER_BYTES);
    const nonce = bytes.subarray(HEADER_BYTES, HEADER_BYTES + NONCE_BYTES);
    const options = { authTagLength: TAG_BYTES };
    const decipher = createDecipheriv('aes-256-gcm', keyOf(header.readUInt32BE(1)), nonce, options);
    decipher.setAAD(Buffer.concat([header, Buffer.from(place, 'utf8')]));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      const opened = decipher.update(bytes.subarray(HEADER_BYTES + NONCE_BYTES, -TAG_BYTES));
      return Buffer.concat([opened, decipher.final()]);
    } catch {
      throw new SealBroken('it was altered, or sealed for another place or with another key');
    }
  };
  return {
    sealBytes,
    openBytes,
    seal: (text, place) => sealBytes(Buffer.from(text, 'utf8'), place),
    open: (sealed, place) => openBytes(sealed, place).toString('utf8'),
    token: (kind, value) =>
      createHmac('sha256', tokenKey)
        .update(`${kind}\0${value}`)
        .digest()
        .subarray(0, TOKEN_BYTES)
        .toString('base64url'),
    rotate() {
      const current = Math.max(...keys.keys()) + 1;
      ring = { ...ring, current, keys: { ...ring.keys, [current]: newKey() } };
      save(path, ring);
      keys = toKeys();
    },
  };
}
