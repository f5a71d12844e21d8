import { useCallback } from 'react';
import { useLocale } from '../i18n/locale.ts';
import { wordKey, words } from './words.ts';

type Family = 'verdict' | 'kind' | 'channel' | 'subject' | 'role' | 'person';

/** Names codes of the contract in the reader's language; unknown ones stay as they are. */
export function useWord(): (family: Family, code: string) => string {
  const locale = useLocale();
  return useCallback(
    (family, code) => {
      const key = wordKey(family, code);
      return key === undefined ? code : words[locale][key];
    },
    [locale],
  );
}
