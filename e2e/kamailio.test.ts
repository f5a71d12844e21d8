import { createPublicKey, verify, X509Certificate } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { peer } from '../packages/server/src/platform/testing/index.ts';
import { freePort, Kamailio, Sipp, type SippRun } from './kamailio.fixture.ts';
import { kill, Program } from './program.fixture.ts';
import { answeredCaller, callee, type InviteOptions, rejectedCaller } from './sipp.scenarios.ts';

// The shipped configurations in a real Kamailio, SIPp as callers and callees, and the real program, all on loopback:
// what an operator gets who follows docs/guides/calls-kamailio.md.

const canRun = [peer('kamailio'), peer('sipp')].every((path) => path !== undefined);
/** Addresses of trunks.list. */
const ABROAD = '127.0.0.1';
const INTERCONNECT = '127.0.0.2';
const PATIENT = 60_000;

const scratch = mkdtempSync(join(tmpdir(), 'fanzha-calls-'));
const program = new Program();
let args: string[] = [];
const proxies = new Map<string, Kamailio>();

/** The pack with more time for a decision than the shipped one: a busy machine must not decide what is tested. */
function patientPack(): string {
  const pack = join(scratch, 'pack');
  cpSync(join(import.meta.dirname, '../packs/cn'), pack, { recursive: true });
  const path = join(pack, 'call-answers.json');
  const answers = JSON.parse(readFileSync(path, 'utf8')) as { timeLimits: object };
  writeFileSync(path, JSON.stringify({ ...answers, timeLimits: { ...answers.timeLimits, decideMs: 500 } }));
  return pack;
}

interface Sides {
  readonly caller: SippRun;
  readonly callee: SippRun;
}

beforeAll(async () => {
  if (!canRun) return;
  const [port, overEvapi, overHttp] = [await freePort(), await newPorts(), await newPorts()];
  const settings = join(scratch, 'calls.json');
  const operator = { name: '某运营商', appeal: { phone: '+861012345678', email: 'appeal@op.example' } };
  writeFileSync(settings, JSON.stringify({ operator }));
  const url = `http://127.0.0.1:${port}`;
  args = ['--port', String(port), '--public-url', url, '--call-settings', settings];
  args.push('--evapi', `127.0.0.1:${overEvapi.evapi}`, '--pack', patientPack());
  await program.start([], args);
  const key = program.run('key', 'add', 'proxy', '--scope', 'event:submit').trim();
  const quick = {
    FANZHA_WAIT: 600,
    AWAY_AFTER: 2,
    PROBE_SECONDS: 2,
    FANZHA_URL: `"${url}"`,
    FANZHA_KEY: `"${key}"`,
  };
  proxies.set('evapi', new Kamailio('fanzha-evapi.cfg', overEvapi, quick));
  proxies.set('HTTP', new Kamailio('fanzha-http.cfg', overHttp, quick));
  for (const proxy of proxies.values()) await proxy.start();
  await connected();
});

afterAll(async () => {
  for (const proxy of proxies.values()) await proxy.remove();
  await program.remove();
  rmSync(scratch, { recursive: true, force: true });
});

const newPorts = async () => ({ sip: await freePort(), onward: await freePort(), evapi: await freePort() });

interface Health {
  readonly parts: readonly { name: string; state: string }[];
}

/** Waits until the program has its proxy. */
async function connected(): Promise<void> {
  for (;;) {
    const { parts } = await program.ask<Health>('/v1/health');
    if (parts.find(({ name }) => name === 'sip')?.state === 'ok') return;
    await pause(50);
  }
}

interface Call extends InviteOptions {
  readonly by: string;
  readonly caller: string;
  readonly from?: string;
  readonly trunk?: string;
  /** Status of a rejection; absent where the call is to be answered. */
  readonly rejectedBy?: number;
  readonly ringMs?: number;
  readonly talkMs?: number;
}

/** One call through a proxy to somebody who would answer; fails unless it goes as told. */
async function call({
  by,
  caller,
  trunk = ABROAD,
  rejectedBy,
  ringMs = 0,
  ...options
}: Call): Promise<Sides> {
  const proxy = proxies.get(by);
  if (!proxy) throw new Error(`no proxy ${by}`);
  const { sip, onward } = proxy.ports;
  const scenario = rejectedBy === undefined ? answeredCaller(options) : rejectedCaller(rejectedBy, options);
  const called = new Sipp({ scenario: callee(ringMs), port: onward, calls: 1, seconds: 20 });
  const calling = new Sipp({
    scenario,
    port: await freePort(),
    address: trunk,
    to: `127.0.0.1:${sip}`,
    calls: 1,
    service: '02161234567',
    keys: { caller },
    seconds: 15,
  });
  const run = await calling.done();
  if (rejectedBy === undefined) await pause(50);
  const sides = { caller: run, callee: await called.end() };
  calling.remove();
  called.remove();
  expect(run, `${run.messages}\n${proxy.log}`).toMatchObject({ succeeded: 1, failed: 0 });
  return sides;
}

const callIdOf = ({ messages }: SippRun): string => /^Call-ID: (\S+)/m.exec(messages)?.[1] ?? '';

interface Row {
  readonly verdict: string;
  readonly reasons: readonly { code: string }[];
  readonly subjects: readonly { role: string; value: string }[];
}

