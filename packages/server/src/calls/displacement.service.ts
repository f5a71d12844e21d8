import {
  type Displacement,
  displacementNotThere,
  type displacementsList,
  notFound,
  type QueryOf,
} from '@fanzha/contract';
import type { Localized } from '@fanzha/vocabulary';
import Type from 'typebox';
import { negativeBinomialTails } from '../engine/index.ts';
import {
  AppError,
  audit,
  type Context,
  decodeCursor,
  emit,
  encodeCursor,
  eventType,
  inTransaction,
} from '../platform/index.ts';
import { type DisplacementFinding, type FlowCounts, findDisplacements } from './displacement.model.ts';
import {
  type DisplacementMove,
  insertDisplacement,
  listDisplacements,
  lockDisplacement,
  lockDisplacements,
  moveDisplacement,
  noteDisplacement,
  recentDisplacements,
} from './displacement.store.ts';
import {
  displacementMayBecome,
  displacementView,
  flowParts,
  type HourPoint,
  isSameDisplacement,
} from './displacement-alarm.model.ts';
import { wholeOf } from './displacement-trial.model.ts';
import type { DisplacementSetting } from './pattern.model.ts';
import { STOPPED } from './pattern-tally.model.ts';
import { firstCounted, readSameHours, readTally } from './pattern-tally.store.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DEFAULT_LIMIT = 50;

/** Traffic of a blocked pattern seems to have moved. Said once, however long it stays so. */
const displacementOpened = eventType(
  'calls.displacement-opened',
  Type.Object({
    displacement: Type.String(),
    source: Type.String(),
    left: Type.Array(Type.String()),
    joined: Type.Array(Type.String()),
    simulated: Type.Boolean(),
  }),
);

export interface DisplacementParts {
  readonly setting: DisplacementSetting;
  /** Minutes that counts by trunk are added up over. */
  readonly stepMinutes: number;
  /** Whether a pattern is watched for each country by itself. */
  byCountry(pattern: string): boolean;
  titleOf(pattern: string, country: string | undefined): Localized;
  /** Brings the counts up to what the projection has written. */
  fold(ctx: Context): Promise<void>;
}

/** Watches for traffic that goes round what is blocked, and keeps what was found. */
export interface DisplacementWatch {
  /** Looks at everything, real and simulated; opens, refreshes and ends alarms in one transaction. */
  check(ctx: Context): Promise<{ opened: number; standing: number }>;
  list(
    ctx: Context,
    query: QueryOf<typeof displacementsList>,
  ): Promise<{ items: Displacement[]; next?: string }>;
  /** These throw not-found and displacement-state. */
  acknowledge(ctx: Context, id: string, note?: string): Promise<Displacement>;
  close(
    ctx: Context,
    id: string,
    outcome: 'displacement' | 'coincidence',
    note: string,
  ): Promise<Displacement>;
  reopen(ctx: Context, id: string): Promise<Displacement>;
}

export function createDisplacementWatch(parts: DisplacementParts): DisplacementWatch {
  const act = (ctx: Context, id: string, verb: string, moveOf: (by: string, at: Date) => DisplacementMove) =>
    inTransaction(ctx, async (inside) => {
      const alarm = await lockDisplacement(inside, Number(id));
      if (!alarm) throw new AppError(notFound);
      const move = moveOf(inside.actor.name, inside.clock.date());
      if (!displacementMayBecome(alarm.state, move.state)) throw new AppError(displacementNotThere);
      const moved = await moveDisplacement(inside, alarm.id, move);
      const { note, outcome } = move;
      await audit(inside, `displacement.${verb}`, id, {
        source: alarm.finding.scope,
        ...(outcome ? { outcome } : {}),
        ...(note === undefined ? {} : { note }),
      });
      return displacementView(moved, parts.titleOf);
    });
  return {
    check: async (ctx) => {
      await parts.fold(ctx);
      return inTransaction(ctx, (inside) => check(inside, parts));
    },
    list: async (ctx, { cursor, limit = DEFAULT_LIMIT, ...filter }) => {
      const [before] = cursor === undefined ? [] : (decodeCursor(cursor, ['number'], ctx.locale) as [number]);
      const safe = before === undefined ? {} : { before: Number.isSafeInteger(before) ? before : 0 };
      const rows = await listDisplacements(ctx, { ...filter, ...safe }, limit + 1);
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      return {
        items: page.map((alarm) => displacementView(alarm, parts.titleOf)),
        ...(last ? { next: encodeCursor([last.id]) } : {}),
      };
    },
    acknowledge: (ctx, id, note) =>
      act(ctx, id, 'acknowledge', (by, at) => ({
        state: 'acknowledged',
        acknowledged: { by, at },
        ...(note === undefined ? {} : { note }),
      })),
    close: (ctx, id, outcome, note) =>
      act(ctx, id, 'close', (by, at) => ({ state: 'closed', outcome, note, closed: { by, at } })),
    reopen: (ctx, id) => act(ctx, id, 'reopen', () => ({ state: 'open', outcome: null, closed: null })),
  };
}

