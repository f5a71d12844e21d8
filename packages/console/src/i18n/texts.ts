import i18next from 'i18next';
import { useTranslation } from 'react-i18next';

/** The texts of one room, registered under its name; `Key` is the union of their names. */
export interface Texts<Key extends string> {
  readonly namespace: string;
  readonly 'zh-CN': Readonly<Record<Key, string>>;
  readonly en: Readonly<Record<Key, string>>;
}

/**
 * Declares the texts of a room in both languages. A name that is missing in either, or only in one, does not compile.
 * Values go into `{{name}}`.
 */
export function defineTexts<const Zh extends Record<string, string>>(
  namespace: string,
  zh: Zh,
  en: { readonly [Key in keyof NoInfer<Zh>]: string },
): Texts<keyof Zh & string> {
  const register = (): void => {
    i18next.addResourceBundle('zh-CN', namespace, zh);
    i18next.addResourceBundle('en', namespace, en);
  };
  if (i18next.isInitialized) register();
  else i18next.on('initialized', register);
  return { namespace, 'zh-CN': zh, en };
}

export type Translate<Key extends string> = (
  key: Key,
  values?: Readonly<Record<string, string | number>>,
) => string;

/** The texts of a room in the reader's language. */
export function useTexts<Key extends string>(texts: Texts<Key>): Translate<Key> {
  const { t } = useTranslation(texts.namespace);
  return (key, values) => t(key as string, { ...values });
}
