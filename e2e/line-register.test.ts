import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { Program } from './program.fixture.ts';

// A line comes in from a file on the command line, somebody else approves it, and the process that decides knows it.

const program = new Program();
const folder = mkdtempSync(join(tmpdir(), 'fanzha-line-file-'));
afterAll(async () => {
  await program.remove();
  rmSync(folder, { recursive: true, force: true });
});

interface Decision {
  readonly verdict: string;
  readonly reasons: readonly { readonly code: string }[];
}

let sent = 0;
async function decide(): Promise<Decision> {
  sent += 1;
  const at = new Date().toISOString();
  const call = { from: '13812345678', to: '13900001111', ingress: 'interconnect', trunk: 'vl-9' };
  return program.ask<Decision>('/v1/decisions', { kind: 'call.attempt', id: `line-${sent}`, at, ...call });
}

/** Signs in and gives what requests of that person carry. */
async function signIn(name: string, password: string): Promise<Record<string, string>> {
  const response = await fetch(`${program.address}/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, password }),
  });
  const { csrfToken } = (await response.json()) as { csrfToken: string };
  const cookie = response.headers
    .getSetCookie()
    .map((each) => each.split(';', 1)[0])
    .join('; ');
  return { cookie, 'x-csrf-token': csrfToken, 'content-type': 'application/json' };
}

async function act<T>(headers: Record<string, string>, path: string, body?: unknown): Promise<T> {
  const sending = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(`${program.address}${path}`, { headers, ...sending });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

it('is judged by within a second of its approval', { timeout: 180_000 }, async () => {
  await program.start();
  expect((await decide()).verdict).toBe('allow');
  const file = join(folder, 'lines.csv');
  const head = 'id,kind,owner,use,numbers,routes,dedicated,valid_from,document';
  writeFileSync(file, `${head}\nVL-9,voice-line,Example,office,02161230000,vl-9,yes,2026-01-01,C-1\n`);
  const wanted = ['line', 'import', file, '--reason', 'contract C-1', '--json'];
  const { change } = JSON.parse(program.run(...wanted)) as { change: { id: string; state: string } };
  expect(change.state).toBe('asked');
  expect((await decide()).verdict).toBe('allow');

  const password = program.run('user', 'add', 'ben', '--role', 'reviewer').trim();
  const ben = await signIn('ben', password);
  await act(ben, `/v1/line-changes/${change.id}/decision`, { approve: true });
  await pause(1000);
  const decision = await decide();
  expect(decision.reasons.map(({ code }) => code)).toContain('call.line-number');
  expect(decision.verdict).toBe('block');
  expect(program.run('line', 'list', '--number', '021-61230000')).toMatch(/^VL-9\tvoice-line\tactive\t/);

  await act(ben, '/v1/lines/VL-9/suspension', { reason: 'complaints' });
  await program.stop();
  await program.start();
  const line = await act<{ standing: string }>(ben, '/v1/lines/VL-9');
  expect(line.standing).toBe('suspended');
});
