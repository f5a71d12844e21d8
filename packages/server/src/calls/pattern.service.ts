import {
  type CallPatterns,
  type callsLive,
  type callsPatterns,
  INGRESSES,
  type LiveCalls,
  type QueryOf,
  type VerdictCounts,
} from '@fanzha/contract';
import type { EventTally } from '../engine/index.ts';
import { type Context, inTransaction, type Pack } from '../platform/index.ts';
import { deleteSimulatedDisplacements } from './displacement.store.ts';
import type { PatternFile } from './pattern.model.ts';
import {
  deltaOf,
  KnownSources,
  rowsOf,
  STOPPED,
  TALLY_VIEWS,
  type TallyView,
} from './pattern-tally.model.ts';
import {
  addCounts,
  DAY_SECONDS,
  deleteCountsBefore,
  deleteSimulatedCounts,
  HOUR_SECONDS,
  insertDelta,
  readTally,
  rollUp,
  type TallyColumn,
  type TallyCount,
  type TallyQuery,
  takeDeltas,
} from './pattern-tally.store.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Batches of the projection that are added up together. */
const DELTAS_AT_ONCE = 500;

/** What calls looked like, and what was decided about them. */
export interface PatternBook {
  /** Adds what the projection has written to the tally. */
  fold(ctx: Pick<Context, 'db'>): Promise<void>;
  live(ctx: Context, query: QueryOf<typeof callsLive>): Promise<LiveCalls>;
  patterns(ctx: Context, query: QueryOf<typeof callsPatterns>): Promise<CallPatterns>;
  /** Adds old steps up to hours and days, and lets go of what was kept long enough. */
  rollUp(ctx: Context): Promise<void>;
}

/** Counts of calls as the projection writes them, and what simulated calls were counted goes with them. */
export const callTally: EventTally = {
  kind: 'call.attempt',
  write: (ctx, events) => insertDelta(ctx, deltaOf(events)),
  removeSimulated: async (ctx) => {
    await deleteSimulatedDisplacements(ctx);
    await deleteSimulatedCounts(ctx);
  },
};

export function createPatternBook(file: PatternFile, { timeZone }: Pick<Pack, 'timeZone'>): PatternBook {
  const { tally } = file;
  const sources = new KnownSources(tally.mostSources);
  const step = tally.sourceSteps * 60;
  const spans: Record<TallyView, number> = { country: 60, area: 60, source: step, rule: step };
  const fold: PatternBook['fold'] = async (ctx) => {
    for (let taken = DELTAS_AT_ONCE; taken === DELTAS_AT_ONCE; ) {
      taken = await inTransaction(ctx, async (inside) => {
        const deltas = await takeDeltas(inside, DELTAS_AT_ONCE);
        await addCounts(inside, rowsOf(deltas, tally.sourceSteps, sources), spans);
        return deltas.length;
      });
    }
  };
  return {
    fold,
    live: async (ctx, query) => {
      await fold(ctx);
      return live(ctx, query, file);
    },
    patterns: async (ctx, query) => {
      await fold(ctx);
      return patterns(ctx, query, file);
    },
    rollUp: async (ctx) => {
      const before = (days: number): Date => new Date(ctx.clock.now() - days * DAY_MS);
      await rollUp(ctx, ['country', 'area'], HOUR_SECONDS, before(tally.minuteDays), timeZone);
      await rollUp(ctx, ['source', 'rule'], HOUR_SECONDS, before(tally.stepDays), timeZone);
      await rollUp(ctx, TALLY_VIEWS, DAY_SECONDS, before(tally.hourDays), timeZone);
      await deleteCountsBefore(ctx, before(tally.dayDays));
    },
  };
}

const LIVE = {
  '15m': { seconds: 15 * 60, step: 60 },
  '1h': { seconds: 3600, step: 60 },
  '24h': { seconds: 24 * 3600, step: 1800 },
} as const;

type Filters = Pick<QueryOf<typeof callsLive>, 'pattern' | 'ingress' | 'verdict'>;

const whereOf = ({ pattern, ingress, verdict }: Filters): NonNullable<TallyQuery['where']> => ({
  ...(pattern === undefined ? {} : { pattern: [pattern] }),
  ...(ingress === undefined ? {} : { ingress: [ingress] }),
  ...(verdict === undefined ? {} : { verdict: [verdict] }),
});

