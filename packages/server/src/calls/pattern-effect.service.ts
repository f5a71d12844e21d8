import type { callsRuleEffects, PatternEffect, QueryOf, RuleEffect } from '@fanzha/contract';
import { type Context, decodeCursor, encodeCursor } from '../platform/index.ts';
import type { PatternFile } from './pattern.model.ts';
import {
  type EffectPeriod,
  effectPeriod,
  type LiveRules,
  type RuleChange,
  rateRatio,
  ruleChanges,
} from './pattern-effect.model.ts';
import { firstCounted, readTally, type TallyCount } from './pattern-tally.store.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const DEFAULT_LIMIT = 10;
/** Most patterns that are named as having risen. */
const MOST_REPLACEMENTS = 8;

export interface EffectParts {
  readonly setting: PatternFile['effect'];
  /** Versions that are or were live, newest first. */
  history(ctx: Context, limit: number): Promise<readonly LiveRules[]>;
  fold(ctx: Context): Promise<void>;
}

/** What rules did to traffic when they went live. Real calls only. */
export interface RuleEffects {
  list(
    ctx: Context,
    query: QueryOf<typeof callsRuleEffects>,
  ): Promise<{ items: RuleEffect[]; next?: string }>;
}

export function createRuleEffects(parts: EffectParts): RuleEffects {
  return {
    list: async (ctx, { cursor, limit = DEFAULT_LIMIT, rule }) => {
      await parts.fold(ctx);
      const [skip] = cursor === undefined ? [0] : (decodeCursor(cursor, ['number'], ctx.locale) as [number]);
      const from = Number.isSafeInteger(skip) && skip > 0 ? skip : 0;
      const changes = ruleChanges(await parts.history(ctx, parts.setting.mostChanges)).filter(
        (change) => rule === undefined || change.rule === rule,
      );
      const since = (await firstCounted(ctx)).get(false);
      const items: RuleEffect[] = [];
      for (const change of changes.slice(from, from + limit)) {
        items.push(await effectOf(ctx, change, since, changes, parts.setting));
      }
      const rest = from + items.length;
      return { items, ...(rest < changes.length ? { next: encodeCursor([rest]) } : {}) };
    },
  };
}

async function effectOf(
  ctx: Context,
  change: RuleChange,
  since: number | undefined,
  changes: readonly RuleChange[],
  setting: PatternFile['effect'],
): Promise<RuleEffect> {
  const { rule, at } = change;
  // What the same rule became later is another effect.
  const later = changes.filter((other) => other.rule === rule && other.at > at).map((other) => other.at);
  const until = Math.min(ctx.clock.now(), ...later);
  const period = effectPeriod(at, until, setting.leastMinutes * MINUTE_MS, setting.mostDays * DAY_MS);
  const base = {
    rule,
    change: change.change,
    version: change.version,
    at: new Date(at).toISOString(),
  };
  if (!period || since === undefined || since > period.beforeFrom) {
    const hours = Math.round((until - at) / HOUR_MS);
    return { ...base, hours, beforeFrom: null, hits: 0, targets: [], replacements: [] };
  }
  const { beforeFrom, lengthMs } = period;
  const hitFrom = change.change === 'removed' ? beforeFrom : at;
  const hits = await readTally(ctx, {
    view: 'rule',
    from: hitFrom,
    to: hitFrom + lengthMs,
    simulated: false,
    where: { key: [rule] },
    by: ['pattern'],
  });
  const effects = await patternEffects(ctx, at, period);
  const struck = new Set(hits.map(({ pattern }) => pattern));
  const risen = effects.filter(({ pattern, before, after, change: ratio }) =>
    struck.has(pattern) ? false : ratio === null ? sumOf(after) > sumOf(before) + 10 : ratio.low > 1,
  );
  const more = ({ before, after }: PatternEffect): number => sumOf(after) - sumOf(before);
  return {
    ...base,
    hours: Math.round((lengthMs / HOUR_MS) * 10) / 10,
    beforeFrom: new Date(beforeFrom).toISOString(),
    hits: hits.reduce((sum, { calls }) => sum + calls, 0),
    targets: effects.filter(({ pattern }) => struck.has(pattern)),
    replacements: risen.sort((a, b) => more(b) - more(a)).slice(0, MOST_REPLACEMENTS),
  };
}

const sumOf = (verdicts: Readonly<Record<string, number>>): number =>
  Object.values(verdicts).reduce((sum, calls) => sum + calls, 0);

async function patternEffects(
  ctx: Context,
  at: number,
  { beforeFrom, lengthMs }: EffectPeriod,
): Promise<PatternEffect[]> {
  const read = (from: number): Promise<TallyCount[]> =>
    readTally(ctx, {
      view: 'source',
      from,
      to: from + lengthMs,
      simulated: false,
      by: ['pattern', 'verdict'],
      stepSeconds: HOUR_MS / 1000,
    });
  const [before, after] = [await read(beforeFrom), await read(at)];
  const names = [...new Set([...before, ...after].map(({ pattern }) => pattern))];
  return names.map((pattern) => {
    const [old, own] = [before, after].map((rows) => rows.filter((row) => row.pattern === pattern));
    const hourly = Array<number>(Math.max(1, Math.floor(lengthMs / HOUR_MS))).fill(0);
    for (const row of old ?? []) {
      const index = Math.floor((row.at - beforeFrom) / HOUR_MS);
      if (index < hourly.length) hourly[index] = (hourly[index] ?? 0) + row.calls;
    }
    const [was, is] = [verdictsOf(old ?? []), verdictsOf(own ?? [])];
    return { pattern, before: was, after: is, change: rateRatio(sumOf(was), sumOf(is), hourly) };
  });
}

function verdictsOf(rows: readonly TallyCount[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { verdict, calls } of rows) counts[verdict] = (counts[verdict] ?? 0) + calls;
  return counts;
}
