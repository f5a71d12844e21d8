import { createHash } from 'node:crypto';
import {
  alarmNotOpen,
  notFound,
  type QueryOf,
  type RuleAlarm,
  type RuleHealth,
  type ruleAlarmsList,
} from '@fanzha/contract';
import Type from 'typebox';
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
import type { Decider } from './decider.model.ts';
import { countOutcomes } from './label.store.ts';
import type { Rule } from './policy.model.ts';
import { proportion } from './proportion.model.ts';
import { alarmKey, alarmView, type StoredAlarm } from './rule-alarm.model.ts';
import {
  alarmMayBecome,
  alwaysAgrees,
  type Finding,
  type HourCount,
  type RuleHealthSetting,
  unusualRate,
} from './rule-health.model.ts';
import {
  acknowledgeAlarm,
  closeAlarm,
  findAlarm,
  lastCheck,
  listAlarms,
  lockStandingAlarms,
  noteChecked,
  noteRules,
  noteSeen,
  openAlarm,
  standingAlarms,
} from './rule-health.store.ts';
import { TALLY_MS } from './rule-tally.model.ts';
import { deleteTalliesBefore, type HitsRow, readHits, readPairs } from './rule-tally.store.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const SERIES_STEP_MS = 6 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;
const DEFAULT_LIMIT = 50;

/** A rule has become conspicuous. Said once, however long it stays so. */
export const ruleAlarmOpened = eventType(
  'rule.alarm-opened',
  Type.Object({
    alarm: Type.String(),
    kind: Type.String(),
    rule: Type.String(),
    other: Type.Optional(Type.String()),
  }),
);

export interface RuleHealthParts {
  readonly decider: Pick<Decider, 'policy' | 'texts'>;
  readonly setting: RuleHealthSetting;
  readonly timeZone: string;
}

/** How the rules of the live policy fare, and what is conspicuous about them. */
export interface RuleHealthBook {
  get(ctx: Context): Promise<{ at: string; checkedAt?: string; items: RuleHealth[] }>;
  alarms(ctx: Context, query: QueryOf<typeof ruleAlarmsList>): Promise<{ items: RuleAlarm[]; next?: string }>;
  /** Throws not-found, alarm-not-open. */
  acknowledge(ctx: Context, id: string, note: string): Promise<RuleAlarm>;
  /** Looks at every rule; opens, refreshes and closes alarms in one transaction. */
  check(ctx: Context): Promise<void>;
}

export function createRuleHealth(parts: RuleHealthParts): RuleHealthBook {
  return {
    get: (ctx) => health(ctx, parts),
    alarms: async (ctx, { cursor, limit = DEFAULT_LIMIT, ...filter }) => {
      const [before] = cursor === undefined ? [] : (decodeCursor(cursor, ['number'], ctx.locale) as [number]);
      const safe = before === undefined ? {} : { before: Number.isSafeInteger(before) ? before : 0 };
      const rows = await listAlarms(ctx, { ...filter, ...safe }, limit + 1);
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      return { items: page.map(alarmView), ...(last ? { next: encodeCursor([last.id]) } : {}) };
    },
    acknowledge: (ctx, id, note) =>
      inTransaction(ctx, async (inside) => {
        const alarm = await findAlarm(inside, Number(id), true);
        if (!alarm) throw new AppError(notFound);
        if (!alarmMayBecome(alarm.state, 'acknowledged')) throw new AppError(alarmNotOpen);
        const at = inside.clock.date();
        const by = inside.actor.name;
        await acknowledgeAlarm(inside, alarm.id, { by, note, at });
        await audit(inside, 'rule-alarm.acknowledge', id, { kind: alarm.kind, rule: alarm.rule });
        return alarmView({
          ...alarm,
          state: 'acknowledged',
          acknowledgedAt: at.getTime(),
          acknowledgedBy: by,
          note,
        });
      }),
    check: (ctx) => inTransaction(ctx, (inside) => check(inside, parts)),
  };
}