async function live(
  ctx: Context,
  { period = '1h', ...filters }: QueryOf<typeof callsLive>,
  file: PatternFile,
): Promise<LiveCalls> {
  const now = ctx.clock.now();
  const { seconds, step } = LIVE[period as keyof typeof LIVE];
  const stepMs = step * 1000;
  // Whole steps, the newest of which is still running.
  const to = now - (now % stepMs) + stepMs;
  const from = to - seconds * 1000;
  const where = whereOf(filters);
  const countsOf = (view: TallyView, by: readonly TallyColumn[]) =>
    readTally(ctx, { view, from, to, where, by });
  const minute = now - (now % MINUTE_MS) - MINUTE_MS;
  const last = { view: 'country', from: minute, to: minute + MINUTE_MS, where, by: [] } as const;
  const series = await readTally(ctx, {
    view: 'country',
    from,
    to,
    where,
    by: ['verdict'],
    stepSeconds: step,
  });
  const all = await countsOf('country', ['ingress', 'pattern', 'country', 'verdict', 'simulated']);
  const areas = await countsOf('area', ['key', 'verdict']);
  const known = grouped(all, ({ pattern }) => pattern);
  return {
    from: new Date(from).toISOString(),
    to: new Date(now).toISOString(),
    calls: total(all),
    simulated: total(all.filter(({ simulated }) => simulated)),
    rate: total(await readTally(ctx, last)) / 60,
    verdicts: byVerdict(all),
    ingresses: INGRESSES.map(
      (ingress) =>
        grouped(all, (row) => row.ingress).get(ingress) ?? { key: ingress, calls: 0, verdicts: {} },
    ),
    patterns: file.patterns.map(({ id }) => known.get(id) ?? { key: id, calls: 0, verdicts: {} }),
    countries: mostFirst(grouped(all, ({ country }) => country)),
    areas: mostFirst(grouped(areas, ({ key }) => key)),
    series: Array.from({ length: seconds / step }, (_, index) => {
      const at = from + index * stepMs;
      return { at: new Date(at).toISOString(), verdicts: byVerdict(series.filter((row) => row.at === at)) };
    }),
    stepSeconds: step,
  };
}

const total = (rows: readonly TallyCount[]): number => rows.reduce((sum, { calls }) => sum + calls, 0);

function byVerdict(rows: readonly TallyCount[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { verdict, calls } of rows) counts[verdict] = (counts[verdict] ?? 0) + calls;
  return counts;
}

function grouped(
  rows: readonly TallyCount[],
  keyOf: (row: TallyCount) => string,
): Map<string, VerdictCounts> {
  return new Map(
    [...Map.groupBy(rows, keyOf)].map(([key, own]) => [
      key,
      { key, calls: total(own), verdicts: byVerdict(own) },
    ]),
  );
}

const mostFirst = (groups: ReadonlyMap<string, VerdictCounts>): VerdictCounts[] =>
  [...groups.values()].sort((a, b) => b.calls - a.calls);

const PERIODS = {
  '24h': { ms: DAY_MS, step: 3600 },
  '7d': { ms: 7 * DAY_MS, step: 6 * 3600 },
  '30d': { ms: 30 * DAY_MS, step: DAY_SECONDS },
  '365d': { ms: 364 * DAY_MS, step: 7 * DAY_SECONDS },
} as const;

async function patterns(
  ctx: Context,
  { period = '24h', source, ...filters }: QueryOf<typeof callsPatterns>,
  file: PatternFile,
): Promise<CallPatterns> {
  const { ms, step } = PERIODS[period as keyof typeof PERIODS];
  const now = ctx.clock.now();
  const to = now - (now % HOUR_MS) + HOUR_MS;
  const from = to - ms;
  const steps = ms / (step * 1000);
  const rows = await readTally(ctx, {
    view: source === undefined ? 'country' : 'source',
    from,
    to,
    where: { ...whereOf(filters), ...(source === undefined ? {} : { key: [source] }) },
    by: ['pattern', 'verdict', 'simulated'],
    stepSeconds: step,
  });
  const own = Map.groupBy(rows, ({ pattern }) => pattern);
  const sums = (counted: readonly TallyCount[]): number[] => {
    const calls = Array<number>(steps).fill(0);
    for (const row of counted) {
      const index = Math.floor((row.at - from) / (step * 1000));
      calls[index] = (calls[index] ?? 0) + row.calls;
    }
    return calls;
  };
  return {
    patterns: file.patterns.map(({ id, title, by }) => ({ id, title, byCountry: by === 'country' })),
    areas: file.areas.map(({ code, title, column, row }) => ({ code, title, column, row })),
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    stepSeconds: step,
    simulated: total(rows.filter(({ simulated }) => simulated)),
    series: file.patterns.flatMap(({ id }) => {
      const counted = own.get(id) ?? [];
      if (counted.length === 0) return [];
      const blocked = counted.filter(({ verdict }) => STOPPED.includes(verdict));
      return [{ pattern: id, calls: sums(counted), blocked: sums(blocked) }];
    }),
  };
}
