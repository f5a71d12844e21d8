import type { PolicyView, RuleView } from '@fanzha/contract';
import { Input } from 'antd';
import { useState } from 'react';
import { usePolicy } from '../api/policy.ts';
import { useFormat } from '../i18n/format.ts';
import { useLocalized } from '../i18n/locale.ts';
import { useTexts } from '../i18n/texts.ts';
import { type Column, DataList } from '../ui/data-list.tsx';
import { linkTo } from '../ui/decision-filters.ts';
import { Page } from '../ui/page.tsx';
import { useWord } from '../ui/use-word.ts';
import { VerdictMark } from '../ui/verdict.tsx';
import { Waiting } from '../ui/waiting.tsx';
import { policyTexts } from './texts.ts';

function matches(rule: RuleView, asked: string): boolean {
  const text = [rule.id, rule.reason, rule.when, rule.title['zh-CN'], rule.title.en, rule.source ?? ''].join(
    '\n',
  );
  return asked.split(/\s+/).every((word) => text.toLowerCase().includes(word));
}

function Rules({ policy }: { readonly policy: PolicyView }) {
  const t = useTexts(policyTexts);
  const word = useWord();
  const format = useFormat();
  const localized = useLocalized();
  const [search, setSearch] = useState('');
  const rules = policy.rules.filter((rule) => matches(rule, search.trim().toLowerCase()));
  const kinds = (rule: RuleView): string => rule.on.map((kind) => word('kind', kind)).join(', ');
  const columns: Column<RuleView>[] = [
    {
      key: 'rule',
      title: t('rule'),
      width: '28%',
      render: (rule) => (
        <>
          <div>{localized(rule.title)}</div>
          <code className="fz-quiet">{rule.id}</code>
        </>
      ),
    },
    { key: 'verdict', title: t('verdict'), render: (rule) => <VerdictMark verdict={rule.verdict} /> },
    { key: 'on', title: t('on'), render: kinds },
    { key: 'when', title: t('when'), width: '32%', render: (rule) => <code>{rule.when}</code> },
    { key: 'score', title: t('score'), number: true, render: (rule) => format.number(rule.score, 2) },
    { key: 'source', title: t('source'), render: (rule) => rule.source ?? '' },
  ];
  return (
    <>
      <p className="fz-quiet">
        {t('lead', {
          policy: `${policy.id} ${policy.version}`,
          pack: localized(policy.pack.title),
          version: policy.pack.version,
        })}{' '}
        {t('models')}: {policy.models.map(({ id, version }) => `${id} ${version}`).join(', ') || '—'}
      </p>
      <div className="fz-row">
        <Input
          allowClear
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          placeholder={t('search')}
          aria-label={t('search')}
          style={{ maxWidth: 360 }}
        />
        <span className="fz-quiet" role="status">
          {t('shown', { count: rules.length })}
        </span>
      </div>
      {rules.length === 0 ? <p>{t('empty')}</p> : null}
      <DataList
        caption={t('title')}
        columns={columns}
        rows={rules}
        rowKey={({ id }) => id}
        open={(rule) => linkTo({ reason: rule.reason })}
        card={(rule, link) => (
          <>
            <div className="fz-row fz-between">
              {link(localized(rule.title))}
              <VerdictMark verdict={rule.verdict} />
            </div>
            <span className="fz-quiet fz-small">
              {kinds(rule)} · {rule.id}
            </span>
            <code>{rule.when}</code>
          </>
        )}
      />
    </>
  );
}

/** The live policy: every rule with its condition and ground; a rule opens the decisions where it spoke. */
export function PolicyPage() {
  const t = useTexts(policyTexts);
  const policy = usePolicy();
  return (
    <Page title={t('title')} needs="policy:read">
      <Waiting query={policy} lines={8}>
        {(data) => <Rules policy={data} />}
      </Waiting>
    </Page>
  );
}
