import type { Accuracy, BacktestReport, BacktestRule, Proportion } from '@fanzha/contract';
import { Link } from 'react-router';
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { type Column, DataList } from '../../ui/data-list.tsx';
import { placeOfPart } from '../places.ts';
import { backtestTexts } from './texts.ts';

/** A share with its interval in brackets. */
function Share({ of }: { readonly of: Proportion | null | undefined }) {
  const t = useTexts(backtestTexts);
  const format = useFormat();
  if (of === null || of === undefined) return <span className="fz-quiet">—</span>;
  return (
    <span className="fz-tight" title={`${of.hits} / ${of.of}`}>
      {format.percent(of.value)}{' '}
      <span className="fz-quiet fz-small">
        ({t('interval', { low: format.percent(of.low), high: format.percent(of.high) })})
      </span>
    </span>
  );
}

/** Precision and recall of the whole policy, live and new. */
export function WholeAccuracy({ report }: { readonly report: BacktestReport }) {
  const t = useTexts(backtestTexts);
  const format = useFormat();
  const { labels, baselineAccuracy, candidateAccuracy } = report;
  if (labels.fraud + labels.legitimate === 0) return <p className="fz-quiet">{t('accuracyNone')}</p>;
  const rows: readonly (readonly [string, Accuracy | null])[] = [
    [t('baseline'), baselineAccuracy],
    [t('candidate'), candidateAccuracy],
  ];
  return (
    <>
      <p className="fz-quiet">{t('accuracyLead', labels)}</p>
      <div className="fz-matrix-wrap">
        <table className="fz-matrix">
          <thead>
            <tr>
              <td />
              {(['precision', 'recall', 'tp', 'fp', 'fn'] as const).map((name) => (
                <th key={name} scope="col">
                  {t(name)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(([name, accuracy]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>
                  <Share of={accuracy?.precision} />
                </td>
                <td>
                  <Share of={accuracy?.recall} />
                </td>
                <td>{format.number(accuracy?.truePositives ?? 0)}</td>
                <td>{format.number(accuracy?.falsePositives ?? 0)}</td>
                <td>{format.number(accuracy?.falseNegatives ?? 0)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** Hits of each rule under both policies, what changed most first. */
export function RuleTable({
  report,
  version,
}: {
  readonly report: BacktestReport;
  readonly version: number;
}) {
  const t = useTexts(backtestTexts);
  const format = useFormat();
  const moved = ({ gained, lost }: BacktestRule): number => gained + lost;
  const rows = report.rules
    .filter((row) => row.change !== 'same' || row.baselineHits + row.candidateHits > 0)
    .sort((a, b) => moved(b) - moved(a) || b.candidateHits - a.candidateHits);
  const number = (key: 'baselineHits' | 'candidateHits', title: string): Column<BacktestRule> => ({
    key,
    title,
    number: true,
    render: (row) => format.number(row[key]),
  });
  const signed = (key: 'gained' | 'lost', sign: string): Column<BacktestRule> => ({
    key,
    title: t(key),
    number: true,
    render: (row) =>
      row[key] === 0 ? <span className="fz-quiet">0</span> : <b>{`${sign}${format.number(row[key])}`}</b>,
  });
  const name = ({ rule, change }: BacktestRule) => {
    // A row of a table speaks as `<table>/<row>`.
    const [id = '', row] = rule.split('/');
    const place = placeOfPart(version, row === undefined ? 'rule' : 'table', id);
    return change === 'removed' ? <code>{rule}</code> : <Link to={place}>{<code>{rule}</code>}</Link>;
  };
  const labelled = report.labels.fraud + report.labels.legitimate > 0;
  const columns: Column<BacktestRule>[] = [
    { key: 'rule', title: t('rule'), render: name },
    {
      key: 'change',
      title: t('change'),
      render: ({ change }) => (change === 'same' ? '' : <b>{t(`change.${change}`)}</b>),
    },
    number('baselineHits', t('baseline')),
    number('candidateHits', t('candidate')),
    signed('gained', '+'),
    signed('lost', '−'),
    ...(labelled
      ? [
          {
            key: 'precision',
            title: t('precision'),
            number: true,
            render: (row: BacktestRule) => <Share of={row.candidateAccuracy?.precision} />,
          },
          {
            key: 'recall',
            title: t('recall'),
            number: true,
            render: (row: BacktestRule) => <Share of={row.candidateAccuracy?.recall} />,
          },
        ]
      : []),
  ];
  return (
    <DataList
      caption={t('rules')}
      columns={columns}
      rows={rows}
      rowKey={({ rule }) => rule}
      card={(row) => (
        <>
          <div className="fz-row fz-between">
            {name(row)}
            {row.change === 'same' ? null : <b>{t(`change.${row.change}`)}</b>}
          </div>
          <span>
            {format.number(row.baselineHits)} → {format.number(row.candidateHits)} · +
            {format.number(row.gained)} −{format.number(row.lost)}
          </span>
        </>
      )}
    />
  );
}