async function check(ctx: Context, parts: DisplacementParts): Promise<{ opened: number; standing: number }> {
  const { setting } = parts;
  const now = ctx.clock.now();
  await lockDisplacements(ctx);
  const recent = await recentDisplacements(ctx, new Date(now - setting.quietHours * HOUR_MS));
  const standing = recent.filter(({ state }) => state !== 'closed');
  const seen = new Set<number>();
  let opened = 0;
  const first = await firstCounted(ctx);
  const step = parts.stepMinutes * 60_000;
  // The newest step is still being counted.
  const end = now - (now % step);
  for (const [simulated, since] of first) {
    const flows = await flowsOf(ctx, parts, { simulated, since, end });
    for (const finding of findDisplacements(flows, setting, negativeBinomialTails)) {
      const known = recent.find(
        (alarm) => alarm.simulated === simulated && isSameDisplacement(alarm, finding),
      );
      // What somebody has judged, or what would be one alarm too many, is not said again.
      if (known?.state === 'closed' || (!known && opened >= setting.mostNew)) continue;
      const series = await seriesOf(ctx, parts, finding, { simulated, end });
      if (known) {
        seen.add(known.id);
        await noteDisplacement(ctx, known.id, finding, series, new Date(now));
        continue;
      }
      const id = await insertDisplacement(ctx, finding, series, { simulated, at: new Date(now) });
      const flowNames = {
        left: finding.left.map(({ flow }) => flow),
        joined: finding.joined.map(({ flow }) => flow),
      };
      await emit(ctx, displacementOpened, {
        displacement: String(id),
        source: finding.scope,
        ...flowNames,
        simulated,
      });
      opened += 1;
    }
  }
  const ended = standing.filter(
    ({ id, seenAt }) => !seen.has(id) && seenAt < now - setting.overHours * HOUR_MS,
  );
  for (const { id, state } of ended) {
    if (!displacementMayBecome(state, 'closed')) continue;
    const closed = { by: ctx.actor.name, at: new Date(now) };
    await moveDisplacement(ctx, id, { state: 'closed', outcome: 'over', closed });
  }
  return { opened, standing: standing.length - ended.length + opened };
}

interface Look {
  readonly simulated: boolean;
  readonly end: number;
}

/** Counts of every flow in the same hours of the days before, as far back as there are any. */
async function flowsOf(
  ctx: Context,
  { setting, byCountry }: DisplacementParts,
  { simulated, since, end }: Look & { readonly since: number },
): Promise<FlowCounts[]> {
  const hours = Math.max(...setting.windowHours);
  const known = Math.floor((end - hours * HOUR_MS - since) / DAY_MS);
  const days = Math.min(setting.historyDays, known);
  if (days < setting.leastDays) return [];
  const nameOf = (pattern: string, country: string): string =>
    byCountry(pattern) && country !== '' ? `${pattern}:${country}` : pattern;
  const blocked = await blockedFlows(ctx, nameOf, { simulated, end }, setting);
  const flows = new Map<string, { scope: string; flow: string; days: number[][] }>();
  for (const row of await readSameHours(ctx, end, hours, days)) {
    if (row.simulated !== simulated) continue;
    const flow = nameOf(row.pattern, row.country);
    const id = `${row.key}\t${flow}`;
    let counts = flows.get(id);
    if (!counts) {
      const none = Array.from({ length: days + 1 }, () => Array<number>(hours).fill(0));
      counts = { scope: row.key, flow, days: none };
      flows.set(id, counts);
    }
    const day = counts.days[row.day];
    if (day) day[row.hour] = (day[row.hour] ?? 0) + row.calls;
  }
  const own = [...flows].map(([id, counts]): FlowCounts => ({ ...counts, blocked: blocked.has(id) }));
  // What names no trunk is in the whole only, which has the empty name itself.
  return [...own.filter(({ scope }) => scope !== ''), ...wholeOf(own)];
}

/** Flows most of whose calls of late were not put through: `source TAB flow`. */
async function blockedFlows(
  ctx: Context,
  nameOf: (pattern: string, country: string) => string,
  { simulated, end }: Look,
  { blockedHours, blockedShare }: DisplacementSetting,
): Promise<ReadonlySet<string>> {
  const rows = await readTally(ctx, {
    view: 'source',
    from: end - blockedHours * HOUR_MS,
    to: end,
    simulated,
    by: ['key', 'pattern', 'country', 'verdict'],
  });
  const sums = new Map<string, { calls: number; stopped: number }>();
  for (const { key, pattern, country, verdict, calls } of rows) {
    const id = `${key}\t${nameOf(pattern, country)}`;
    const sum = sums.get(id) ?? { calls: 0, stopped: 0 };
    sums.set(id, {
      calls: sum.calls + calls,
      stopped: sum.stopped + (STOPPED.includes(verdict) ? calls : 0),
    });
  }
  const most = [...sums].filter(([, { calls, stopped }]) => stopped >= calls * blockedShare);
  return new Set(most.map(([id]) => id));
}

/** Evidence: calls of both sides by hour. */
async function seriesOf(
  ctx: Context,
  { setting }: DisplacementParts,
  { scope, sources, left, joined }: DisplacementFinding,
  { simulated, end }: Look,
): Promise<HourPoint[]> {
  const from = end - setting.seriesHours * HOUR_MS;
  const scopes = scope === '' ? sources : [scope];
  const sums = async (flows: readonly { readonly flow: string }[]): Promise<Map<number, number>> => {
    const byHour = new Map<number, number>();
    for (const { flow } of flows) {
      const { pattern, country } = flowParts(flow);
      const rows = await readTally(ctx, {
        view: 'source',
        from,
        to: end,
        simulated,
        where: {
          pattern: [pattern],
          ...(country === undefined ? {} : { country: [country] }),
          ...(scopes.length === 0 ? {} : { key: scopes }),
        },
        by: [],
        stepSeconds: 3600,
      });
      for (const { at, calls } of rows) byHour.set(at, (byHour.get(at) ?? 0) + calls);
    }
    return byHour;
  };
  const [gone, came] = [await sums(left), await sums(joined)];
  return Array.from({ length: setting.seriesHours }, (_, index) => {
    const at = from + index * HOUR_MS;
    return { at, left: gone.get(at) ?? 0, joined: came.get(at) ?? 0 };
  });
}
