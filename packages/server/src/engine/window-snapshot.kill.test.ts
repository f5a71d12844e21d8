import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { openVault } from '../platform/index.ts';
import { windowSeed } from './counting.service.ts';
import { newDataFolder } from './engine.fixture.ts';
import { eventOfNumber, newCountingDecider, toldAfter } from './window-snapshot.fixture.ts';

const dataFolder = newDataFolder();
afterAll(() => rmSync(dataFolder, { recursive: true, force: true }));
const child = fileURLToPath(new URL('./window-snapshot.process.fixture.ts', import.meta.url));

interface Answer {
  readonly done?: number;
  readonly told?: unknown[];
  readonly restoredFrom?: string;
  readonly replayed?: number;
}

/** Runs the process up to a total; kills it once so many events are durable. Gives its last whole answer. */
async function run(total: number, killAt: number): Promise<Answer> {
  const started = spawn(process.execPath, [child, dataFolder, String(total)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => {
    started.once('exit', resolve);
  });
  let last: Answer = {};
  for await (const line of createInterface({ input: started.stdout })) {
    if (started.killed && !line.endsWith('}')) break;
    last = JSON.parse(line) as Answer;
    if ((last.done ?? 0) >= killAt) started.kill('SIGKILL');
  }
  await ended;
  return last;
}

it('a restart forgets nothing: killed again and again, the counters are those of a run without a stop', async () => {
  const total = 6000;
  let done = 0;
  for (let kill = 0; kill < 5; kill++) {
    const killAt = done + 50 + Math.floor(Math.random() * 1000);
    const answer = await run(total, killAt);
    expect(answer.done).toBeGreaterThanOrEqual(killAt);
    done = answer.done ?? done;
  }
  const { told, restoredFrom, replayed } = await run(total, Number.POSITIVE_INFINITY);
  const stayed = newCountingDecider(windowSeed(openVault(dataFolder)));
  for (let number = 0; number < total; number++) stayed.decide(eventOfNumber(stayed, number));
  expect(told).toEqual(toldAfter(stayed, total));
  expect(restoredFrom).toBe('newest');
  expect(replayed).toBeLessThan(done);
}, 60_000);