async function check(ctx: Context, { decider, setting, timeZone }: RuleHealthParts): Promise<void> {
  const now = ctx.clock.now();
  const standing = await lockStandingAlarms(ctx);
  const { rules } = decider.policy;
  const asks = rules.map(({ id, on, when }) => ({ rule: id, asks: digest([...on, when].join('\n')) }));
  const known = await noteRules(ctx, asks, new Date(now));
  const findings = [
    ...(await rateFindings(ctx, rules, known, setting, now)),
    ...(await silentFindings(ctx, rules, known, setting, now)),
    ...(await agreeFindings(ctx, rules, setting, now)),
    ...endFindings(rules, setting, dayOf(now, timeZone)),
  ];
  await settle(ctx, standing, findings);
  await deleteTalliesBefore(ctx, now - setting.keepDays * DAY_MS);
  await noteChecked(ctx, new Date(now));
}

const digest = (text: string) => createHash('sha256').update(text).digest('base64url');

async function settle(
  ctx: Context,
  standing: readonly StoredAlarm[],
  findings: readonly Finding[],
): Promise<void> {
  const now = ctx.clock.date();
  const open = new Map(standing.map((alarm) => [alarmKey(alarm), alarm]));
  for (const finding of findings) {
    const before = open.get(alarmKey(finding));
    open.delete(alarmKey(finding));
    if (before) {
      await noteSeen(ctx, before.id, finding, now);
      continue;
    }
    const alarm = String(await openAlarm(ctx, finding, now));
    const { kind, rule, other } = finding;
    await emit(ctx, ruleAlarmOpened, { alarm, kind, rule, ...(other === undefined ? {} : { other }) });
  }
  for (const alarm of open.values()) {
    if (alarmMayBecome(alarm.state, 'closed')) await closeAlarm(ctx, alarm.id, now);
  }
}

/** Hits by rule, and events asked by kind, in steps of time. */
interface Hits {
  of(rule: string, at: number): number;
  asked(rule: Pick<Rule, 'on'>, at: number): number;
}

function hitsIn(rows: readonly HitsRow[]): Hits {
  const hits = new Map<string, number>();
  const asked = new Map<string, number>();
  for (const row of rows) {
    if (row.rule === '') asked.set(`${row.kind} ${row.at}`, row.hits);
    else hits.set(`${row.rule} ${row.at}`, (hits.get(`${row.rule} ${row.at}`) ?? 0) + row.hits);
  }
  return {
    of: (rule, at) => hits.get(`${rule} ${at}`) ?? 0,
    asked: ({ on }, at) => on.reduce((sum, kind) => sum + (asked.get(`${kind} ${at}`) ?? 0), 0),
  };
}

async function rateFindings(
  ctx: Context,
  rules: readonly Rule[],
  known: ReadonlyMap<string, number>,
  setting: RuleHealthSetting,
  now: number,
): Promise<Finding[]> {
  // The newest five minutes are still being written.
  const end = now - (now % TALLY_MS);
  const newest = end - HOUR_MS;
  const count = setting.historyDays * 24;
  const hours = hitsIn(await readHits(ctx, newest - count * HOUR_MS, end, HOUR_MS / 1000));
  return rules.flatMap((rule) => {
    const past: HourCount[] = [];
    for (let before = 1; before <= count; before++) {
      const at = newest - before * HOUR_MS;
      if (at < (known.get(rule.id) ?? now)) break;
      past.push({ hoursBefore: before, hits: hours.of(rule.id, at), asked: hours.asked(rule, at) });
    }
    const seen = { hits: hours.of(rule.id, newest), asked: hours.asked(rule, newest) };
    const unusual = unusualRate(seen, past, setting);
    return unusual ? [{ ...unusual, rule: rule.id }] : [];
  });
}

