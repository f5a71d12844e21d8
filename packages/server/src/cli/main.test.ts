import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const bin = fileURLToPath(new URL('../../bin/fanzha.mjs', import.meta.url));

function fanzha(args: readonly string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    encoding: 'utf8',
    env: { ...process.env, DATABASE_URL: 'postgresql://me:hunter2@127.0.0.1:1/x', ...env },
  });
  return { status, stdout, stderr };
}

describe('the command line', () => {
  it.each<[string, string[], number, RegExp]>([
    ['no command', [], 2, /Usage: fanzha/],
    ['a command that does not exist', ['srceen'], 2, /unknown command 'srceen'\n\(Did you mean screen\?\)/],
    [
      'an option that does not exist',
      ['config', '--jsn'],
      2,
      /unknown option '--jsn'\n\(Did you mean --json\?\)/,
    ],
    ['a group without its command', ['audit'], 2, /Usage: fanzha audit/],
    [
      'a command of a group that does not exist',
      ['user', 'ad'],
      2,
      /unknown command 'ad'\n\(Did you mean add\?\)/,
    ],
    ['more than a command takes', ['config', 'x'], 2, /too many arguments/],
    ['a missing argument', ['eval', 'cases'], 2, /missing required argument 'file'/],
    [
      'a wrong flag of the server',
      ['serve', '--port', 'http'],
      2,
      /^fanzha: --port: .*0 to 65535 \("http"\)\n$/,
    ],
    ['a flag without its value', ['serve', '--port'], 2, /argument missing/],
  ])('refuses %s, on stderr alone', (_what, args, status, message) => {
    const result = fanzha(args);
    expect(result.stderr).toMatch(message);
    expect([result.status, result.stdout]).toEqual([status, '']);
  });

  it('names every wrong setting before it does anything', () => {
    const { status, stderr } = fanzha(['serve'], { FANZHA_PROT: '1', FANZHA_LOG_LEVEL: 'loud' });
    expect(status).toBe(2);
    expect(stderr).toMatch(/FANZHA_PROT: .*did you mean FANZHA_PORT\?\nFANZHA_LOG_LEVEL: .*one of debug/);
  });

  it('shows settings with their source and no secret', () => {
    const { status, stdout } = fanzha(['config', '--json'], { FANZHA_PORT: '1234' });
    expect(status).toBe(0);
    const { options } = JSON.parse(stdout);
    expect(options.port).toMatchObject({ value: 1234, source: 'environment FANZHA_PORT' });
    expect(options.databaseUrl.value).toBe('postgresql://me:***@127.0.0.1:1/x');
    expect(fanzha(['config']).stdout).not.toContain('hunter2');
  });

  it('tells in one line that the database cannot be reached', () => {
    const { status, stderr } = fanzha(['audit', 'verify']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^fanzha: the database of DATABASE_URL cannot be reached: .*\n$/);
    expect(stderr).not.toContain('hunter2');
  });

  it('prints help for every command', () => {
    const { stdout } = fanzha(['--help']);
    const names = [...stdout.matchAll(/^ {2}([a-z]+) {2,}/gm)].map((match) => String(match[1]));
    expect(names).toEqual(
      expect.arrayContaining(['serve', 'screen', 'eval', 'train', 'simulate', 'config', 'audit']),
    );
    for (const name of names) expect(fanzha([name, '--help']).stdout).toContain(`Usage: fanzha ${name}`);
  });
});
