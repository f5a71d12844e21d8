import type { ResponseOf, TableFault, tablesCheck } from '@fanzha/contract';
import { useLocalized } from '../../i18n/locale.ts';
import { useTexts } from '../../i18n/texts.ts';
import { tableTexts } from './texts.ts';

/** What is wrong in a table and where, and what is true of its rows and may not be meant. */
export function TableNotes({ check }: { readonly check: ResponseOf<typeof tablesCheck> | undefined }) {
  const t = useTexts(tableTexts);
  const localized = useLocalized();
  if (check === undefined) return null;
  const placeOf = ({ row, column }: TableFault): string =>
    [row === undefined ? '' : t('inRow', { row }), column === undefined ? '' : t('inColumn', { column })]
      .filter((part) => part !== '')
      .join(' · ');
  const { faults, findings } = check;
  return (
    <div className="fz-stack" role="status">
      {faults.length === 0 ? (
        <p className="fz-quiet">✓ {t('right')}</p>
      ) : (
        <div className="fz-notice fz-notice-bad">
          <strong>{t('faults', { count: faults.length })}</strong>
          <ul>
            {faults.map((fault) => (
              <li key={`${placeOf(fault)} ${fault.part} ${fault.position} ${fault.message.en}`}>
                {placeOf(fault)} {localized(fault.message)}
              </li>
            ))}
          </ul>
        </div>
      )}
      {findings.length === 0 ? null : (
        <div className="fz-notice">
          <strong>{t('findings')}</strong>
          <ul>
            {findings.map((finding) => (
              <li key={finding.message.en}>{localized(finding.message)}</li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
