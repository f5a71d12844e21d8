import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined } from '@ant-design/icons';
import type { PolicyRule, PolicyVersion } from '@fanzha/contract';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { useOrderRules, usePutRule, useRemoveRule } from '../api/policy-versions.ts';
import { useRuleHealth } from '../api/rule-health.ts';
import { useMay } from '../api/session.ts';
import { useFormat } from '../i18n/format.ts';
import { useTexts } from '../i18n/texts.ts';
import { type Column, DataList } from '../ui/data-list.tsx';
import { linkTo } from '../ui/decision-filters.ts';
import { ProblemNotice } from '../ui/problem-notice.tsx';
import { useWord } from '../ui/use-word.ts';
import { VerdictMark } from '../ui/verdict.tsx';
import { Force } from './force.tsx';
import { Guards } from './guards.tsx';
import { isEditable } from './life.model.ts';
import { placeOfPart } from './places.ts';
import { useReasonTitle } from './reason-title.ts';
import { Tables } from './tables.tsx';
import { policyTexts } from './texts.ts';
import { useUndo } from './undo.ts';

function useHits(): (rule: string) => number | undefined {
  const hits = new Map(useRuleHealth().data?.items.map(({ rule, hits7d }) => [rule, hits7d]));
  return (rule) => hits.get(rule);
}

function moved(ids: readonly string[], id: string, step: 1 | -1): string[] {
  const next = [...ids];
  const at = next.indexOf(id);
  const [taken] = next.splice(at, 1);
  next.splice(at + step, 0, taken ?? id);
  return next;
}

/** Removing (with undo) and moving of rules. */
function useRuleActs(version: PolicyVersion) {
  const t = useTexts(policyTexts);
  const remove = useRemoveRule();
  const put = usePutRule();
  const order = useOrderRules();
  const undo = useUndo();
  const { number, revision, content } = version;
  const ids = content.rules.map(({ id }) => id);
  return {
    holder: undo.holder,
    error: remove.error ?? order.error ?? put.error,
    busy: remove.isPending || order.isPending,
    move: (id: string, step: 1 | -1) =>
      order.mutate({ params: { number }, body: { revision, rules: moved(ids, id, step) } }),
    remove: (rule: PolicyRule) => {
      const before = ids[ids.indexOf(rule.id) + 1];
      remove.mutate(
        { params: { number, id: rule.id }, query: { revision } },
        {
          onSuccess: (changed) =>
            undo.offer(t('removed', { id: rule.id }), () =>
              put.mutate({
                params: { number, id: rule.id },
                body: { revision: changed.revision, rule, ...(before === undefined ? {} : { before }) },
              }),
            ),
        },
      );
    },
  };
}