async function silentFindings(
  ctx: Context,
  rules: readonly Rule[],
  known: ReadonlyMap<string, number>,
  { silentDays, silentEvents }: RuleHealthSetting,
  now: number,
): Promise<Finding[]> {
  const span = silentDays * DAY_MS;
  const hits = hitsIn(await readHits(ctx, now - span, now, span / 1000));
  return rules.flatMap((rule): Finding[] => {
    const asked = hits.asked(rule, now - span);
    const isLong = (known.get(rule.id) ?? now) <= now - span;
    if (!isLong || asked < silentEvents || hits.of(rule.id, now - span) > 0) return [];
    return [{ kind: 'never-fires', rule: rule.id, figures: { days: silentDays, asked } }];
  });
}

async function agreeFindings(
  ctx: Context,
  rules: readonly Rule[],
  setting: RuleHealthSetting,
  now: number,
): Promise<Finding[]> {
  const from = now - (now % DAY_MS) - setting.agreementDays * DAY_MS;
  const span = now + TALLY_MS - from;
  const live = new Set(rules.map(({ id }) => id));
  const hitsOf = new Map<string, number>();
  for (const { rule, hits } of await readHits(ctx, from, from + span, span / 1000)) {
    hitsOf.set(rule, (hitsOf.get(rule) ?? 0) + hits);
  }
  return (await readPairs(ctx, from))
    .filter(({ a, b }) => live.has(a) && live.has(b))
    .flatMap((pair) => alwaysAgrees(pair, hitsOf, setting) ?? []);
}

/** Calendar day of an instant in a zone, `2026-11-23`. */
function dayOf(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(at);
}

function endFindings(
  rules: readonly Rule[],
  { endsWithinDays }: RuleHealthSetting,
  today: string,
): Finding[] {
  return rules.flatMap(({ id, until }): Finding[] => {
    if (until === undefined) return [];
    const days = Math.round((Date.parse(until) - Date.parse(today)) / DAY_MS);
    if (days < 0) return [{ kind: 'ended', rule: id, figures: { days: -days } }];
    return days <= endsWithinDays ? [{ kind: 'ends-soon', rule: id, figures: { days } }] : [];
  });
}

async function health(
  ctx: Context,
  { decider }: RuleHealthParts,
): Promise<{ at: string; checkedAt?: string; items: RuleHealth[] }> {
  const now = ctx.clock.now();
  const from = now - WEEK_MS;
  const steps = hitsIn(await readHits(ctx, from, now, SERIES_STEP_MS / 1000));
  const day = hitsIn(await readHits(ctx, now - DAY_MS, now, DAY_MS / 1000));
  const outcomes = await countOutcomes(ctx);
  const alarms = await standingAlarms(ctx);
  const checked = await lastCheck(ctx);
  const times = Array.from({ length: WEEK_MS / SERIES_STEP_MS }, (_, index) => from + index * SERIES_STEP_MS);
  const items = decider.policy.rules.map((rule): RuleHealth => {
    const { fraud = 0, legitimate = 0 } = outcomes.get(rule.id) ?? {};
    const series = times.map((at) => ({ at, hits: steps.of(rule.id, at), asked: steps.asked(rule, at) }));
    const hits7d = series.reduce((sum, { hits }) => sum + hits, 0);
    const asked7d = series.reduce((sum, { asked }) => sum + asked, 0);
    const hits24h = day.of(rule.id, now - DAY_MS);
    const asked24h = day.asked(rule, now - DAY_MS);
    return {
      rule: rule.id,
      title: decider.texts.title(rule.reason),
      on: [...rule.on],
      ...(rule.until === undefined ? {} : { until: rule.until }),
      hits24h,
      hits7d,
      asked24h,
      asked7d,
      rate24h: asked24h === 0 ? null : hits24h / asked24h,
      rate7d: asked7d === 0 ? null : hits7d / asked7d,
      series: series.map(({ at, ...counts }) => ({ at: new Date(at).toISOString(), ...counts })),
      precision: proportion(fraud, fraud + legitimate),
      alarms: alarms.filter((alarm) => alarm.rule === rule.id).map(alarmView),
    };
  });
  return { at: new Date(now).toISOString(), ...(checked ? { checkedAt: checked.toISOString() } : {}), items };
}
