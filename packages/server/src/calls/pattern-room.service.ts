import type { Localized } from '@fanzha/vocabulary';
import type { FactDeclaration } from '../engine/index.ts';
import { liveHistory, negativeBinomialTails } from '../engine/index.ts';
import type { Jobs, Pack, Room } from '../platform/index.ts';
import { createDisplacementWatch } from './displacement.service.ts';
import { type TrialOptions, type TrialReport, tryDisplacement } from './displacement-trial.model.ts';
import { definePatternJobs } from './pattern.jobs.ts';
import { AreaRegions, compilePatterns, PatternFile } from './pattern.model.ts';
import { patternRoutes } from './pattern.routes.ts';
import { createPatternBook } from './pattern.service.ts';
import { createRuleEffects } from './pattern-effect.service.ts';
import { createMarker } from './pattern-mark.model.ts';

const readPatterns = (pack: Pick<Pack, 'read'>) => pack.read('call-patterns.json', PatternFile);

/** What calls are counted under, by the pack's patterns and provinces. Throws an Error that names what is wrong there. */
export function callMarker(
  pack: Pick<Pack, 'read'>,
  declared: Readonly<Record<string, FactDeclaration>>,
): ReturnType<typeof createMarker> {
  const { patterns, areas } = readPatterns(pack);
  const codes = new Map(areas.map(({ region, code }) => [region, code]));
  const areaOf = new Map<string, string>();
  for (const { code, region } of pack.read('number-plan/areas.json', AreaRegions).areas) {
    const province = codes.get(region);
    if (province !== undefined) areaOf.set(code, province);
  }
  return createMarker(compilePatterns(patterns, declared), areaOf);
}

/** Measures the watch over displacement with the pack's thresholds; see `displacement-trial.model.ts`. */
export function measureDisplacement(pack: Pick<Pack, 'read'>, options: TrialOptions): TrialReport {
  return tryDisplacement(options, readPatterns(pack).displacement, negativeBinomialTails);
}

export interface PatternRoomParts {
  readonly pack: Pack;
  readonly jobs: Pick<Jobs, 'define'>;
  /** Names of countries in both languages. */
  readonly countryName: (code: string) => Localized;
}

/** Calls by pattern over time, the watch over displacement, effects of rules. */
export function createPatternRoom({ pack, jobs, countryName }: PatternRoomParts): Room {
  const file = readPatterns(pack);
  const book = createPatternBook(file, pack);
  const known = new Map(file.patterns.map((pattern) => [pattern.id, pattern]));
  const watch = createDisplacementWatch({
    setting: file.displacement,
    stepMinutes: file.tally.sourceSteps,
    byCountry: (pattern) => known.get(pattern)?.by === 'country',
    titleOf: (pattern, country) => {
      const title = known.get(pattern)?.title ?? { 'zh-CN': pattern, en: pattern };
      if (country === undefined) return title;
      const name = countryName(country);
      return {
        'zh-CN': `${title['zh-CN']}（${name['zh-CN']}）`,
        en: `${title.en} (${name.en})`,
      };
    },
    fold: book.fold,
  });
  const effects = createRuleEffects({
    setting: file.effect,
    history: (ctx, limit) => liveHistory(ctx, 'call.attempt', limit),
    fold: book.fold,
  });
  definePatternJobs(jobs, book, watch, { cron: file.displacement.cron, timeZone: pack.timeZone });
  return { name: 'call-patterns', routes: patternRoutes(book, watch, effects) };
}
