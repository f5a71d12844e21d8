import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const bin = fileURLToPath(new URL('../../bin/fanzha.mjs', import.meta.url));
const file = join(mkdtempSync(join(tmpdir(), 'fanzha-policy-')), 'policy.json');

function check(when: string) {
  const rule = {
    id: 'own.rule',
    on: ['call.attempt'],
    when,
    verdict: 'label',
    reason: 'call.number-malformed',
    judges: 'event',
    score: 0.5,
    values: ['caller.presented', 'caller.kind', 'call.ingress'],
    owner: 'desk',
  };
  writeFileSync(file, JSON.stringify({ rules: [rule] }));
  return spawnSync(process.execPath, [bin, 'policy', 'check', file], { encoding: 'utf8' });
}

describe('fanzha policy check', { timeout: 30_000 }, () => {
  it('finds nothing wrong in a policy that is right', () => {
    expect(check('caller.domestic')).toMatchObject({ status: 0, stdout: '' });
  });

  it('names rule, field, character and what was meant', () => {
    const { status, stderr } = check('caller.domestc');
    expect(status).toBe(1);
    expect(stderr).toMatch(/rule own\.rule: when, 1: .*caller\.domestic/);
  });
});
