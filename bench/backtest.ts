import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeReplay, composeTraffic } from '../packages/server/src/compose.ts';
import { createDecider, generateTraffic, runBacktest } from '../packages/server/src/engine/index.ts';
import { createIntake } from '../packages/server/src/engine/intake.service.ts';
import { openFileJournal } from '../packages/server/src/engine/journal/file-journal.store.ts';
import { RepeatIndex } from '../packages/server/src/engine/repeat.model.ts';
import { openPack, openVault, silentLogger, systemClock } from '../packages/server/src/platform/index.ts';
import type { Bench, BenchResult } from './result.ts';
import { PACK } from './traffic.ts';

const EVENTS = 1_000_000;
const AT_ONCE = 500;
const GIB = 2 ** 30;

/**
 * A day of simulated traffic, decided live by the shipped policy into a journal on the disk, then replayed: the same
 * policy as candidate, so that both must say what was said then, to the last decision.
 */
export const backtestBench: Bench = async function* (say, { events = EVENTS }) {
  const dataFolder = mkdtempSync(join(tmpdir(), 'fanzha-bench-'));
  try {
    const { bavail, bsize } = statfsSync(dataFolder);
    say(`${events} events into ${dataFolder}, ${((bavail * bsize) / GIB).toFixed(1)} GiB free`);
    yield await decideLive(dataFolder, events);
    yield* replay(dataFolder, say);
  } finally {
    rmSync(dataFolder, { recursive: true, force: true });
  }
};

async function decideLive(dataFolder: string, events: number): Promise<BenchResult> {
  const source = await composeReplay({ packFolder: PACK, dataFolder, knowledge: undefined });
  const { ground, seed, displayNumber } = source;
  const decider = createDecider({
    pack: source.pack,
    kinds: ground.kinds,
    signals: ground.signals,
    clock: systemClock,
    numbering: { display: displayNumber },
    counting: { seed },
  });
  const journal = await openFileJournal({
    folder: join(dataFolder, 'journal'),
    fsync: false,
    sealer: openVault(dataFolder),
    clock: systemClock,
    log: silentLogger,
  });
  const intake = createIntake({
    decider,
    journal,
    repeats: new RepeatIndex({ seed: 1 }),
    maxUnderWay: 20_000,
    log: silentLogger,
    onTaken: () => undefined,
  });
  const began = performance.now();
  let group: unknown[] = [];
  const flush = async (): Promise<void> => {
    const outcomes = await intake.takeAll(group, 'en');
    const refused = outcomes.find(({ ok }) => !ok);
    if (refused?.ok === false) throw refused.error;
    group = [];
  };
  for (const event of traffic(events)) {
    group.push(event);
    if (group.length === AT_ONCE) await flush();
  }
  await flush();
  await journal.close();
  const seconds = (performance.now() - began) / 1000;
  return { name: 'backtest: decided live (with making them up)', value: events / seconds, unit: 'events/s' };
}

function* traffic(events: number): Generator<unknown> {
  const pack = openPack(PACK);
  const made = generateTraffic({
    sources: composeTraffic(pack),
    seed: 1,
    events,
    until: systemClock.now(),
    timeZone: pack.timeZone,
    idPrefix: 'bench',
  });
  for (const { event } of made) yield event;
}

async function* replay(dataFolder: string, say: (line: string) => void): AsyncGenerator<BenchResult> {
  const source = await composeReplay({ packFolder: PACK, dataFolder, knowledge: undefined });
  const { setting } = createDecider({
    pack: source.pack,
    kinds: source.ground.kinds,
    signals: source.ground.signals,
    clock: systemClock,
    numbering: { display: source.displayNumber },
  });
  const task = {
    live: setting.live,
    candidate: setting.live,
    snoozes: [],
    from: 0,
    to: systemClock.now() + 1,
    seed: 1,
    labels: { positions: new Float64Array(), fraud: new Uint8Array() },
  };
  const { reproduced, cost, changed } = await runBacktest(source, task, () => undefined);
  for (const { decision, field, recorded, replayed, cause } of reproduced.differences) {
    say(`differs: ${decision} ${field}: ${recorded}, replayed ${replayed} (${cause})`);
  }
  yield { name: 'backtest: replayed, two policies', value: cost.eventsPerSecond, unit: 'events/s' };
  yield { name: 'backtest: time', value: cost.seconds / 60, unit: 'minutes' };
  yield { name: 'backtest: decisions compared with live', value: reproduced.compared, unit: 'decisions' };
  yield {
    name: 'backtest: decisions that differ',
    value: reproduced.compared - reproduced.equal,
    unit: 'decisions',
  };
  yield { name: 'backtest: verdicts that would change', value: changed, unit: 'decisions' };
  yield { name: 'backtest: an event, live policy', value: cost.baselineMicros, unit: 'us' };
  yield { name: 'backtest: an event, both policies', value: cost.withCandidateMicros, unit: 'us' };
}