/** The decision about a call, once it can be found. */
async function decisionOf(run: SippRun, kind = 'call.attempt'): Promise<Row> {
  for (;;) {
    const query = new URLSearchParams({ event: callIdOf(run), kind });
    const { items } = await program.ask<{ items: Row[] }>(`/v1/decisions?${query}`);
    if (items[0]) return items[0];
    await pause(100);
  }
}

/** Checks what a caller is sent: a card whose signature the certificate proves that it names (RFC 8688). */
async function readCard(url: string): Promise<{ jcard: unknown }> {
  const [header = '', payload = '', signature = ''] = (await (await fetch(url)).text()).split('.');
  const { x5u } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { x5u: string };
  const chain = await (await fetch(x5u)).text();
  const key = createPublicKey(new X509Certificate(chain).publicKey.export({ type: 'spki', format: 'pem' }));
  const signed = Buffer.from(`${header}.${payload}`);
  const holds = verify(
    'sha256',
    signed,
    { key, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  expect(holds).toBe(true);
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as { jcard: unknown };
}

describe.skipIf(!canRun).each(['evapi', 'HTTP'])('a Kamailio that asks over %s', (by) => {
  it('lets an ordinary call through as it is', async () => {
    const { caller, callee } = await call({ by, caller: '+8613812345678', trunk: INTERCONNECT });
    expect(callee.messages).toContain('From: <sip:+8613812345678@gateway.example>');
    expect(await decisionOf(caller)).toMatchObject({ verdict: 'allow' });
  });

  it('shows the callee where a call from abroad comes from', async () => {
    const headers = ['P-Asserted-Identity: <sip:+819012345678@carrier.example>'];
    const { caller, callee } = await call({ by, caller: '+819012345678', headers });
    expect(callee.messages).toContain('From: "境外来电：日本" <sip:+819012345678@gateway.example>');
    expect(callee.messages).toContain(
      'P-Asserted-Identity: "境外来电：日本" <sip:+819012345678@carrier.example>',
    );
    const { subjects } = await decisionOf(caller);
    expect(subjects).toContainEqual(expect.objectContaining({ role: 'trunk', value: 'hk-1' }));
  });

  it('rejects a disguised call with 608 and a card that leads to the appeal', async () => {
    const { caller, callee } = await call({ by, caller: '+8613912345678', rejectedBy: 608 });
    expect(callee.messages).not.toContain('INVITE');
    const [, url = ''] = /^Call-Info: <(\S+)>;purpose=jwscard\r?$/m.exec(caller.messages) ?? [];
    const { jcard } = await readCard(url);
    expect(JSON.stringify(jcard)).toContain('+861012345678');
    expect(await decisionOf(caller)).toMatchObject({
      verdict: 'block',
      reasons: [{ code: 'call.domestic-from-abroad' }],
    });
  });

  it.each([
    ['a number of a thousand digits', `<sip:${'9'.repeat(1000)}@gateway.example>`],
    ['a number that is no text', '<sip:138%00%ff123@gateway.example>'],
    ['quotes and braces', '"\\"}]}" <sip:110%22%7d@gateway.example>'],
  ])('is not evaded by %s', async (_what, from) => {
    await call({ by, caller: 'x', from, rejectedBy: 608 });
  });

  it('tells how a call ended: what rang and what was said', { timeout: PATIENT }, async () => {
    const options = { ringMs: 1100, talkMs: 1100 };
    const { caller } = await call({ by, caller: '+8613812345679', trunk: INTERCONNECT, ...options });
    expect(await decisionOf(caller, 'call.end')).toMatchObject({ verdict: 'allow' });
  });

  it('refuses calls of strangers', async () => {
    await call({ by, caller: '+8613812345678', trunk: '127.0.0.9', rejectedBy: 403 });
  });

  it('lets calls go on while Fanzha hangs, and screens again when it does not', {
    timeout: PATIENT,
  }, async () => {
    const { serving } = program.processes();
    const disguised = { by, caller: '+8613912345678' };
    kill(serving, 'SIGSTOP');
    try {
      for (let calls = 0; calls < 2; calls += 1) {
        const { caller } = await call(disguised);
        expect(caller.millis[0]).toBeLessThan(by === 'evapi' ? 1000 : 1500);
      }
      // By now it counts as away: calls go on at once, but for one in a while that asks.
      const waits = [];
      for (let calls = 0; calls < 2; calls += 1) waits.push((await call(disguised)).caller.millis[0] ?? 0);
      expect(Math.min(...waits)).toBeLessThan(100);
    } finally {
      kill(serving, 'SIGCONT');
    }
    await pause(1500);
    await screensAgain(by);
  });

  it('lets calls go on while Fanzha is stopped, and screens again when it is back', {
    timeout: PATIENT,
  }, async () => {
    await program.stop();
    const { caller } = await call({ by, caller: '+8613912345678' });
    expect(caller.millis[0]).toBeLessThan(300);
    await program.start([], args);
    await connected();
    await screensAgain(by);
  });
});

/** While calls still go on unscreened, one of them asks now and then. */
async function screensAgain(by: string): Promise<void> {
  const disguised = { by, caller: '+8613912345678' };
  for (let tries = 0; tries < 3; tries += 1) {
    const asked = await call(disguised).catch(() => 'rejected');
    if (asked === 'rejected') break;
    await pause(1000);
  }
  await call({ ...disguised, rejectedBy: 608 });
}
