import type { Duplex } from 'node:stream';
import { setInterval } from 'node:timers';
import type { EventLineResult, FanzhaEvent } from '@fanzha/contract';
import type { Locale } from '@fanzha/vocabulary';
import { failureOf, type Logger, serveWire } from '../platform/index.ts';
import type { CoreListener, CoreStatus, DecidedTally, EngineCore } from './engine-core.service.ts';
import type { Taken, TakeOutcome } from './intake.service.ts';
import type { JournalGrowth } from './journal/journal-view.store.ts';
import type { JournalEntry } from './journal-entry.model.ts';
import type { PolicySetting } from './policy.model.ts';

/** What the deciding process is told at its beginning, and answers with. */
export interface CoreOpened {
  /** How far each file of the journal is durable. */
  readonly growth: readonly JournalGrowth[];
  readonly status: CoreStatus;
}

/** The parts of a deciding process: what to open, and what else it has to know beside the policy. */
export interface HostedCore {
  /** Opens the core by what the other process knows: policy, lists, models, as plain data. */
  open(
    knowledge: unknown,
    listener: CoreListener,
    onGrown: (growth: JournalGrowth) => void,
  ): Promise<EngineCore>;
  /** Takes in what has changed of it. */
  learn(what: string, news: unknown): Promise<void> | void;
}

/** Between two reports of figures. */
const REPORT_MS = 500;

/** Serves a core to the process on the other end of a connection; resolves when that has gone and all is written. */
export async function hostCore(connection: Duplex, hosted: HostedCore, log: Logger): Promise<void> {
  const gone = Promise.withResolvers<void>();
  connection.once('close', () => gone.resolve());
  let core: EngineCore | undefined;
  const decided = new DecidedSum();
  const growing = new Map<number, JournalGrowth>();
  const listener: CoreListener = {
    onDecided: (tally) => decided.add(tally),
    onSample: (taken) => server.tell('sample', taken.map(answered)),
  };
  const ready = (): EngineCore => {
    if (!core) throw new Error('the core is not open yet');
    return core;
  };
  const grow = (growth: JournalGrowth): void => {
    if (growing.size === 0) setImmediate(tellGrowth);
    growing.set(growth.start, growth);
  };
  const tellGrowth = (): void => {
    server.tell('growth', [...growing.values()]);
    growing.clear();
  };
  const server = serveWire(
    connection,
    {
      calls: {
        open: async (knowledge): Promise<CoreOpened> => {
          const found: JournalGrowth[] = [];
          const opening = await hosted.open(knowledge, listener, (growth) =>
            core ? grow(growth) : found.push(growth),
          );
          core = opening;
          core.start();
          return { growth: found, status: core.status() };
        },
        learn: (args) => {
          const { what, news } = args as { what: string; news: unknown };
          return hosted.learn(what, news);
        },
        ...coreCalls(ready),
      },
      streams: {
        lines: (args, input, signal) => linesOf(ready().lines(input, args as Locale, signal)),
      },
    },
    log,
  );
  const reports = setInterval(() => {
    if (core) server.tell('status', { status: core.status(), decided: decided.take() });
  }, REPORT_MS);
  await gone.promise;
  clearInterval(reports);
  await core?.stop();
}

type Calls = Parameters<typeof serveWire>[1]['calls'];

function coreCalls(ready: () => EngineCore): Calls {
  return {
    take: (args) => {
      const { inputs, locale } = args as { inputs: unknown[]; locale: Locale };
      return ready().takeAll(inputs, locale).then(outcomesOut);
    },
    inline: (args) => {
      const { inputs, locale } = args as { inputs: unknown[]; locale: Locale };
      return ready().takeInline(inputs, locale).then(outcomesOut);
    },
    record: (entries) => ready().record(entries as JournalEntry[]),
    preview: (event) => ready().preview(event as FanzhaEvent),
    countersOf: (args) => {
      const { role, values, at } = args as { role: string; values: string[]; at: number };
      return ready().countersOf(role, values, at);
    },
    groups: () => ready().groups(),
    adopt: (args) => {
      const { setting, at } = args as { setting: PolicySetting; at: number };
      return ready().adopt(setting, at);
    },
    watched: (isWatched) => ready().watched(isWatched as boolean),
    durableEnd: () => ready().durableEnd(),
    release: (before) => ready().release(before as number),
  };
}

/** As they go to the other process. */
function outcomesOut(outcomes: readonly TakeOutcome[]): object[] {
  return outcomes.map((outcome) =>
    outcome.ok ? answered(outcome) : { ...outcome, error: failureOf(outcome.error) },
  );
}

/** Facts are for those who look into a decision, which they read in the journal. */
function answered<T extends Taken>(taken: T): T {
  const { event, decision } = taken.entry;
  return { ...taken, entry: { event, decision: { ...decision, facts: {} } } };
}

async function* linesOf(
  groups: AsyncIterable<readonly EventLineResult[] | Uint8Array>,
): AsyncGenerator<Uint8Array | string> {
  for await (const group of groups) {
    if (group instanceof Uint8Array) yield group;
    else if (group.length > 0) yield `${group.map((line) => JSON.stringify(line)).join('\n')}\n`;
  }
}

/** Decisions since the last report. */
class DecidedSum {
  #groups = new Map<string, { kind: string; verdict: string; count: number }>();
  #degraded = 0;

  add({ groups, degraded }: DecidedTally): void {
    for (const { kind, verdict, count } of groups) {
      const key = `${kind} ${verdict}`;
      const group = this.#groups.get(key);
      if (group) group.count += count;
      else this.#groups.set(key, { kind, verdict, count });
    }
    this.#degraded += degraded;
  }

  take(): DecidedTally {
    const tally = { groups: [...this.#groups.values()], degraded: this.#degraded };
    this.#groups = new Map();
    this.#degraded = 0;
    return tally;
  }
}
