import { LOCALES, type Locale } from '@fanzha/vocabulary';

/** Longest header that is looked at, in characters. */
const MAX_LENGTH = 1000;

function localeOf(tag: string): Locale | undefined {
  const language = tag.toLowerCase().split('-')[0];
  return LOCALES.find((locale) => locale.toLowerCase().split('-')[0] === language);
}

/**
 * The language to answer in: of an Accept-Language header (RFC 9110, section 12.5.4) the one we have with the highest
 * weight, else the default. Never throws.
 */
export function pickLocale(acceptLanguage: string | undefined): Locale {
  const wanted = (acceptLanguage ?? '')
    .slice(0, MAX_LENGTH)
    .split(',')
    .map((part) => {
      const [tag = '', weight = ''] = part.trim().split(/\s*;\s*q=/i);
      const quality = weight === '' ? 1 : Number(weight);
      return { locale: localeOf(tag), quality: Number.isNaN(quality) ? 0 : quality };
    })
    .filter(({ locale, quality }) => locale !== undefined && quality > 0)
    .sort((a, b) => b.quality - a.quality);
  return wanted[0]?.locale ?? LOCALES[0];
}
