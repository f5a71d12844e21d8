import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { lockDataFolder, openDatabase, silentLogger, systemClock } from '../platform/index.ts';

const data = mkdtempSync(join(tmpdir(), 'fanzha cli '));
// When root runs the tests, the embedded server runs as another user, who has to get through here.
chmodSync(data, 0o711);
afterAll(() => rmSync(data, { recursive: true, force: true }));

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function fanzha(args: readonly string[], stdin = ''): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, ...args, '--data', data]);
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (part) => {
      stdout += part;
    });
    child.stderr.on('data', (part) => {
      stderr += part;
    });
    child.on('error', reject).on('close', (code) => resolve({ code, stdout, stderr }));
    child.stdin.end(stdin);
  });
}

describe('people, keys and the audit log from the command line', () => {
  it('work on an installation that never ran', async () => {
    const made = await fanzha(['user', 'add', 'ada', '--role', 'administrator']);
    expect(made.code, made.stderr).toBe(0);
    expect(made.stdout).toMatch(/^[\w-]{20}\n$/);
  });

  it.each([
    ['a role that there is not', ['user', 'add', 'bob', '--role', 'root'], '', 2, 'roles[0] must be one of'],
    ['no role', ['user', 'add', 'bob'], '', 2, '--role'],
    ['a bad name', ['user', 'add', 'b ob', '--role', 'analyst'], '', 2, 'name has the wrong form'],
    [
      'a short password',
      ['user', 'add', 'bob', '--role', 'analyst', '--password-stdin'],
      'short\n',
      2,
      'at least 10',
    ],
    ['no password', ['user', 'add', 'bob', '--role', 'analyst', '--password-stdin'], '', 2, 'password'],
    ['a name that is taken', ['user', 'add', 'ADA', '--role', 'analyst'], '', 1, 'name is taken'],
    [
      'a common password',
      ['user', 'add', 'bob', '--role', 'analyst', '--password-stdin'],
      'password123\n',
      1,
      'most common',
    ],
    [
      'a scope that no key may have',
      ['key', 'add', 'k', '--scope', 'user:manage'],
      '',
      2,
      'scopes[0] must be one of',
    ],
    [
      'days that are no number',
      ['key', 'add', 'k', '--scope', 'event:submit', '--days', 'x'],
      '',
      2,
      'days must be a whole number',
    ],
  ])('refuse %s', async (_what, args, stdin, code, message) => {
    const refused = await fanzha(args, stdin);
    expect([refused.code, refused.stdout]).toEqual([code, '']);
    expect(refused.stderr).toContain(message);
  });

  it('work beside a running server, and find what was done to the log', async () => {
    const lock = await lockDataFolder(data, { clock: systemClock, onLost: () => undefined });
    const running = await openDatabase({ data }, silentLogger);
    try {
      const password = 'correct horse battery\n';
      const added = await fanzha(
        ['user', 'add', 'bob', '--role', 'analyst', '--password-stdin', '--json'],
        password,
      );
      expect(added.code, added.stderr).toBe(0);
      expect(JSON.parse(added.stdout)).toMatchObject({ name: 'bob', roles: ['analyst'] });
      expect(added.stdout).not.toContain('horse');
      const key = await fanzha(['key', 'add', 'probe', '--scope', 'event:submit', '--days', '30', '--json']);
      expect(JSON.parse(key.stdout)).toMatchObject({ key: { scopes: ['event:submit'], state: 'active' } });
      const right = await fanzha(['audit', 'verify', '--json']);
      expect([right.code, JSON.parse(right.stdout)]).toMatchObject([0, { ok: true, entries: 3 }]);
      await running.db.transaction().execute(async (trx) => {
        await sql`set local session_replication_role = replica`.execute(trx);
        await sql`update platform_audit set actor_name = 'eve' where seq = 1`.execute(trx);
      });
    } finally {
      await running.close();
      lock.release();
    }
    const wrong = await fanzha(['audit', 'verify', '--json']);
    expect([wrong.code, JSON.parse(wrong.stdout)]).toMatchObject([
      1,
      { ok: false, fault: { kind: 'changed', seq: 1 } },
    ]);
    const told = await fanzha(['audit', 'verify']);
    expect([told.code, told.stdout]).toEqual([1, '']);
    expect(told.stderr).toContain('seq 1');
  }, 60_000);
});
