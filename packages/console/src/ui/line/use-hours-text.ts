import type { LineHours } from '@fanzha/contract';
import { useTexts } from '../../i18n/texts.ts';
import { lineTexts } from './texts.ts';

type Day = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** Days that follow each other as `Mon–Fri`, others by comma, then the hours. */
export function useHoursText(): (hours: LineHours) => string {
  const t = useTexts(lineTexts);
  const name = (day: number): string => t(`day${day as Day}`);
  return ({ days, from, until }) => {
    const runs: number[][] = [];
    for (const day of [...days].sort((a, b) => a - b)) {
      const last = runs.at(-1);
      if (last !== undefined && last.at(-1) === day - 1) last.push(day);
      else runs.push([day]);
    }
    const told = runs.map((run) =>
      run.length > 2 ? `${name(run[0] ?? 1)}–${name(run.at(-1) ?? 7)}` : run.map(name).join(', '),
    );
    return `${told.join(', ')} ${from}–${until}`;
  };
}
