import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NOT_RECORDED } from '@fanzha/contract';
import { afterEach, describe, expect, it } from 'vitest';
import { openPack, openVault, silentLogger, systemClock } from '../platform/index.ts';
import { openRemoteCore } from './core-client.service.ts';
import { startCoreProcess } from './core-process.service.ts';
import { createDecider } from './decision.service.ts';
import { newAttempt, newDataFolder, testNumbering } from './engine.fixture.ts';
import { type EngineCore, openCore } from './engine-core.service.ts';
import { type IntakeUnderTest, intakeLaws, lawPackFolder, wordOf } from './intake-laws.fixture.ts';
import type { LawStart } from './intake-laws.process.fixture.ts';
import { viewJournal } from './journal/journal-view.store.ts';
import { overloadSetting } from './overload.model.ts';
import { TEST_KINDS, TEST_SIGNALS } from './policy.fixture.ts';

const packFolder = lawPackFolder();
const pack = openPack(packFolder);
const clock = systemClock;
const log = silentLogger;
const listener = { onDecided: () => undefined, onSample: () => undefined };
const newDecider = () =>
  createDecider({ pack, kinds: TEST_KINDS, signals: TEST_SIGNALS, clock, numbering: testNumbering });

function openHere(dataFolder: string): Promise<EngineCore> {
  const vault = openVault(dataFolder);
  return openCore({ decider: newDecider(), pack, dataFolder, fsync: false, vault, clock, log, listener });
}

function openApart(dataFolder: string, silentMs = 30_000): Promise<EngineCore> {
  const program = new URL('./intake-laws.process.fixture.ts', import.meta.url);
  return openRemoteCore({
    connect: (onNews) => startCoreProcess(program, [], onNews),
    knowledge: async (): Promise<LawStart> => ({ dataFolder, packFolder }),
    standIn: { decider: newDecider(), setting: overloadSetting(pack) },
    listener,
    silentMs,
    view: viewJournal({ folder: join(dataFolder, 'journal'), sealer: openVault(dataFolder), log }),
    log,
  });
}

async function underTest(open: (dataFolder: string) => Promise<EngineCore>): Promise<IntakeUnderTest> {
  const dataFolder = newDataFolder();
  const core = await open(dataFolder);
  core.start();
  return { core, reopen: () => open(dataFolder) };
}

intakeLaws('in this process', () => underTest(openHere));
intakeLaws('in a process of its own', () => underTest((dataFolder) => openApart(dataFolder)));

describe('a deciding process that goes or hangs', () => {
  let core: EngineCore | undefined;
  afterEach(() => core?.stop());
  const at = clock.date().toISOString();

  async function apart(silentMs?: number): Promise<{ core: EngineCore; pid: () => number }> {
    const dataFolder = newDataFolder();
    core = await openApart(dataFolder, silentMs);
    return { core, pid: () => Number(readFileSync(join(dataFolder, 'pid'), 'utf8')) };
  }

  it('is started again when it is killed, and what was asked of it is decided once', async () => {
    const { core: asked, pid } = await apart();
    const seen = new Map<string, Set<string>>();
    for (let round = 0; round < 3; round++) {
      const events = Array.from({ length: 200 }, (_, index) => newAttempt(`e${round} ${index}`, { at }));
      const answers = asked.takeAll(events, 'en');
      process.kill(pid(), 'SIGKILL');
      const outcomes = [...(await answers), ...(await asked.takeAll(events, 'en'))];
      for (const outcome of outcomes) {
        expect(['new', 'duplicate']).toContain(wordOf(outcome));
        if (outcome.ok) {
          const { eventId } = outcome.entry.decision;
          seen.set(eventId, (seen.get(eventId) ?? new Set()).add(outcome.id));
        }
      }
    }
    expect(seen.size).toBe(600);
    expect([...seen.values()].every(({ size }) => size === 1)).toBe(true);
  }, 60_000);

  it('is stood in for while it hangs: inline events are decided, marked, and recorded once', async () => {
    const { core: asked, pid } = await apart();
    await asked.take(newAttempt('before', { at }), 'en');
    process.kill(pid(), 'SIGSTOP');
    const events = Array.from({ length: 50 }, (_, index) => newAttempt(`during ${index}`, { at }));
    const answers = await Promise.all(events.map((event) => asked.take(event, 'en')));
    expect(
      answers.every(({ id, entry }) => id === NOT_RECORDED && entry.decision.degraded.includes('engine')),
    ).toBe(true);
    process.kill(pid(), 'SIGCONT');
    const later = await asked.takeAll(events, 'en');
    expect(new Set(later.map(wordOf))).toEqual(new Set(['duplicate']));
    expect(asked.status().overload).toMatchObject({ waiting: 0, lost: 0 });
  }, 60_000);

  it('is ended and started again when it hangs for good', async () => {
    const { core: asked, pid } = await apart(3000);
    const before = pid();
    process.kill(before, 'SIGSTOP');
    const events = Array.from({ length: 10 }, (_, index) => newAttempt(`e${index}`, { at }));
    const outcomes = await asked.takeAll(events, 'en');
    expect(new Set(outcomes.map(wordOf))).toEqual(new Set(['new']));
    expect(pid()).not.toBe(before);
  }, 60_000);

  it('is stood in for while it cannot be started, and what was decided then is recorded and counted', async () => {
    const { core: asked, pid } = await apart();
    await asked.take(newAttempt('before', { at }), 'en');
    process.kill(pid(), 'SIGKILL');
    const events = Array.from({ length: 20 }, (_, index) => newAttempt(`during ${index}`, { at }));
    const entries = (await Promise.all(events.map((event) => asked.take(event, 'en')))).map(
      ({ entry }) => entry,
    );
    // Told again, as after an answer that was lost: recorded once all the same.
    for (let round = 0; round < 3; round++) await asked.record(entries);
    const [last] = await asked.takeAll([newAttempt('last', { at })], 'en');
    expect(last?.ok).toBe(true);
    const [counted] = await asked.countersOf('caller', ['+862161234567'], Date.parse(at));
    expect(counted?.find(({ name }) => name === 'count("caller", "1h")')?.value).toBe(22);
  }, 60_000);
});
