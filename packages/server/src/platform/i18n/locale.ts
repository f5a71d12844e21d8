import { LOCALES, type Locale } from '@fanzha/vocabulary';

const [DEFAULT] = LOCALES;

/**
 * The language to answer in, from an `Accept-Language` header (RFC 9110 section 12.5.4) or a plain tag: the wanted
 * language of the highest weight that we speak, by its primary subtag; the first of `LOCALES` when there is none.
 */
export function pickLocale(wanted: string | undefined): Locale {
  const ranges = (wanted ?? '')
    .slice(0, 500)
    .split(',')
    .map((range) => {
      const [tag = '', ...parameters] = range.split(';').map((part) => part.trim());
      const weight = parameters.find((parameter) => /^q=/i.test(parameter))?.slice(2) ?? '1';
      return { primary: tag.toLowerCase().split('-', 1)[0], weight: Number(weight) };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
  for (const { primary } of ranges) {
    const spoken = LOCALES.find((locale) => locale.split('-', 1)[0] === primary);
    if (spoken !== undefined) return spoken;
  }
  return DEFAULT;
}
