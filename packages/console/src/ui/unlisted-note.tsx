import { useFormat } from '../i18n/format.ts';
import { useTexts } from '../i18n/texts.ts';
import { uiTexts } from './texts.ts';

/** Says how many decisions of a period are in the figures and not in the list; nothing when every one is listed. */
export function UnlistedNote({ count }: { readonly count: number }) {
  const t = useTexts(uiTexts);
  const format = useFormat();
  if (count === 0) return null;
  return <p className="fz-quiet">{t('unlisted', { count: format.number(count) })}</p>;
}
