import { fileURLToPath } from 'node:url';
import { unavailable } from '@fanzha/contract';
import { describe, expect, it, vi } from 'vitest';
import { composeDecider } from '../../compose.ts';
import { AppError, silentLogger } from '../../platform/index.ts';
import { testClock } from '../../platform/testing/index.ts';
import { type CallEndsParts, createCallEnds } from './call-ends.service.ts';

const clock = testClock('2026-11-24T10:00:00+08:00');
const decider = composeDecider(fileURLToPath(new URL('../../../../../packs/cn', import.meta.url)), clock);
const end = (attempt: string) => ({ attempt, answered: true, ringSeconds: 4, talkSeconds: 61 });

function ends(submit: CallEndsParts['submit']) {
  return createCallEnds({ parse: decider.parse.bind(decider), submit, clock, log: silentLogger });
}

describe('ends of calls that proxies tell', () => {
  it('reach the engine with what a proxy left out', async () => {
    const taken: unknown[] = [];
    const calls = ends(async (_, inputs) => {
      taken.push(...inputs);
      return inputs.map(() => ({ ok: true }));
    });
    calls.take(end('a'));
    calls.take({ ...end('b'), id: 'b-end' });
    await vi.waitFor(() => expect(taken).toHaveLength(2));
    expect(taken[0]).toMatchObject({ kind: 'call.end', id: 'a', at: clock.date().toISOString() });
    expect(taken[1]).toMatchObject({ id: 'b-end' });
    await calls.stop();
  });

  it('wait in order while the engine is away, and are told once', async () => {
    const taken: unknown[] = [];
    let isAway = true;
    const calls = ends(async (_, inputs) =>
      inputs.map((input) => {
        if (isAway) return { ok: false, error: new AppError(unavailable) };
        taken.push((input as { id: string }).id);
        return { ok: true };
      }),
    );
    for (const id of ['a', 'b', 'c']) calls.take(end(id));
    await vi.waitFor(() => expect(calls.figures()).toEqual({ waiting: 3, lost: 0 }));
    isAway = false;
    await calls.stop();
    expect(taken).toEqual(['a', 'b', 'c']);
    expect(calls.figures().waiting).toBe(0);
  });

  it('are refused at once where a field is wrong, and named', () => {
    const calls = ends(async () => []);
    const refused = (told: unknown) => {
      try {
        calls.take(told);
      } catch (error) {
        return (error as AppError).fields.map(({ field }) => field);
      }
      return [];
    };
    expect(refused({ ...end('a'), talkSeconds: -1 })).toEqual(['talkSeconds']);
    expect(refused('over')).toHaveLength(1);
    expect(refused({ kind: 'call.attempt' })).not.toEqual([]);
  });

  it('take no more memory than fifty thousand of them', async () => {
    const calls = ends(() => new Promise(() => undefined));
    for (let call = 0; call < 50_010; call += 1) calls.take(end(`c${call}`));
    expect(calls.figures()).toEqual({ waiting: 50_000, lost: 10 });
  });
});
