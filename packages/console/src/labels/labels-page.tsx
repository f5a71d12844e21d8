import { CloseOutlined } from '@ant-design/icons';
import { LABEL_SOURCES, type Label, OUTCOMES } from '@fanzha/contract';
import { VERDICTS } from '@fanzha/vocabulary';
import { Button } from 'antd';
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { type LabelFilters, useLabels } from '../api/labels.ts';
import { rowsOf } from '../api/paged.ts';
import { useTexts } from '../i18n/texts.ts';
import { Choice } from '../ui/choice.tsx';
import { type Column, DataList, MoreRows } from '../ui/data-list.tsx';
import { useFraudType } from '../ui/decision/decision-view.tsx';
import { OutcomeMark } from '../ui/label/outcome-mark.tsx';
import { labelTexts } from '../ui/label/texts.ts';
import { Page } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';
import { useWord } from '../ui/use-word.ts';
import { VerdictMark } from '../ui/verdict.tsx';
import { Waiting } from '../ui/waiting.tsx';
import { labelsTexts } from './texts.ts';

type Name = 'outcome' | 'source' | 'rule';

/** The filters stand in the address: outcome, source and a rule that spoke. */
function useFilters(): [LabelFilters, (name: Name, value: string) => void] {
  const [search, setSearch] = useSearchParams();
  const outcome = OUTCOMES.find((each) => each === search.get('outcome'));
  const source = LABEL_SOURCES.find((each) => each === search.get('source'));
  const rule = search.get('rule') ?? undefined;
  const filters = useMemo(
    () => ({
      ...(outcome === undefined ? {} : { outcome }),
      ...(source === undefined ? {} : { source }),
      ...(rule === undefined ? {} : { rule }),
    }),
    [outcome, source, rule],
  );
  const change = (name: Name, value: string): void => {
    const after = new URLSearchParams(search);
    if (value === '') after.delete(name);
    else after.set(name, value);
    setSearch(after, { replace: true });
  };
  return [filters, change];
}

function Verdict({ verdict }: { readonly verdict: string }) {
  const known = VERDICTS.find((each) => each === verdict);
  return known === undefined ? verdict : <VerdictMark verdict={known} />;
}

function Rows({ rows }: { readonly rows: readonly Label[] }) {
  const t = useTexts(labelsTexts);
  const l = useTexts(labelTexts);
  const word = useWord();
  const fraudType = useFraudType();
  const rules = (label: Label) =>
    label.rules.length === 0 ? (
      <span className="fz-quiet">{t('quiet')}</span>
    ) : (
      <code>{label.rules.join(', ')}</code>
    );
  const columns: Column<Label>[] = [
    { key: 'outcome', title: l('outcome'), render: ({ outcome }) => <OutcomeMark outcome={outcome} /> },
    { key: 'verdict', title: t('verdict'), render: ({ verdict }) => <Verdict verdict={verdict} /> },
    {
      key: 'kind',
      title: t('kind'),
      render: ({ kind }) => <span className="fz-tight">{word('kind', kind)}</span>,
    },
    {
      key: 'fraudType',
      title: l('fraudType'),
      render: (label) => (label.fraudType === undefined ? '' : fraudType(label.fraudType)),
    },
    { key: 'rules', title: t('rules'), render: rules },
    {
      key: 'source',
      title: l('source'),
      render: ({ source }) => <span className="fz-tight">{l(`source.${source}`)}</span>,
    },
    { key: 'by', title: l('by'), render: ({ by }) => by },
    {
      key: 'when',
      title: l('when'),
      render: ({ labelledAt }) => (
        <span className="fz-tight">
          <Time at={labelledAt} />
        </span>
      ),
    },
    { key: 'note', title: l('note'), render: ({ note }) => note ?? '' },
  ];
  const ids = rows.map(({ decision }) => decision);
  return (
    <DataList
      caption={t('title')}
      columns={columns}
      rows={rows}
      rowKey={({ decision }) => decision}
      open={({ decision }) => ({ to: `/decisions/${decision}`, state: { neighbours: ids } })}
      card={(label, link) => (
        <>
          <div className="fz-row fz-between">
            {link(<OutcomeMark outcome={label.outcome} />)}
            <span className="fz-quiet fz-small">
              <Time at={label.labelledAt} />
            </span>
          </div>
          <span className="fz-row">
            <Verdict verdict={label.verdict} />
            <span className="fz-quiet">{word('kind', label.kind)}</span>
          </span>
          {rules(label)}
          <span className="fz-quiet fz-small">
            {label.by} · {l(`source.${label.source}`)}
          </span>
        </>
      )}
    />
  );
}

/** What decisions turned out to be, newest first. */
export function LabelsPage() {
  const t = useTexts(labelsTexts);
  const l = useTexts(labelTexts);
  const [filters, change] = useFilters();
  const query = useLabels(filters);
  const rows = rowsOf(query);
  return (
    <Page title={t('title')} needs="decision:read">
      <p className="fz-quiet">{t('intro')}</p>
      <div className="fz-row">
        <Choice
          label={l('outcome')}
          value={filters.outcome ?? ''}
          onChange={(value) => change('outcome', value)}
          options={(['', ...OUTCOMES] as const).map((value) => ({
            value,
            label: value === '' ? t('all') : l(`outcome.${value}`),
          }))}
        />
        <Choice
          label={l('source')}
          value={filters.source ?? ''}
          onChange={(value) => change('source', value)}
          options={(['', ...LABEL_SOURCES] as const).map((value) => ({
            value,
            label: value === '' ? t('all') : l(`source.${value}`),
          }))}
        />
        {filters.rule === undefined ? null : (
          <Button icon={<CloseOutlined />} onClick={() => change('rule', '')} title={t('allRules')}>
            {t('rule', { rule: filters.rule })}
          </Button>
        )}
      </div>
      <Waiting query={query}>
        {() =>
          rows.length === 0 ? (
            <div className="fz-panel fz-empty">
              <h2>{t('empty')}</h2>
              <p>{t('emptyText')}</p>
            </div>
          ) : (
            <>
              <Rows rows={rows} />
              <MoreRows query={query} count={rows.length} />
            </>
          )
        }
      </Waiting>
    </Page>
  );
}
