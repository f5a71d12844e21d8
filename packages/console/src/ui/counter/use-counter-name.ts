import type { Localized } from '@fanzha/vocabulary';
import { useLocalized } from '../../i18n/locale.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useWord } from '../use-word.ts';
import type { CounterWords } from './counter-words.ts';
import { counterTexts } from './texts.ts';

/** Place of the subject among the arguments; what stands before it is what is counted. */
const SUBJECT_AT: Readonly<Record<string, number>> = { count: 0, first_seen: 0, since: 0, ratio: 2 };
const NAMES = ['count', 'distinct', 'sum', 'mean', 'share', 'ratio', 'first_seen', 'last', 'since'] as const;
const UNITS = ['s', 'm', 'h', 'd'] as const;

type Titles = Readonly<Record<string, Localized>>;
const NO_TITLES: Titles = {};

/**
 * Names a counter in the reader's language, e.g. `Events of caller in 10 min`; an unknown one by its code. Facts go by
 * their titles, where these are known.
 */
export function useCounterName(facts = NO_TITLES): (counter: CounterWords) => string {
  const t = useTexts(counterTexts);
  const word = useWord();
  const localized = useLocalized();
  return ({ code, name, parts, window }) => {
    const known = NAMES.find((each) => each === name);
    if (known === undefined) return code;
    // `callee=caller` counts where the caller of this event was the callee.
    const named = (role: string): string =>
      role
        .split(/\s*\+\s*/)
        .map((each) => {
          const title = facts[each];
          return title === undefined ? word('role', each.split('=')[0] ?? each) : localized(title);
        })
        .join(' + ');
    const small = (role: string): string => {
      const said = named(role);
      return said === role ? role : said.toLowerCase();
    };
    const place = SUBJECT_AT[name] ?? 1;
    const of = parts.slice(0, place);
    const filters = parts.slice(place + 1);
    const counted = t(known, { by: named(parts[place] ?? ''), of: of.map(small).join(', ') });
    const words =
      filters.length === 0 ? counted : t('only', { words: counted, of: filters.map(small).join(', ') });
    const unit = UNITS.find((each) => window?.endsWith(each));
    if (window === undefined || unit === undefined) return words;
    return `${words}${t('within', { window: t(`${unit}.unit`, { count: Number.parseInt(window, 10) }) })}`;
  };
}
