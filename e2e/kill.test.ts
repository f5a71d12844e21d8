import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { kill, Program, type SentEvent } from './program.fixture.ts';

// The program as it runs in production, under load, with every one of its processes killed at random: nothing that was
// acknowledged may be lost, nothing decided twice, and the counters must say what really came. The whole proof:
// KILLS=100 npm test -- e2e/kill.test.ts

const KILLS = Number(process.env.KILLS ?? 20);
const SEED = Number(process.env.KILL_SEED ?? 3);
const STREAMS = 3;
const INLINE = 4;
const CALLERS = 60;
const LINES = 300;

const program = new Program();
afterAll(() => program.remove());

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What was sent, and the decision that each event was first acknowledged with. */
class Ledger {
  readonly sent: SentEvent[] = [];
  readonly acknowledged = new Map<string, string>();
  readonly contradictions: string[] = [];

  next(worker: string): SentEvent {
    const number = this.sent.length;
    const event = {
      kind: 'call.attempt',
      id: `${worker}-${number}`,
      at: new Date().toISOString(),
      from: callerOf(number % CALLERS),
      to: `+86139${String(number).padStart(8, '0')}`,
      ingress: 'international',
    };
    this.sent.push(event);
    return event;
  }

  note(id: string, decision: string): void {
    const first = this.acknowledged.get(id);
    if (first === undefined) this.acknowledged.set(id, decision);
    else if (first !== decision) this.contradictions.push(`${id}: ${first}, then ${decision}`);
  }
}

const callerOf = (index: number): string => `+4420794600${String(index).padStart(2, '0')}`;

/** Streams batch after batch; what a broken stream left unanswered goes into the next. */
async function streamOn(worker: string, ledger: Ledger, ended: () => boolean): Promise<void> {
  let open: SentEvent[] = [];
  while (!ended() || open.length > 0) {
    while (!ended() && open.length < LINES) open.push(ledger.next(worker));
    await program.submit(open, ({ ok, id = '', decision = '' }) => {
      if (ok) ledger.note(id, decision);
    });
    open = open.filter(({ id }) => !ledger.acknowledged.has(id));
    await pause(open.length > 0 ? 100 : 20);
  }
}

/** Asks for decision after decision, each until it is answered as recorded. */
async function askOn(worker: string, ledger: Ledger, ended: () => boolean): Promise<void> {
  while (!ended()) {
    const event = ledger.next(worker);
    for (;;) {
      const decision = await program
        .ask<{ id: string; degraded: string[] }>('/v1/decisions', event)
        .catch(() => undefined);
      if (decision !== undefined && !decision.id.includes('-')) {
        ledger.note(event.id, decision.id);
        break;
      }
      await pause(50);
    }
    await pause(5);
  }
}

/** Kills one process after another. The serving process is started again; the others have somebody who does it. */
async function killAll(ledger: Ledger): Promise<Record<string, number>> {
  const random = randomFrom(SEED);
  const killed: Record<string, number> = {};
  for (let round = 0; round < KILLS; round++) {
    const before = ledger.acknowledged.size;
    // Every round begins with work that goes on: a kill of what stands still shows nothing.
    await expect
      .poll(() => ledger.acknowledged.size, { timeout: 60_000 })
      .toBeGreaterThan(before + 200)
      .catch((error: Error) => {
        throw new Error(`${error.message} after ${JSON.stringify(killed)}\n${program.log}`);
      });
    await pause(random() * 400);
    const { serving, engine, postmaster, backends } = program.processes();
    const backend = backends[Math.floor(random() * backends.length)];
    // What is just being started again cannot be killed.
    const alive = Object.entries({ serving, engine, postmaster, backend }).filter(([, pid]) => pid);
    const [name = 'serving', pid = serving] = alive[Math.floor(random() * alive.length)] ?? [];
    killed[name] = (killed[name] ?? 0) + 1;
    kill(pid, 'SIGKILL');
    if (name !== 'serving') continue;
    await program.gone();
    await program.start();
  }
  return killed;
}

/** Ids of all decisions that lists show. */
async function listedIds(): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor = ''; ; ) {
    const path = `/v1/decisions?limit=200${cursor === '' ? '' : `&cursor=${cursor}`}`;
    const { items, next } = await program.ask<{ items: { id: string }[]; next?: string }>(path);
    ids.push(...items.map(({ id }) => id));
    if (next === undefined) return ids;
    cursor = encodeURIComponent(next);
  }
}

interface Counters {
  readonly counters: readonly { readonly name: string; readonly value: number }[];
}

describe(`${KILLS} kills of every process under load`, () => {
  it('lose nothing that was acknowledged, decide nothing twice, and leave counters and audit true', async () => {
    await program.start();
    const ledger = new Ledger();
    let over = false;
    const ended = (): boolean => over;
    const load = [
      ...Array.from({ length: STREAMS }, (_, index) => streamOn(`stream${index}`, ledger, ended)),
      ...Array.from({ length: INLINE }, (_, index) => askOn(`inline${index}`, ledger, ended)),
    ];
    const killed = await killAll(ledger).finally(() => {
      over = true;
    });
    await Promise.all(load);
    const total = ledger.sent.length;
    expect(ledger.contradictions).toEqual([]);
    expect(ledger.acknowledged.size).toBe(total);

    // Sent once more, each is known with the decision that it was acknowledged with.
    const again = new Map<string, string>();
    await program.submit(ledger.sent, ({ ok, id = '', decision = '', duplicate }) => {
      if (ok && duplicate) again.set(id, decision);
    });
    expect(again.size).toBe(total);
    expect([...again].filter(([id, decision]) => ledger.acknowledged.get(id) !== decision)).toEqual([]);

    const figures = (): Promise<{ total: number }> => program.ask('/v1/decisions/stats?period=1h');
    await expect.poll(async () => (await figures()).total, { timeout: 60_000 }).toBe(total);
    const listed = await listedIds();
    const decided = new Set(ledger.acknowledged.values());
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed.filter((id) => !decided.has(id))).toEqual([]);

    const wrong: string[] = [];
    for (let index = 0; index < CALLERS; index++) {
      const truth = ledger.sent.filter(({ from }) => from === callerOf(index)).length;
      const body = { role: 'caller', value: callerOf(index), purpose: 'quality' };
      const { counters } = await program.ask<Counters>('/v1/subjects/features', body);
      const counted = counters.find(({ name }) => name === 'count("caller", "1h")')?.value ?? 0;
      if (counted !== truth) wrong.push(`${callerOf(index)}: ${counted}, really ${truth}`);
    }
    expect(wrong).toEqual([]);
    expect(program.run('audit', 'verify')).not.toBe('');
    process.stderr.write(`${JSON.stringify({ killed, events: total, listed: listed.length })}\n`);
    await program.stop();
  }, 600_000);
});
