import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../platform/index.ts';
import { peer, testClock } from '../../platform/testing/index.ts';
import { newCall } from '../call.fixture.ts';
import { createCallSigner } from './call-signing.service.ts';
import { createIdentityReader } from './identity.service.ts';
import { numbering, numbers, setting } from './signed-call.fixture.ts';
import { certificateUrl, newSigning } from './signing.fixture.ts';

const secsipidx = peer('secsipidx');
const run = promisify(execFile);
const CALLER = '861088886666';
const CALLEE = '8613900001111';

/** Signing keys of now: the other program looks at the clock of the machine. */
function ofNow() {
  const signing = newSigning(testClock(systemClock.date().toISOString()));
  const key = signing.keys.rotate(['709J']);
  const [leaf = '', root = ''] = key.chain.split(/(?<=-----END CERTIFICATE-----\n)/);
  const files = {
    leaf: join(signing.folder, 'leaf.pem'),
    root: join(signing.folder, 'root.pem'),
    key: join(signing.folder, 'key.pem'),
  };
  writeFileSync(files.leaf, leaf);
  writeFileSync(files.root, root);
  writeFileSync(files.key, key.key.export({ type: 'sec1', format: 'pem' }));
  return { ...signing, key, root, files };
}

describe.skipIf(secsipidx === undefined)('secsipidx', () => {
  it('accepts what we sign, and refuses it when it is changed', async () => {
    const signing = ofNow();
    const signer = createCallSigner({
      ...signing,
      certificateUrl,
      numbering,
      lines: { find: () => undefined },
      customerTrunks: [{ trunk: 'bank', numbers: [CALLER] }],
    });
    const call = { from: `+${CALLER}`, to: `+${CALLEE}`, ingress: 'access', trunk: 'bank' } as const;
    const { identity } = signer.sign(call, 'en');
    const check = (value: string) => {
      const path = join(signing.folder, 'identity');
      writeFileSync(path, value);
      const args = ['-check', '-fidentity', path, '-fpubkey', signing.files.leaf, '-expire', '60'];
      return run(secsipidx ?? '', args).then(
        () => 'accepted',
        (error: { code?: number }) => `refused ${error.code}`,
      );
    };
    expect(await check(identity)).toBe('accepted');
    expect(await check(identity.replace(/^(.{60})./, '$1_'))).toMatch(/^refused/);
    expect(await check(identity.replace(/\.[^.;]*;/, `.${'A'.repeat(86)};`))).toMatch(/^refused/);
  });

  it('signs what we accept, for the numbers it signed and no others', async () => {
    const { files, key, root, clock } = ofNow();
    const url = certificateUrl(key);
    const wish = { 'orig-tn': CALLER, 'dest-tn': CALLEE, attest: 'B', x5u: url, fprvkey: files.key };
    const args = Object.entries(wish).flatMap(([name, value]) => [`-${name}`, value]);
    const { stdout } = await run(secsipidx ?? '', ['-sign-full', ...args]);
    const read = createIdentityReader({
      ...setting,
      trustAnchors: [root],
      certificates: [{ url, pem: key.chain }],
    });
    const at = clock.date().toISOString();
    const attempt = newCall({ from: `+${CALLER}`, to: `+${CALLEE}`, at, identity: stdout.trim() });
    const expected = { state: 'valid', attestation: 'B', signer: '709J', diverted: false };
    expect(read(attempt, numbers(attempt))).toEqual(expected);
    const other = { ...attempt, from: '+861088886667' };
    expect(read(other, numbers(other))).toMatchObject({ fault: 'caller-mismatch' });
  });
});
