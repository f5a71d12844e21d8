import type { RuleHealth } from '@fanzha/contract';
import { Input } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { usePolicy } from '../api/policy.ts';
import { useFormat } from '../i18n/format.ts';
import { useLocalized } from '../i18n/locale.ts';
import { useTexts } from '../i18n/texts.ts';
import { Choice } from '../ui/choice.tsx';
import { type Column, DataList } from '../ui/data-list.tsx';
import { linkTo } from '../ui/decision-filters.ts';
import { ShareInterval } from '../ui/work/share-interval.tsx';
import { Sparkline } from '../ui/work/sparkline.tsx';
import { Tag } from '../ui/work/tag.tsx';
import { ruleHealthTexts } from './texts.ts';

const DAY_MS = 86_400_000;
const SHOWN = ['all', 'conspicuous', 'silent'] as const;
type Shown = (typeof SHOWN)[number];

function passes({ alarms, hits7d }: RuleHealth, shown: Shown): boolean {
  if (shown === 'all') return true;
  return shown === 'silent' ? hits7d === 0 : alarms.length > 0;
}

/** Hits of a period as a figure that opens the decisions with the reason of the rule. */
function Hits({ rule, hits, days, at }: { rule: string; hits: number; days: number; at: string }) {
  const format = useFormat();
  const reason = usePolicy().data?.rules.find(({ id }) => id === rule)?.reason;
  if (reason === undefined || hits === 0) return format.number(hits);
  const from = new Date(Date.parse(at) - days * DAY_MS).toISOString();
  return (
    <Link className="fz-figure" {...linkTo({ reason, from, to: at, simulated: false })}>
      {format.number(hits)}
    </Link>
  );
}

function Week({ rule, wide = false }: { readonly rule: RuleHealth; readonly wide?: boolean }) {
  const t = useTexts(ruleHealthTexts);
  const format = useFormat();
  const localized = useLocalized();
  return (
    <Sparkline
      wide={wide}
      label={t('seriesLabel', { rule: localized(rule.title), hits: format.number(rule.hits7d) })}
      points={rule.series.map(({ at, hits, asked }) => ({
        key: at,
        value: hits,
        title: t('hitsAt', {
          at: format.dateTime(at),
          hits: format.number(hits),
          asked: format.number(asked),
        }),
      }))}
    />
  );
}

function Marks({ rule }: { readonly rule: RuleHealth }) {
  const t = useTexts(ruleHealthTexts);
  return (
    <span className="fz-row" style={{ gap: 4 }}>
      {rule.alarms.map(({ id, kind, state }) => (
        <Link key={id} to={`/rule-health?view=alarms&rule=${encodeURIComponent(rule.rule)}`}>
          <Tag weight={state === 'open' ? 'warn' : 'on'}>{t(`alarm.${kind}`)}</Tag>
        </Link>
      ))}
      {rule.until === undefined ? null : <Tag>{t('until', { date: rule.until })}</Tag>}
    </span>
  );
}

function Precision({ rule }: { readonly rule: RuleHealth }) {
  const share = <ShareInterval share={rule.precision} />;
  if (rule.precision === null) return share;
  return (
    <Link to={`/labels?rule=${encodeURIComponent(rule.rule)}`} style={{ color: 'inherit' }}>
      {share}
    </Link>
  );
}

function useColumns(at: string): Column<RuleHealth>[] {
  const t = useTexts(ruleHealthTexts);
  const format = useFormat();
  const localized = useLocalized();
  return [
    {
      key: 'rule',
      title: t('rule'),
      render: ({ rule, title }) => (
        <>
          {localized(title)} <code className="fz-quiet">{rule}</code>
        </>
      ),
    },
    {
      key: 'hits24h',
      title: t('hits24h'),
      number: true,
      render: ({ rule, hits24h }) => <Hits rule={rule} hits={hits24h} days={1} at={at} />,
    },
    {
      key: 'hits7d',
      title: t('hits7d'),
      number: true,
      render: ({ rule, hits7d }) => <Hits rule={rule} hits={hits7d} days={7} at={at} />,
    },
    {
      key: 'rate',
      title: t('rate'),
      number: true,
      render: ({ rate7d }) => (rate7d === null ? '—' : format.percent(rate7d)),
    },
    { key: 'series', title: t('series'), render: (rule) => <Week rule={rule} /> },
    { key: 'precision', title: t('precision'), render: (rule) => <Precision rule={rule} /> },
    { key: 'marks', title: t('marks'), render: (rule) => <Marks rule={rule} /> },
  ];
}

/** Every rule of the live policy: how often it spoke, how right it was, what is unusual about it. */
export function Rules({ rules, at }: { readonly rules: readonly RuleHealth[]; readonly at: string }) {
  const t = useTexts(ruleHealthTexts);
  const format = useFormat();
  const localized = useLocalized();
  const columns = useColumns(at);
  const [shown, setShown] = useState<Shown>('all');
  const [find, setFind] = useState('');
  const asked = find.trim().toLowerCase();
  const rows = rules
    .filter((rule) => passes(rule, shown))
    .filter(({ rule, title }) => `${rule} ${localized(title)}`.toLowerCase().includes(asked))
    .sort((a, b) => b.hits7d - a.hits7d);
  return (
    <>
      <div className="fz-row">
        <Choice
          label={t('rules')}
          value={shown}
          onChange={(value) => setShown(value)}
          options={SHOWN.map((value) => ({
            value,
            label: `${t(value)} ${rules.filter((rule) => passes(rule, value)).length}`,
          }))}
        />
        <Input
          allowClear
          style={{ maxWidth: 280 }}
          value={find}
          placeholder={t('find')}
          aria-label={t('find')}
          onChange={({ target }) => setFind(target.value)}
        />
      </div>
      {rows.length === 0 ? (
        <p className="fz-panel fz-empty">{t('noRules')}</p>
      ) : (
        <DataList
          caption={t('rules')}
          columns={columns}
          rows={rows}
          rowKey={({ rule }) => rule}
          card={(rule) => (
            <>
              <strong>{localized(rule.title)}</strong>
              <code className="fz-quiet">{rule.rule}</code>
              <span>
                <span className="fz-quiet">{t('hits24h')}</span>{' '}
                <Hits rule={rule.rule} hits={rule.hits24h} days={1} at={at} />{' '}
                <span className="fz-quiet">{t('hits7d')}</span>{' '}
                <Hits rule={rule.rule} hits={rule.hits7d} days={7} at={at} />
                {rule.rate7d === null ? '' : ` · ${format.percent(rule.rate7d)}`}
              </span>
              <Week rule={rule} wide />
              {rule.precision === null ? null : (
                <span className="fz-row">
                  <span className="fz-quiet">{t('precision')}</span> <Precision rule={rule} />
                </span>
              )}
              <Marks rule={rule} />
            </>
          )}
        />
      )}
      <p className="fz-quiet fz-small">{t('precisionText')}</p>
    </>
  );
}
