import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// `npm start` as a newcomer meets it: a folder with spaces and Chinese in its path, an empty data folder, then
// everything that goes wrong in real life. Installing is what `.ci/run` does first on a clean clone; here the tree is
// copied and the installed packages are lent to it.

const root = join(import.meta.dirname, '..');
const scratch = mkdtempSync(join(tmpdir(), 'fanzha-start-'));
const house = join(scratch, 'a path 反诈');
const PASSWORD = 'correct horse battery';

interface Started {
  readonly process: ChildProcess;
  readonly address: string;
  readonly setupLink: string | undefined;
  readonly seconds: number;
}

const children = new Set<ChildProcess>();

function launch(args: readonly string[]): {
  process: ChildProcess;
  output: () => string;
  exit: Promise<number | null>;
} {
  const { FANZHA_DATA: _data, FANZHA_PORT: _port, DATABASE_URL: _url, ...env } = process.env;
  const child = spawn('npm', ['start', '--', ...args], {
    cwd: house,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  let output = '';
  child.stdout?.on('data', (chunk) => (output += chunk));
  child.stderr?.on('data', (chunk) => (output += chunk));
  const exit = new Promise<number | null>((done) =>
    child.on('close', (code) => {
      children.delete(child);
      done(code);
    }),
  );
  return { process: child, output: () => output, exit };
}

async function start(): Promise<Started> {
  const began = performance.now();
  const { process: child, output, exit } = launch(['--port', '0']);
  let ended = false;
  void exit.then(() => (ended = true));
  for (;;) {
    const address = /Fanzha 反诈\s+(http:\S+)/.exec(output())?.[1];
    if (address !== undefined && output().includes('Ctrl-C')) {
      const seconds = (performance.now() - began) / 1000;
      return { process: child, address, setupLink: /http:\S+\/setup#token=\S+/.exec(output())?.[0], seconds };
    }
    if (ended || performance.now() - began > 180_000)
      throw new Error(`npm start did not come up:\n${output()}`);
    await pause(50);
  }
}

/** Ctrl-C in a terminal goes to the whole group: npm, the launcher and the server. */
async function interrupt({ process: child }: Started): Promise<void> {
  const gone = new Promise((done) => child.once('close', done));
  process.kill(-(child.pid ?? 0), 'SIGINT');
  await gone;
}

const lockHolder = (): number => JSON.parse(readFileSync(join(house, 'data', 'fanzha.lock'), 'utf8')).pid;

async function post(address: string, path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${address}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as { id: string; csrfToken: string };
  return { status: response.status, body: answer, headers: response.headers };
}

async function signIn(address: string): Promise<Record<string, string>> {
  const { status, body, headers } = await post(address, '/v1/session', { name: 'chen', password: PASSWORD });
  expect(status).toBe(200);
  return { cookie: headers.get('set-cookie')?.split(';')[0] ?? '', 'x-csrf-token': body.csrfToken };
}

beforeAll(() => {
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  for (const file of files.split('\n').filter((name) => name !== '' && existsSync(join(root, name)))) {
    mkdirSync(dirname(join(house, file)), { recursive: true });
    cpSync(join(root, file), join(house, file));
  }
  const dist = join(root, 'packages', 'console', 'dist');
  if (existsSync(dist)) cpSync(dist, join(house, 'packages', 'console', 'dist'), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(house, 'node_modules'));
});

afterAll(() => {
  for (const child of children) process.kill(-(child.pid ?? 0), 'SIGKILL');
  rmSync(scratch, { recursive: true, force: true });
});

describe('npm start', { timeout: 300_000 }, () => {
  const event = {
    kind: 'call.attempt',
    id: 'first-call',
    at: new Date().toISOString(),
    from: '+862195588',
    to: '13900001111',
    ingress: 'international',
  };
  let decided = '';

  it('serves, sets up the first administrator once, decides, and stops on Ctrl-C', async () => {
    const app = await start();
    expect((await fetch(`${app.address}/readyz`)).status).toBe(200);
    expect(await (await fetch(`${app.address}/`)).text()).toContain('<div id="root">');
    const token = new URL(app.setupLink ?? '').hash.replace('#token=', '');
    const wanted = { token, name: 'chen', password: PASSWORD };
    expect((await post(app.address, '/v1/setup', wanted)).status).toBe(201);
    expect((await post(app.address, '/v1/setup', wanted)).status).toBe(409);
    const decision = await post(app.address, '/v1/decisions', event, await signIn(app.address));
    expect(decision.body).toMatchObject({ verdict: 'block', reasons: [{ code: 'call.code-disguised' }] });
    decided = decision.body.id;
    await interrupt(app);
    await expect(fetch(`${app.address}/livez`)).rejects.toThrow();
  });

  it('starts again in seconds, without a set-up link, with everything there', async () => {
    const app = await start();
    expect(app.seconds).toBeLessThan(30);
    expect(app.setupLink).toBeUndefined();
    const headers = await signIn(app.address);
    expect((await fetch(`${app.address}/v1/decisions/${decided}`, { headers })).status).toBe(200);
    await interrupt(app);
  });

  it('refuses a second program on the same data folder and a port that is taken, and says what to do', async () => {
    const app = await start();
    const second = launch(['--port', '0']);
    expect(await second.exit).toBe(4);
    expect(second.output()).toContain(`in use by process ${lockHolder()}`);
    await interrupt(app);

    const squatter = createServer().listen(0, '127.0.0.1');
    await new Promise((done) => squatter.once('listening', done));
    const { port } = squatter.address() as { port: number };
    const refused = launch(['--port', String(port)]);
    expect(await refused.exit).toBe(4);
    expect(refused.output()).toMatch(new RegExp(`port ${port} is in use.*--port`));
    squatter.close();
  });

  it('comes back after kill -9 with what it had acknowledged, and takes care of the database left behind', async () => {
    const app = await start();
    const headers = await signIn(app.address);
    const late = await post(app.address, '/v1/decisions', { ...event, id: 'second-call' }, headers);
    process.kill(lockHolder(), 'SIGKILL');
    await new Promise((done) => app.process.once('close', done));

    const again = await start();
    const found = await fetch(`${again.address}/v1/decisions/${late.body.id}`, {
      headers: await signIn(again.address),
    });
    expect(await found.json()).toMatchObject({ event: 'second-call', verdict: 'block' });
    await interrupt(again);
  });
});
