import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { kill, Program, type SentEvent } from './program.fixture.ts';

// What the program does while something under it is gone: the database hangs, the disk of the journal is full.

/** Longer than a key is believed without asking; `OUTAGE_SECONDS=600` tries ten minutes. */
const OUTAGE_MS = Number(process.env.OUTAGE_SECONDS ?? 8) * 1000;

const programs: Program[] = [];
afterAll(async () => {
  for (const program of programs) await program.remove();
});

function newProgram(): Program {
  const program = new Program();
  programs.push(program);
  return program;
}

let sent = 0;
const newEvent = (): SentEvent => {
  sent += 1;
  const at = new Date().toISOString();
  return {
    kind: 'call.attempt',
    id: `outage-${sent}`,
    at,
    from: '+442079460011',
    to: '+8613900000001',
    ingress: 'international',
  };
};

interface Decision {
  readonly id: string;
  readonly degraded: readonly string[];
}

interface Health {
  readonly parts: readonly {
    readonly name: string;
    readonly state: string;
    readonly figures: readonly { readonly name: string; readonly value: number }[];
  }[];
}

const engineOf = async (program: Program) =>
  (await program.ask<Health>('/v1/health')).parts.find(({ name }) => name === 'engine');
const waitingIn = async (program: Program) =>
  (await engineOf(program))?.figures.find(({ name }) => name === 'unrecordedWaiting')?.value;

/** Submits events as a stream; gives the results. */
async function stream(program: Program, events: readonly SentEvent[]): Promise<(string | undefined)[]> {
  const codes: (string | undefined)[] = [];
  await program.submit(events, ({ ok, code }) => codes.push(ok ? 'ok' : code));
  return codes;
}

describe('a database that hangs', () => {
  it(
    'stops no decision of a key that is known; afterwards everything is there once',
    async () => {
      const program = newProgram();
      await program.start();
      await program.ask('/v1/decisions', newEvent());
      const unused = program.run('key', 'add', 'unused', '--scope', 'event:submit').trim();
      const { postmaster = 0, backends } = program.processes();
      const frozen = [postmaster, ...backends];
      const total = async () => (await program.ask<{ total: number }>('/v1/decisions/stats?period=1h')).total;
      await expect.poll(total).toBe(1);
      for (const pid of frozen) kill(pid, 'SIGSTOP');
      try {
        const until = performance.now() + OUTAGE_MS;
        let slowest = 0;
        while (performance.now() < until) {
          const began = performance.now();
          const { degraded } = await program.ask<Decision>('/v1/decisions', newEvent());
          slowest = Math.max(slowest, performance.now() - began);
          expect(degraded).toEqual([]);
          expect(await stream(program, [newEvent(), newEvent()])).toEqual(['ok', 'ok']);
          await pause(100);
        }
        expect(slowest).toBeLessThan(3000);
        const stranger = await fetch(`${program.address}/v1/decisions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${unused}`, 'content-type': 'application/json' },
          body: JSON.stringify(newEvent()),
        });
        expect(stranger.status).toBe(503);
        expect(stranger.headers.get('retry-after')).toBe('2');
        expect((await fetch(`${program.address}/readyz`)).status).toBe(503);
      } finally {
        for (const pid of frozen) kill(pid, 'SIGCONT');
      }
      const before = sent - 1;
      await expect.poll(total, { timeout: 60_000 }).toBe(before);
      await program.stop();
    },
    120_000 + OUTAGE_MS,
  );
});

/** How a folder gets a small disk of its own that nobody else sees; undefined where that is not allowed. */
function smallDisk(folder: string): string[] | undefined {
  const mount = ['unshare', '--mount', '--', 'sh', '-c'];
  const script = `mkdir -p "${folder}" && mount -t tmpfs -o size=3m tmpfs "${folder}" && exec "$@"`;
  try {
    execFileSync(mount[0] ?? '', [...mount.slice(1), script, 'sh', 'true'], { stdio: 'ignore' });
    return [...mount, script, 'sh'];
  } catch {
    return undefined;
  }
}

const probe = newProgram();
const wrap = smallDisk(join(probe.data, 'journal'));

describe('a full disk under the journal', () => {
  it.skipIf(wrap === undefined)(
    'lets inline decisions go on, and records them once there is room',
    async () => {
      const program = probe;
      await program.start(wrap);
      const first = await program.ask<Decision>('/v1/decisions', newEvent());
      const { serving } = program.processes();
      const seen = join('/proc', String(serving), 'root', program.data, 'journal');
      const filler = join(seen, 'filler');
      expect(existsSync(seen)).toBe(true);
      let filled = '';
      try {
        writeFileSync(filler, Buffer.alloc(8_000_000));
      } catch (error) {
        filled = (error as NodeJS.ErrnoException).code ?? '';
      }
      expect(filled).toBe('ENOSPC');
      const during: SentEvent[] = [];
      const ids = new Set<string>();
      // What is left of the last page of the file takes some; then nothing is recorded.
      for (let round = 0; round < 300; round++) {
        const event = newEvent();
        const { id, degraded } = await program.ask<Decision>('/v1/decisions', event);
        if (id !== 'not-recorded') continue;
        expect(degraded).toEqual(['journal']);
        during.push(event);
        ids.add(event.id);
      }
      expect(during.length).toBeGreaterThan(50);
      expect((await engineOf(program))?.state).toBe('degraded');
      expect(new Set(await stream(program, [newEvent(), newEvent()]))).toEqual(new Set(['unavailable']));
      rmSync(filler);
      await expect.poll(() => waitingIn(program), { timeout: 30_000 }).toBe(0);
      const again = await Promise.all(
        during.map((event) => program.ask<Decision & { duplicate?: boolean }>('/v1/decisions', event)),
      );
      expect(
        again.every(({ duplicate, degraded }) => duplicate === true && degraded.includes('journal')),
      ).toBe(true);
      expect(new Set(again.map(({ id }) => id)).size).toBe(during.length);
      expect(again.some(({ id }) => id === 'not-recorded' || id === first.id)).toBe(false);
      expect((await engineOf(program))?.state).toBe('ok');
      await program.stop();
    },
    120_000,
  );
});
