import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { openVault, SealBroken } from './vault.ts';

const root = mkdtempSync(join(tmpdir(), 'fanzha-vault-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const folder = (name: string) => join(root, name);
const vault = openVault(folder('a'));

describe('vault', () => {
  it('gives back any text, and never the same seal twice', () => {
    const texts = fc.string({ unit: 'grapheme', maxLength: 2000 });
    fc.assert(
      fc.property(texts, fc.string(), (text, place) => {
        const sealed = vault.seal(text, place);
        expect(vault.open(sealed, place)).toBe(text);
        expect(vault.seal(text, place).equals(sealed)).toBe(false);
      }),
    );
  });

  it('opens nothing that was altered in any byte, cut, or made up', () => {
    const sealed = vault.seal('【银行】您的验证码 123456', 'decision:1:text');
    for (let at = 0; at < sealed.length; at += 1) {
      const altered = Buffer.from(sealed);
      altered[at] = (altered[at] ?? 0) ^ 1;
      expect(() => vault.open(altered, 'decision:1:text')).toThrow(SealBroken);
      expect(() => vault.open(sealed.subarray(0, at), 'decision:1:text')).toThrow(SealBroken);
    }
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(() => vault.open(bytes, '')).toThrow(SealBroken);
      }),
    );
  });

  it('opens nothing in another place or with another keyring', () => {
    const sealed = vault.seal('13800138000', 'decision:1:to');
    expect(() => vault.open(sealed, 'decision:2:to')).toThrow(SealBroken);
    expect(() => openVault(folder('b')).open(sealed, 'decision:1:to')).toThrow(SealBroken);
  });

  it('opens old seals after rotation and restart, and seals with the new key', () => {
    const mine = openVault(folder('c'));
    const old = mine.seal('before', 'x');
    mine.rotate();
    const fresh = mine.seal('after', 'x');
    const again = openVault(folder('c'));
    expect([again.open(old, 'x'), again.open(fresh, 'x')]).toEqual(['before', 'after']);
    expect(fresh.readUInt32BE(1)).toBe(2);
    expect(again.token('number', '1')).toBe(mine.token('number', '1'));
  });

  it('makes tokens that tell kinds and keyrings apart', () => {
    const tokens = [
      vault.token('number', '1'),
      vault.token('host', '1'),
      openVault(folder('b')).token('number', '1'),
    ];
    expect(new Set(tokens).size).toBe(3);
  });

  it('keeps the keyring to its owner, and refuses to replace a damaged one', () => {
    const path = join(folder('a'), 'secrets', 'keyring.json');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    writeFileSync(path, '{"current":1,"keys":{},"token":""}');
    expect(() => openVault(folder('a'))).toThrow(/keyring.json is not a keyring/);
  });
});