function Rules({ version, editing }: { readonly version: PolicyVersion; readonly editing: boolean }) {
  const t = useTexts(policyTexts);
  const word = useWord();
  const format = useFormat();
  const titleOf = useReasonTitle(version);
  const hitsOf = useHits();
  const acts = useRuleActs(version);
  const [search, setSearch] = useState('');
  const { number, content } = version;
  const words = search.trim().toLowerCase().split(/\s+/);
  const rules = content.rules.filter((rule) => {
    const text = [rule.id, rule.when, rule.owner, rule.source ?? '', titleOf(rule.reason)].join('\n');
    return words.every((each) => text.toLowerCase().includes(each));
  });
  const kinds = (rule: PolicyRule): string => rule.on.map((kind) => word('kind', kind)).join(', ');
  const hits = (rule: PolicyRule) => {
    const count = hitsOf(rule.id);
    if (count === undefined) return <span className="fz-quiet">{t('hitsNone')}</span>;
    return (
      <Link
        className="fz-row-acts"
        {...linkTo({ reason: rule.reason, simulated: false })}
        title={t('hitsOfLive')}
      >
        {format.number(count)}
      </Link>
    );
  };
  const columns: Column<PolicyRule>[] = [
    {
      key: 'rule',
      title: t('rule'),
      width: '26%',
      render: (rule) => (
        <>
          <div>{titleOf(rule.reason)}</div>
          <code className="fz-quiet">{rule.id}</code>
        </>
      ),
    },
    { key: 'verdict', title: t('verdict'), render: ({ verdict }) => <VerdictMark verdict={verdict} /> },
    { key: 'on', title: t('on'), render: (rule) => <span className="fz-tight">{kinds(rule)}</span> },
    {
      key: 'when',
      title: t('when'),
      width: '34%',
      render: ({ when }) => (
        <code className="fz-rule-when" title={when}>
          {when}
        </code>
      ),
    },
    { key: 'owner', title: t('owner'), render: ({ owner }) => owner },
    { key: 'until', title: t('until'), render: ({ from, until }) => <Force {...{ from, until }} /> },
    { key: 'hits', title: t('hits'), number: true, render: hits },
    ...(editing
      ? [
          {
            key: 'acts',
            title: '',
            render: (rule: PolicyRule) => <RowActs rule={rule} acts={acts} ids={content.rules} />,
          },
        ]
      : []),
  ];
  return (
    <>
      {acts.holder}
      <div className="fz-row">
        <Input
          allowClear
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          placeholder={t('search')}
          aria-label={t('search')}
          style={{ maxWidth: 320 }}
        />
        <span className="fz-quiet" role="status">
          {t('shownRules', { count: rules.length })}
        </span>
        {editing ? (
          <Link to={placeOfPart(number, 'rule')} style={{ marginLeft: 'auto' }}>
            <Button>{t('newRule')}</Button>
          </Link>
        ) : null}
      </div>
      {acts.error ? <ProblemNotice error={acts.error} while="changing" /> : null}
      {rules.length === 0 ? <p>{t('noRules')}</p> : null}
      <DataList
        caption={t('rulesTab')}
        columns={columns}
        rows={rules}
        rowKey={({ id }) => id}
        open={({ id }) => ({ to: placeOfPart(number, 'rule', id) })}
        card={(rule, link) => (
          <>
            <div className="fz-row fz-between">
              {link(titleOf(rule.reason))}
              <VerdictMark verdict={rule.verdict} />
            </div>
            <span className="fz-quiet fz-small">
              {kinds(rule)} · {rule.id} · {rule.owner}
            </span>
            <code className="fz-rule-when">{rule.when}</code>
          </>
        )}
      />
    </>
  );
}

interface RowActsProps {
  readonly rule: PolicyRule;
  readonly ids: readonly PolicyRule[];
  readonly acts: ReturnType<typeof useRuleActs>;
}

function RowActs({ rule, ids, acts }: RowActsProps) {
  const t = useTexts(policyTexts);
  const plain = { type: 'text', size: 'small', disabled: acts.busy } as const;
  const first = ids[0]?.id === rule.id;
  const last = ids.at(-1)?.id === rule.id;
  return (
    <span className="fz-row-acts">
      <Button
        {...plain}
        disabled={acts.busy || first}
        icon={<ArrowUpOutlined />}
        aria-label={`${t('moveUp')} ${rule.id}`}
        title={t('moveUp')}
        onClick={() => acts.move(rule.id, -1)}
      />
      <Button
        {...plain}
        disabled={acts.busy || last}
        icon={<ArrowDownOutlined />}
        aria-label={`${t('moveDown')} ${rule.id}`}
        title={t('moveDown')}
        onClick={() => acts.move(rule.id, 1)}
      />
      <Button
        {...plain}
        icon={<DeleteOutlined />}
        aria-label={`${t('removeRule')} ${rule.id}`}
        title={t('removeRule')}
        onClick={() => acts.remove(rule)}
      />
    </span>
  );
}

/** Everything that a version decides by. */
export function VersionContent({ version }: { readonly version: PolicyVersion }) {
  const t = useTexts(policyTexts);
  const may = useMay();
  const editing = may('policy:edit') && isEditable(version);
  return (
    <div className="fz-stack">
      {may('policy:edit') && version.state !== 'draft' ? (
        <p className="fz-quiet">
          {t(editing ? 'editsReset' : version.state === 'live' ? 'liveReadOnly' : 'readOnly')}
        </p>
      ) : null}
      <Rules version={version} editing={editing} />
      <Tables version={version} editing={editing} />
      <Guards version={version} editing={editing} />
    </div>
  );
}
