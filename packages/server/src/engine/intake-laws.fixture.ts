import { describe, expect, it } from 'vitest';
import { systemClock } from '../platform/index.ts';
import { newAttempt } from './engine.fixture.ts';
import type { EngineCore } from './engine-core.service.ts';
import type { TakeOutcome } from './intake.service.ts';
import { decodeEntry } from './journal-entry.model.ts';
import { newPackFolder, newRule, TEST_JOURNAL, TEST_OVERLOAD, TEST_WINDOWS } from './policy.fixture.ts';

/** An intake under test that can be stopped and opened again over what it recorded. */
export interface IntakeUnderTest {
  readonly core: EngineCore;
  reopen(): Promise<EngineCore>;
}

const SEEN = 'count("caller", "1h")';
/** Events that may be under way at once in the intakes under test. */
export const LAW_UNDER_WAY = 2000;

/** A pack whose one rule counts, so that the counters show in which order events came. */
export const lawPackFolder = (): string =>
  newPackFolder({
    rules: [newRule({ when: `${SEEN} > 1000000.0` })],
    files: {
      'engine.json': {
        windows: TEST_WINDOWS,
        overload: { ...TEST_OVERLOAD, maxUnderWay: LAW_UNDER_WAY },
        journal: TEST_JOURNAL,
      },
    },
  });

const now = (): string => systemClock.date().toISOString();
const never = new AbortController().signal;

/** What an outcome says, in a word. */
export const wordOf = (outcome: TakeOutcome): string =>
  outcome.ok ? (outcome.duplicate ? 'duplicate' : 'new') : outcome.error.kind.code;

const idOf = (outcome: TakeOutcome | undefined): string | undefined => (outcome?.ok ? outcome.id : undefined);

/** How often each caller had called, as the decisions say it, in the order in which they were recorded. */
async function seenBy(core: EngineCore): Promise<Map<string, number[]>> {
  const end = await core.durableEnd();
  await expect.poll(() => core.journal.end).toBeGreaterThanOrEqual(end);
  const seen = new Map<string, number[]>();
  for await (const batch of core.journal.read(0)) {
    for (const { payload } of batch) {
      const { event, decision } = decodeEntry(payload);
      if (event.kind !== 'call.attempt') continue;
      seen.set(event.from, [...(seen.get(event.from) ?? []), Number(decision.facts[SEEN])]);
    }
  }
  return seen;
}

const countUp = (length: number): number[] => Array.from({ length }, (_, index) => index + 1);

