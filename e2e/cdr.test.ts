import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { kill, Program } from './program.fixture.ts';

// Call records that come into a watched folder while the program is killed under them: each call is decided once, also
// those that are older than the day in which the engine knows ids again.

const RECORDS = 24_000;
const PIECES = 6;
const program = new Program();
const folder = mkdtempSync(join(tmpdir(), 'fanzha-cdr-'));
const ARGS = ['--cdr-folder', folder];
afterAll(async () => {
  await program.remove();
  rmSync(folder, { recursive: true });
});

const DAYS_AGO = { today: 0, old: 3 } as const;

function record(source: keyof typeof DAYS_AGO, call: number): string {
  const start = new Date(Date.now() - DAYS_AGO[source] * 86_400_000 - 600_000 + call * 10);
  const at = start.toISOString().slice(0, 19).replace('T', ' ');
  return `"","1380${String(call % 5000).padStart(7, '0')}","1390${String(call).padStart(7, '0')}","x","${at}","","${at}","0","0","NO_ANSWER","${source}-${call}","","a"\n`;
}

const attempts = async (): Promise<number> => {
  const { total } = await program.ask<{ total: number }>('/v1/decisions/stats?period=30d&kind=call.attempt');
  return total;
};

function append(piece: number): void {
  for (const source of ['today', 'old'] as const) {
    const from = (piece * RECORDS) / PIECES;
    const lines = Array.from({ length: RECORDS / PIECES }, (_, index) => record(source, from + index));
    appendFileSync(join(folder, source, 'Master.csv'), lines.join(''));
  }
}

/** Kills the serving process, the deciding one, or both; what served is started again. */
async function killSome(piece: number): Promise<void> {
  const { serving, engine } = program.processes();
  if (engine !== undefined && piece % 3 !== 0) kill(engine, 'SIGKILL');
  if (piece % 3 === 1) return;
  kill(serving, 'SIGKILL');
  await program.gone();
  await program.start([], ARGS);
}

describe('call records under kill -9', { timeout: 300_000 }, () => {
  it('every call is decided once', async () => {
    for (const source of ['today', 'old']) {
      mkdirSync(join(folder, source));
      writeFileSync(join(folder, source, 'source.json'), '{"format":"freeswitch","zone":"UTC"}');
    }
    await program.start([], ARGS);
    for (let piece = 0; piece < PIECES; piece += 1) {
      append(piece);
      // New files are looked for every two seconds.
      await pause(1200 + ((piece * 733) % 2000));
      await killSome(piece);
    }
    const until = Date.now() + 120_000;
    while ((await attempts().catch(() => 0)) < 2 * RECORDS && Date.now() < until) await pause(500);
    // Whatever would come twice has come by then.
    await pause(5000);
    expect(await attempts()).toBe(2 * RECORDS);
  });
});
