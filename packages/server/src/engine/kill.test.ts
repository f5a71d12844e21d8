import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { EventLineResult } from '@fanzha/contract';
import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../platform/testing/index.ts';
import { newAttempt, newDataFolder } from './engine.fixture.ts';

const { db, url } = await testDatabase({
  name: 'engine',
  migrations: new URL('./migrations/', import.meta.url),
});
const dataFolder = newDataFolder();
afterAll(() => rmSync(dataFolder, { recursive: true, force: true }));

const EVENTS = 10_000;
const at = new Date(Date.now() - 60_000).toISOString();
const events = Array.from({ length: EVENTS }, (_, index) => newAttempt(`event ${index}`, { at }));

const startEngine = (): ChildProcess =>
  spawn(process.execPath, [fileURLToPath(new URL('./kill.fixture.ts', import.meta.url)), url, dataFolder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });

/** Sends events to an engine of its own; kills it after so many answers. Gives the answers that came. */
async function run(sent: readonly object[], killAfter: number): Promise<EventLineResult[]> {
  const child = startEngine();
  const answers: EventLineResult[] = [];
  const ended = new Promise((resolve) => {
    child.once('exit', resolve);
  });
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(sent.map((event) => `${JSON.stringify(event)}\n`).join(''));
  if (child.stdout) {
    for await (const line of createInterface({ input: child.stdout })) {
      // A line that the kill tore apart has acknowledged nothing.
      if (child.killed && !line.endsWith('}')) break;
      const answer = JSON.parse(line) as EventLineResult;
      if (answer.line) answers.push(answer);
      if (answers.length === killAfter) child.kill('SIGKILL');
    }
  }
  await ended;
  return answers;
}

describe('kill -9 in the middle of 10,000 acknowledged events', () => {
  it('loses none of them and doubles none, however often it happens', async () => {
    const acknowledged = new Map<string, string>();
    const note = (answers: readonly EventLineResult[]): void => {
      for (const { ok, id = '', decision = '' } of answers) {
        expect(ok).toBe(true);
        // An event that was acknowledged keeps its decision, whoever is asked.
        expect(acknowledged.get(id) ?? decision).toBe(decision);
        acknowledged.set(id, decision);
      }
    };
    for (const killAfter of [1, 700, 2500, 4000, 6000]) note(await run(events, killAfter));
    const beforeLast = acknowledged.size;
    expect(beforeLast).toBeGreaterThanOrEqual(6000);
    expect(beforeLast).toBeLessThan(EVENTS);
    note(await run(events, Number.POSITIVE_INFINITY));
    expect(acknowledged.size).toBe(EVENTS);
    const { rows } = await sql<{
      seq: number;
      event_id: string;
    }>`select seq, event_id from engine_decision`.execute(db);
    expect(rows).toHaveLength(EVENTS);
    for (const { seq, event_id } of rows) expect(acknowledged.get(event_id)).toBe(seq.toString(36));
  }, 120_000);
});
