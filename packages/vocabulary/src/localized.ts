/** Languages of every text that a person reads; the first is the default. */
export const LOCALES = ['zh-CN', 'en'] as const;
export type Locale = (typeof LOCALES)[number];

/** One text in every language of the interface. */
export type Localized = Readonly<Record<Locale, string>>;