async function linesOf(parts: ReturnType<EngineCore['lines']>): Promise<{ ok: boolean; id?: string }[]> {
  let text = '';
  for await (const part of parts) {
    text +=
      part instanceof Uint8Array
        ? Buffer.from(part)
        : part.map((line) => `${JSON.stringify(line)}\n`).join('');
  }
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

type Open = () => Promise<IntakeUnderTest>;

/** What every intake keeps to, wherever events are queued and decided; each runs these with its own way of opening one. */
export function intakeLaws(name: string, open: Open): void {
  describe(`the laws of an intake: ${name}`, () => {
    onceLaws(open);
    orderLaws(open);
    boundLaws(open);
  });
}

function onceLaws(open: Open): void {
  it('decides an event once, however and however often it comes', async () => {
    const { core } = await open();
    const event = newAttempt('a', { at: now() });
    const first = await core.take(event, 'en');
    expect(first.duplicate).toBe(false);
    const again = [...(await core.takeAll([event, event], 'en')), ...(await core.takeInline([event], 'en'))];
    expect(again.map(wordOf)).toEqual(['duplicate', 'duplicate', 'duplicate']);
    expect(new Set(again.map(idOf))).toEqual(new Set([first.id]));
    const [other] = await core.takeAll([{ ...event, to: '9' }], 'en');
    expect(other && wordOf(other)).toBe('event-id-conflict');
    expect([...(await seenBy(core)).values()]).toEqual([[1]]);
    await core.stop();
  });

  it('makes one decision of an event that comes many times at once, by every way', async () => {
    const { core } = await open();
    const event = newAttempt('a', { at: now() });
    const body = Buffer.from(`${JSON.stringify(event)}\n`.repeat(20));
    const [inline, groups, streamed] = await Promise.all([
      Promise.all(countUp(20).map(() => core.take(event, 'en'))),
      Promise.all(countUp(20).map(() => core.takeAll([event], 'en'))),
      linesOf(
        core.lines(
          (async function* () {
            yield body;
          })(),
          'en',
          never,
        ),
      ),
    ]);
    const ids = new Set([...inline.map(({ id }) => id), ...groups.flat().map(idOf)]);
    expect(ids.size).toBe(1);
    expect(streamed.filter(({ ok }) => ok)).toHaveLength(20);
    expect([...(await seenBy(core)).values()]).toEqual([[1]]);
    await core.stop();
  });
}

function orderLaws(open: Open): void {
  it('counts the events of a subject in the order in which it records them', async () => {
    const { core } = await open();
    const callers = ['+8610', '+8620', '+8630'];
    const at = now();
    const events = countUp(600).map((index) =>
      newAttempt(`e${index}`, { at, from: callers[index % 3], ingress: 'access' }),
    );
    await Promise.all([
      ...countUp(10).map((part) => core.takeAll(events.slice((part - 1) * 40, part * 40), 'en')),
      ...events.slice(400).map((event) => core.take(event, 'en')),
    ]);
    const seen = await seenBy(core);
    for (const caller of callers) expect(seen.get(caller)).toEqual(countUp(200));
    await core.stop();
  });

  it('knows after a restart what it decided, and goes on counting', async () => {
    const { core, reopen } = await open();
    const at = now();
    const events = countUp(50).map((index) => newAttempt(`e${index}`, { at }));
    const before = await core.takeAll(events, 'en');
    await core.stop();
    const again = await reopen();
    const after = await again.takeAll([...events, newAttempt('new', { at })], 'en');
    expect(after.slice(0, 50).map(idOf)).toEqual(before.map(idOf));
    expect(after.map(wordOf)).toEqual([...events.map(() => 'duplicate'), 'new']);
    expect([...(await seenBy(again)).values()]).toEqual([countUp(51)]);
    await again.stop();
  });
}

function boundLaws(open: Open): void {
  it('lets bad input cost only itself, and answers in the order of what was sent', async () => {
    const { core } = await open();
    const at = now();
    const inputs = [
      newAttempt('1', { at }),
      { kind: 'no' },
      null,
      newAttempt('4', { at, ingress: 'sea' }),
      [],
    ];
    const outcomes = await core.takeAll([...inputs, newAttempt('6', { at })], 'en');
    expect(outcomes.map(wordOf)).toEqual([
      'new',
      'event-invalid',
      'event-invalid',
      'event-invalid',
      'event-invalid',
      'new',
    ]);
    await expect(core.take({ kind: 'no' }, 'en')).rejects.toMatchObject({
      kind: { code: 'event-invalid' },
    });
    await core.stop();
  });

  it('answers everybody at once when more comes than may wait, and forgets nobody it acknowledged', async () => {
    const { core } = await open();
    const at = now();
    const events = countUp(3 * LAW_UNDER_WAY).map((index) => newAttempt(`e${index}`, { at }));
    const outcomes = await core.takeAll(events, 'en');
    const words = outcomes.map(wordOf);
    expect(words.filter((word) => word === 'new')).toHaveLength(LAW_UNDER_WAY);
    expect(new Set(words)).toEqual(new Set(['new', 'overloaded']));
    const refused = events.filter((_, index) => words[index] === 'overloaded');
    const later = await core.takeAll(refused.slice(0, LAW_UNDER_WAY), 'en');
    expect(new Set(later.map(wordOf))).toEqual(new Set(['new']));
    await core.stop();
  });

  it('reads a stream no faster than its answers are taken', async () => {
    const { core } = await open();
    const at = now();
    let given = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        const lines = countUp(100).map(() => JSON.stringify(newAttempt(`e${given++}`, { at })));
        yield Buffer.from(`${lines.join('\n')}\n`);
      }
    }
    const stop = new AbortController();
    const answers = core.lines(endless(), 'en', stop.signal)[Symbol.asyncIterator]();
    await answers.next();
    let before = -1;
    // Nobody reads on: after some turns nothing more is asked for.
    await expect
      .poll(
        () => {
          const still = given === before;
          before = given;
          return still;
        },
        { interval: 500, timeout: 20_000 },
      )
      .toBe(true);
    expect(given).toBeLessThan(40_000);
    stop.abort();
    await answers.return?.();
    await core.stop();
  });
}
