import { LOCALES, type Locale, type Localized } from '@fanzha/vocabulary';
import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';

const REMEMBERED = 'fanzha.locale';

function isLocale(value: unknown): value is Locale {
  return LOCALES.some((locale) => locale === value);
}

function firstLocale(): Locale {
  const remembered = localStorage.getItem(REMEMBERED);
  if (isLocale(remembered)) return remembered;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

/** Starts the texts in the language chosen before, else in the browser's. Call once before anything is drawn. */
export function startLocale(): void {
  const locale = firstLocale();
  i18next.use(initReactI18next).init({
    lng: locale,
    fallbackLng: false,
    initAsync: false,
    keySeparator: false,
    nsSeparator: false,
    resources: {},
    interpolation: { escapeValue: false },
    react: { useSuspense: false, bindI18nStore: 'added' },
  });
  document.documentElement.lang = locale;
}

/** Switches the language of the interface and remembers it on this device. */
export function chooseLocale(locale: Locale): void {
  localStorage.setItem(REMEMBERED, locale);
  document.documentElement.lang = locale;
  void i18next.changeLanguage(locale);
}

/** The language in force, also outside React (for request headers). */
export function currentLocale(): Locale {
  return isLocale(i18next.language) ? i18next.language : 'zh-CN';
}

export function useLocale(): Locale {
  const { i18n } = useTranslation();
  return isLocale(i18n.language) ? i18n.language : 'zh-CN';
}

/** Picks the reader's language of a text that came from the server in all of them. */
export function useLocalized(): (text: Localized) => string {
  const locale = useLocale();
  return (text) => text[locale];
}
