import { useTexts } from '../i18n/texts.ts';
import { forceOf } from './life.model.ts';
import { policyTexts } from './texts.ts';

interface ForceProps {
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

/** Until when something is in force, with a word where it is not. */
export function Force({ from, until }: ForceProps) {
  const t = useTexts(policyTexts);
  const force = forceOf(
    { ...(from === undefined ? {} : { from }), ...(until === undefined ? {} : { until }) },
    new Date().toISOString().slice(0, 10),
  );
  if (from === undefined && until === undefined) return <span className="fz-quiet">{t('noEnd')}</span>;
  return (
    <>
      {from !== undefined && force === 'not-yet' ? t('fromDay', { day: from }) : null}{' '}
      {until === undefined ? null : t('untilDay', { day: until })}
      {force === 'now' ? null : <strong> {t(force === 'expired' ? 'expired' : 'notYet')}</strong>}
    </>
  );
}
