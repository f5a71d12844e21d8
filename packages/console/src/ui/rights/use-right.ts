import { useCallback } from 'react';
import { useLocale } from '../../i18n/locale.ts';
import { rightTexts } from './texts.ts';

type Known = keyof (typeof rightTexts)['en'];

/** Names a permission in the reader's language; one that this console does not know stays as it is. */
export function useRight(): (permission: string) => string {
  const locale = useLocale();
  return useCallback(
    (permission) => (permission in rightTexts.en ? rightTexts[locale][permission as Known] : permission),
    [locale],
  );
}
