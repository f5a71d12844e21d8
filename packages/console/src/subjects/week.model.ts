import type { SubjectHour } from '@fanzha/contract';

const HOUR_MS = 3_600_000;
const HOURS = 7 * 24;

/** One hour of the week; `hour` is absent where nothing happened. */
export interface WeekHour {
  readonly at: string;
  readonly hour?: SubjectHour;
}

/** Every hour of the seven days before `now` (RFC 3339), oldest first, the quiet ones too. */
export function weekOf(hours: readonly SubjectHour[], now: string): WeekHour[] {
  const known = new Map(hours.map((hour) => [Date.parse(hour.at), hour]));
  const last = Math.floor(Date.parse(now) / HOUR_MS) * HOUR_MS;
  return Array.from({ length: HOURS }, (_, index) => {
    const at = last - (HOURS - 1 - index) * HOUR_MS;
    const hour = known.get(at);
    return { at: new Date(at).toISOString(), ...(hour === undefined ? {} : { hour }) };
  });
}

/** Decisions of an hour, of every verdict or of all but allow. */
export function decisionsIn({ hour }: WeekHour, which: 'all' | 'notAllowed'): number {
  return Object.entries(hour?.verdicts ?? {}).reduce(
    (sum, [verdict, count]) => sum + (which === 'notAllowed' && verdict === 'allow' ? 0 : count),
    0,
  );
}
