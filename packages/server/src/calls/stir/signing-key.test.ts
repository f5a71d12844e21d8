import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { AppError, AUDIT_MIGRATIONS, type Context } from '../../platform/index.ts';
import { testContext, testDatabase } from '../../platform/testing/index.ts';
import { newSigning } from './signing.fixture.ts';
import { SigningKeyRefused } from './signing-key.model.ts';
import { actOnSigningKeys, listSigningKeys } from './signing-key-act.service.ts';
import { type Issued, issue, providerList } from './stir.fixture.ts';

const pemOf = ({ key }: Issued) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const root = issue({ name: 'Root', ca: true });
const carrier = issue({ name: 'Carrier', by: root, authority: providerList('709J') });
const given = { privateKey: pemOf(carrier), chain: carrier.pem + root.pem };

describe('signing keys', () => {
  it('are made on first use, and are the same ones after a restart', () => {
    const { keys, open } = newSigning();
    const { id } = keys.current();
    expect(open().current().id).toBe(id);
    expect(open().chain(id)).toMatch(/^-----BEGIN CERTIFICATE-----/);
    expect(open().chain('other')).toBeUndefined();
  });

  it('never stand readable in the data folder', () => {
    const { folder, keys } = newSigning();
    keys.import(given);
    const secret = given.privateKey.split('\n')[1] ?? '';
    for (const name of readdirSync(join(folder, 'secrets'))) {
      const text = readFileSync(join(folder, 'secrets', name)).toString('latin1');
      expect(text).not.toContain('PRIVATE KEY');
      expect(text).not.toContain(secret);
    }
  });

  it('change when told so, while certificates of earlier ones are still there to be fetched', () => {
    const { keys } = newSigning();
    const first = keys.current().id;
    const second = keys.rotate(['709J']);
    expect(keys.current().id).toBe(second.id);
    expect(second.certificate.authority?.providers).toEqual(['709J']);
    expect(keys.chain(first)).toBeDefined();
    expect(keys.use(first).id).toBe(first);
    expect(keys.current().id).toBe(first);
  });

  it('are noticed when the command line has changed them', () => {
    const { keys, open, clock } = newSigning();
    keys.current();
    const { id } = open().import({ ...given, url: 'https://certificates.example/709J.pem' });
    clock.advance(1001);
    expect(keys.current()).toMatchObject({
      id,
      origin: 'imported',
      url: 'https://certificates.example/709J.pem',
    });
  });

  it('made here are renewed before their certificates end; the authority over numbers stays', () => {
    const { keys, clock } = newSigning();
    const { id } = keys.rotate(['709J']);
    clock.set('2027-10-30T10:00:00+08:00');
    const renewed = keys.current();
    expect(renewed.id).not.toBe(id);
    expect(renewed.certificate.authority?.providers).toEqual(['709J']);
  });

  it.each([
    ['of another certificate', { ...given, privateKey: pemOf(root) }, /not that of this key/],
    [
      'on another curve',
      {
        ...given,
        privateKey: generateKeyPairSync('ec', { namedCurve: 'secp384r1' })
          .privateKey.export({ type: 'pkcs8', format: 'pem' })
          .toString(),
      },
      /P-256/,
    ],
    ['that is no key', { ...given, privateKey: 'x' }, /private key in PEM/],
    ['with a chain out of order', { ...given, chain: root.pem + carrier.pem }, /may not sign/],
    [
      'with a stranger in the chain',
      { ...given, chain: carrier.pem + issue({ name: 'Other', ca: true }).pem },
      /do not follow/,
    ],
    ['without certificate', { ...given, chain: '' }, /one to four/],
  ])('that are given are refused with the reason: a key %s', (_, key, reason) => {
    const { keys } = newSigning();
    const { id } = keys.current();
    expect(() => keys.import(key)).toThrow(SigningKeyRefused);
    expect(() => keys.import(key)).toThrow(reason);
    expect(keys.current().id).toBe(id);
  });

  it('whose certificate is over are refused', () => {
    const { keys, clock } = newSigning();
    clock.set('2028-01-01T00:00:00Z');
    expect(() => keys.import(given)).toThrow(/expired/);
  });
});

describe('what people do with signing keys', () => {
  it('stands in the audit log, and is undone by going back to the key before', async () => {
    const { db } = await testDatabase({ name: 'audit', migrations: AUDIT_MIGRATIONS });
    const ctx: Context = testContext({ db });
    const { keys } = newSigning();
    const first = keys.current().id;
    const made = await actOnSigningKeys(ctx, keys, { kind: 'rotate', providerCodes: ['709J'] });
    expect(made).toMatchObject({ current: true, authority: ['709J'], origin: 'made' });
    await actOnSigningKeys(ctx, keys, { kind: 'use', id: first });
    await expect(actOnSigningKeys(ctx, keys, { kind: 'use', id: 'none' })).rejects.toThrow(AppError);
    expect(listSigningKeys(keys).find(({ current }) => current)?.id).toBe(first);
    const { rows } = await sql`select action, target from platform_audit order by seq`.execute(db);
    expect(rows).toEqual([
      { action: 'call-signing-key.rotate', target: made.id },
      { action: 'call-signing-key.use', target: first },
    ]);
  });
});
