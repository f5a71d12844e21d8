import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError, describeConfig, loadConfig } from './load.ts';

const cwd = mkdtempSync(join(tmpdir(), 'fanzha-config-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const load = (env: Record<string, string> = {}, flags = {}) => loadConfig({ env, flags, cwd });

function faultsOf(env: Record<string, string>, flags = {}): readonly string[] {
  try {
    load(env, flags);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
}

function file(name: string, content: string): string {
  writeFileSync(join(cwd, name), content);
  return name;
}

describe('configuration', () => {
  it('works with nothing given', () => {
    const { config } = load({ PATH: '/bin', HOME: '/home/a' });
    expect(config).toMatchObject({
      port: 8080,
      host: '127.0.0.1',
      data: join(cwd, 'data'),
      journalFsync: true,
    });
    expect(config.databaseUrl).toBeUndefined();
  });

  it('lets a flag win over the environment, that over the file, that over the default, and says so', () => {
    const name = file('some.json', '{"port": 1, "logLevel": "warn", "sessionHours": 2, "pack": "my-pack"}');
    const loaded = load({ FANZHA_CONFIG: name, FANZHA_PORT: '2', FANZHA_LOG_LEVEL: 'error' }, { port: '3' });
    expect(loaded.config).toMatchObject({
      port: 3,
      logLevel: 'error',
      sessionHours: 2,
      pack: join(cwd, 'my-pack'),
    });
    expect(Object.fromEntries(loaded.origins)).toMatchObject({
      port: 'flag --port',
      logLevel: 'environment FANZHA_LOG_LEVEL',
      sessionHours: `file ${join(cwd, 'some.json')}`,
      host: 'default',
    });
  });

  it('reads fanzha.json of the data folder by itself', () => {
    mkdirSync(join(cwd, 'elsewhere'));
    file('elsewhere/fanzha.json', '{"trustProxy": ["10.0.0.0/8"]}');
    expect(load({ FANZHA_DATA: 'elsewhere' }).config.trustProxy).toEqual(['10.0.0.0/8']);
  });

  it('masks the password of the database wherever it stands', () => {
    const secret = 'hunter2';
    const loaded = load({ DATABASE_URL: `postgresql://me:${secret}@db/x?password=${secret}` });
    expect(JSON.stringify(describeConfig(loaded))).not.toContain(secret);
    expect(loaded.config.databaseUrl).toContain(secret);
    expect(faultsOf({ DATABASE_URL: `mysql://me:${secret}@db/x` })[0]).not.toContain(secret);
  });

  it('names all faults at once', () => {
    expect(faultsOf({ FANZHA_PORT: 'x', FANZHA_HOTS: 'y', FANZHA_BODY_LIMIT: '1' })).toHaveLength(3);
  });

  const broken = file('broken.json', '{"port": ');
  const list = file('list.json', '[1]');
  const unknown = file('unknown.json', '{"prot": 1}');
  const typed = file('typed.json', '{"port": "eighty"}');
  const proto = file('proto.json', '{"__proto__": {"port": 1}}');

  it.each<[string, Record<string, string>, RegExp]>([
    [
      'a misspelt variable',
      { FANZHA_PROT: '1' },
      /^FANZHA_PROT: .*unknown variable, did you mean FANZHA_PORT\?/,
    ],
    ['a variable like no other', { FANZHA_QQQQQQQQQQQQ: '1' }, /^FANZHA_QQQQQQQQQQQQ: .*unknown variable$/],
    [
      'a port that is no number',
      { FANZHA_PORT: 'http' },
      /^FANZHA_PORT: .*whole number from 0 to 65535 \("http"\)/,
    ],
    ['an empty port', { FANZHA_PORT: '' }, /^FANZHA_PORT: /],
    ['a negative port', { FANZHA_PORT: '-1' }, /^FANZHA_PORT: /],
    ['a port beyond the range', { FANZHA_PORT: '65536' }, /^FANZHA_PORT: /],
    ['half a port', { FANZHA_PORT: '80.5' }, /^FANZHA_PORT: /],
    ['a port in another notation', { FANZHA_PORT: '0x50' }, /^FANZHA_PORT: /],
    ['a host with a path', { FANZHA_HOST: 'localhost/x' }, /^FANZHA_HOST: .*IP address/],
    ['an empty data folder', { FANZHA_DATA: '' }, /^FANZHA_DATA: .*path of a folder/],
    ['an unknown log level', { FANZHA_LOG_LEVEL: 'loud' }, /^FANZHA_LOG_LEVEL: .*one of debug, info/],
    ['a database of another kind', { DATABASE_URL: 'mysql://h/d' }, /^DATABASE_URL: .*postgresql:/],
    ['a database that is no address', { DATABASE_URL: 'localhost' }, /^DATABASE_URL: /],
    [
      'a public address without scheme',
      { FANZHA_PUBLIC_URL: 'fraud.example' },
      /^FANZHA_PUBLIC_URL: .*https:/,
    ],
    ['a public address that is a script', { FANZHA_PUBLIC_URL: 'javascript:1' }, /^FANZHA_PUBLIC_URL: /],
    ['a switch that is neither', { FANZHA_JOURNAL_FSYNC: 'yes' }, /^FANZHA_JOURNAL_FSYNC: .*true or false/],
    ['a tiny body limit', { FANZHA_BODY_LIMIT: '10' }, /^FANZHA_BODY_LIMIT: .*bytes from 1024/],
    ['a proxy that is a name', { FANZHA_TRUST_PROXY: '10.0.0.1,my host' }, /^FANZHA_TRUST_PROXY: .*networks/],
    ['a session without end', { FANZHA_SESSION_HOURS: 'Infinity' }, /^FANZHA_SESSION_HOURS: /],
    [
      'a file that is not there',
      { FANZHA_CONFIG: 'nowhere.json' },
      /^FANZHA_CONFIG: .*no file .*nowhere\.json/,
    ],
    ['a file that is a folder', { FANZHA_CONFIG: '.' }, /cannot be read: EISDIR/],
    ['a file that is not JSON', { FANZHA_CONFIG: broken }, /broken\.json: .*cannot be read: /],
    ['a file that is a list', { FANZHA_CONFIG: list }, /list\.json: .*must be a JSON object/],
    ['an unknown key of a file', { FANZHA_CONFIG: unknown }, /unknown\.json: prot: .*did you mean port\?/],
    ['a wrong value in a file', { FANZHA_CONFIG: typed }, /typed\.json: port: .*whole number .*\("eighty"\)/],
    [
      'a key that would change every object',
      { FANZHA_CONFIG: proto },
      /proto\.json: __proto__: .*unknown option/,
    ],
  ])('refuses %s', (_what, env, message) => {
    const faults = faultsOf(env);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(message);
  });

  it('names the flag of a wrong flag', () => {
    expect(faultsOf({}, { port: 'x' })[0]).toMatch(/^--port: /);
  });
});
