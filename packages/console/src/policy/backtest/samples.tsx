import type { BacktestExample } from '@fanzha/contract';
import type { Verdict } from '@fanzha/vocabulary';
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { type Column, DataList } from '../../ui/data-list.tsx';
import { useWord } from '../../ui/use-word.ts';
import { VerdictMark } from '../../ui/verdict.tsx';
import { backtestTexts } from './texts.ts';

/** From one verdict to another. */
export function VerdictStep({ from, to }: { readonly from: Verdict; readonly to: Verdict }) {
  return (
    <span className="fz-row fz-tight" style={{ gap: 5 }}>
      <VerdictMark verdict={from} /> → <VerdictMark verdict={to} />
    </span>
  );
}

/** Decisions whose verdict would change; each opens. */
export function Samples({
  rows,
  caption,
}: {
  readonly rows: readonly BacktestExample[];
  readonly caption: string;
}) {
  const t = useTexts(backtestTexts);
  const word = useWord();
  const format = useFormat();
  if (rows.length === 0) return <p className="fz-quiet">{t('sampleEmpty')}</p>;
  const ids = rows.map(({ decision }) => decision);
  const subjects = ({ subjects: all }: BacktestExample): string =>
    all
      .slice(0, 2)
      .map(({ role, value }) => `${word('role', role)} ${value}`)
      .join(' · ');
  const labelled = ({ label }: BacktestExample): string => (label === undefined ? '' : t(`label.${label}`));
  const columns: Column<BacktestExample>[] = [
    {
      key: 'verdict',
      title: t('verdictChange'),
      render: ({ baseline, candidate }) => <VerdictStep from={baseline} to={candidate} />,
    },
    {
      key: 'when',
      title: t('when'),
      render: ({ at }) => <span className="fz-tight">{format.dateTime(at)}</span>,
    },
    {
      key: 'kind',
      title: t('kind'),
      render: ({ kind }) => <span className="fz-tight">{word('kind', kind)}</span>,
    },
    { key: 'subjects', title: t('subjects'), render: subjects },
    { key: 'rules', title: t('rulesChange'), render: ({ rules }) => <code>{rules.join(', ')}</code> },
    { key: 'label', title: t('label'), render: labelled },
  ];
  return (
    <DataList
      caption={caption}
      columns={columns}
      rows={rows}
      rowKey={({ decision }) => decision}
      open={({ decision }) => ({ to: `/decisions/${decision}`, state: { neighbours: ids } })}
      card={(row, link) => (
        <>
          <div className="fz-row fz-between">
            {link(<VerdictStep from={row.baseline} to={row.candidate} />)}
            <span className="fz-quiet fz-small">{format.dateTime(row.at)}</span>
          </div>
          <span>{subjects(row)}</span>
          <span className="fz-quiet fz-small">
            <code>{row.rules.join(', ')}</code> {labelled(row)}
          </span>
        </>
      )}
    />
  );
}
