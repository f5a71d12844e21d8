import type { DecisionTable, PolicyVersion } from '@fanzha/contract';
import { HIT_POLICIES } from '@fanzha/contract';
import { Button, Input, Select } from 'antd';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router';
import { usePutTable, useVersion } from '../../api/policy-versions.ts';
import { useRuleLanguage, useTableCheck } from '../../api/rule-language.ts';
import { useMay } from '../../api/session.ts';
import { useFormat } from '../../i18n/format.ts';
import { useLocalized } from '../../i18n/locale.ts';
import { useTexts } from '../../i18n/texts.ts';
import { Page } from '../../ui/page.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { useNow } from '../../ui/time.tsx';
import { useWord } from '../../ui/use-word.ts';
import { Waiting } from '../../ui/waiting.tsx';
import { isEditable } from '../life.model.ts';
import { placeOfPart } from '../places.ts';
import '../policy.css';
import '../rule/edit.css';
import { Field } from '../rule/field.tsx';
import { LeaveGuard } from '../rule/leave-guard.tsx';
import { ruleTexts } from '../rule/texts.ts';
import { useSettled } from '../rule/use-check.ts';
import { useSaveKeys } from '../rule/use-save-keys.ts';
import { StateMark } from '../state-mark.tsx';
import { policyTexts } from '../texts.ts';
import { addRow, freshTable, isComplete } from './table-draft.model.ts';
import { TableGrid } from './table-grid.tsx';
import { TableNotes } from './table-notes.tsx';
import { tableTexts } from './texts.ts';

const ASK_EVERY_MS = 10_000;
const CHECK_AFTER_MS = 300;

interface EditorProps {
  readonly version: PolicyVersion;
  readonly id: string | undefined;
}

/** What is written, against what was there when writing began. */
function useTableDraft({ version, id }: EditorProps) {
  const navigate = useNavigate();
  const put = usePutTable();
  const { number, revision, content } = version;
  const theirs = content.tables.find((table) => table.id === id);
  const [base, setBase] = useState({ table: theirs, revision });
  const [table, setTable] = useState(theirs ?? freshTable());
  const [savedAs, setSavedAs] = useState<string>();
  const dirty = JSON.stringify(table) !== JSON.stringify(base.table);
  const touched = JSON.stringify(theirs) !== JSON.stringify(base.table);
  const conflict = dirty && savedAs === undefined && !put.isPending && revision !== base.revision;
  const save = (seen: number): void => {
    if (!isComplete(table) || !dirty || put.isPending) return;
    put.mutate(
      { params: { number, id: table.id }, body: { revision: seen, table } },
      {
        onSuccess: (saved) => {
          setBase({ table, revision: saved.revision });
          if (id === undefined) setSavedAs(table.id);
        },
      },
    );
  };
  useEffect(() => {
    if (savedAs === undefined) return;
    void navigate(placeOfPart(number, 'table', savedAs), { replace: true });
  }, [savedAs, navigate, number]);
  return { table, setTable, base, theirs, dirty, touched, conflict, save, setBase, put };
}

function TableFields({
  table,
  isNew,
  readOnly,
  onChange,
}: {
  table: DecisionTable;
  isNew: boolean;
  readOnly: boolean;
  onChange(table: DecisionTable): void;
}) {
  const t = useTexts(tableTexts);
  const r = useTexts(ruleTexts);
  const word = useWord();
  const kinds = useRuleLanguage().data?.language.kinds.filter(({ decided }) => decided) ?? [];
  return (
    <div className="fz-edit-grid">
      {isNew ? (
        <Field label={t('id')} help={t('idHint')}>
          {(id) => (
            <Input
              id={id}
              autoFocus
              value={table.id}
              maxLength={80}
              onChange={({ target }) => onChange({ ...table, id: target.value.trim() })}
            />
          )}
        </Field>
      ) : null}
      <Field label={t('title')}>
        {(id) => (
          <Input
            id={id}
            disabled={readOnly}
            value={table.title}
            maxLength={200}
            onChange={({ target }) => onChange({ ...table, title: target.value })}
          />
        )}
      </Field>
      <Field label={r('on')}>
        {(id) => (
          <Select
            id={id}
            mode="multiple"
            disabled={readOnly}
            value={table.on}
            options={kinds.map(({ kind }) => ({ value: kind, label: word('kind', kind) }))}
            onChange={(on: DecisionTable['on']) => (on.length > 0 ? onChange({ ...table, on }) : undefined)}
          />
        )}
      </Field>
      <Field label={t('hitPolicy')}>
        {(id) => (
          <Select
            id={id}
            disabled={readOnly}
            value={table.hitPolicy}
            popupMatchSelectWidth={false}
            options={HIT_POLICIES.map((value) => ({ value, label: t(`hit.${value}`) }))}
            onChange={(hitPolicy) => onChange({ ...table, hitPolicy })}
          />
        )}
      </Field>
      <Field label={r('owner')}>
        {(id) => (
          <Input
            id={id}
            disabled={readOnly}
            value={table.owner}
            maxLength={80}
            onChange={({ target }) => onChange({ ...table, owner: target.value })}
          />
        )}
      </Field>
    </div>
  );
}

interface TableConflictProps {
  readonly version: PolicyVersion;
  readonly state: ReturnType<typeof useTableDraft>;
}

/** Somebody else was first: who, and both ways to go on. */
function TableConflict({ version, state }: TableConflictProps) {
  const r = useTexts(ruleTexts);
  const format = useFormat();
  const now = useNow();
  const { theirs, touched, save, setBase, setTable } = state;
  const { name, at } = version.edited;
  return (
    <div className="fz-notice fz-notice-bad" role="alert">
      <strong>{r('conflictTitle')}</strong>
      <span>{r('conflictBy', { name, when: format.relative(at, Math.max(now, Date.parse(at))) })}</span>
      <div className="fz-row">
        <Button type="primary" onClick={() => save(version.revision)}>
          {r(touched ? 'keepMine' : 'saveAgain')}
        </Button>
        {touched && theirs !== undefined ? (
          <Button
            onClick={() => {
              setBase({ table: theirs, revision: version.revision });
              setTable(theirs);
            }}
          >
            {r('takeTheirs')}
          </Button>
        ) : null}
      </div>
    </div>
  );
}

function SaveRow({
  state,
  complete,
}: {
  readonly state: TableConflictProps['state'];
  readonly complete: boolean;
}) {
  const t = useTexts(tableTexts);
  const r = useTexts(ruleTexts);
  const { table, setTable, dirty, conflict, put, save, base } = state;
  return (
    <div className="fz-row">
      <Button onClick={() => setTable(addRow(table))}>+ {t('addRow')}</Button>
      <Button
        type="primary"
        disabled={!dirty || !complete || put.isPending || conflict}
        onClick={() => save(base.revision)}
      >
        {r('save')}
      </Button>
      <span className="fz-quiet" role="status">
        {complete ? r(dirty ? 'unsaved' : 'saved') : t('incomplete')}
      </span>
    </div>
  );
}

function TableEditor({ version, id }: EditorProps) {
  const t = useTexts(tableTexts);
  const may = useMay();
  const localized = useLocalized();
  const readOnly = !(may('policy:edit') && isEditable(version));
  const state = useTableDraft({ version, id });
  const { table, setTable, dirty, conflict, put } = state;
  const complete = isComplete(table);
  const settled = useSettled(table, CHECK_AFTER_MS);
  const check = useTableCheck(isComplete(settled) ? settled : undefined);
  const language = useRuleLanguage().data?.language;
  const { reasons: own } = version.content;
  const reasons = useMemo(
    () => [
      { value: '', label: '—' },
      ...Object.entries(own).map(([value, { title }]) => ({ value, label: localized(title) })),
      ...(language?.reasons ?? []).map(({ id: value, title }) => ({ value, label: localized(title) })),
    ],
    [own, language, localized],
  );
  const nothing = useCallback(() => undefined, []);
  useSaveKeys(() => {
    if (!readOnly) state.save(state.base.revision);
  }, nothing);
  return (
    <div className="fz-stack">
      <LeaveGuard unsaved={dirty && !readOnly && (id !== undefined || table.id !== '')} />
      {conflict ? <TableConflict version={version} state={state} /> : null}
      {put.error && !conflict ? <ProblemNotice error={put.error} while="changing" /> : null}
      <TableFields table={table} isNew={id === undefined} readOnly={readOnly} onChange={setTable} />
      <p className="fz-quiet fz-small">{t('cellHelp')}</p>
      <TableGrid
        table={table}
        faults={check.data?.faults ?? []}
        findings={check.data?.findings ?? []}
        reasons={reasons}
        readOnly={readOnly}
        onChange={setTable}
      />
      {readOnly ? null : <SaveRow state={state} complete={complete} />}
      <TableNotes check={complete ? check.data : undefined} />
      {check.error ? <ProblemNotice error={check.error} /> : null}
    </div>
  );
}

/** Editor of one decision table. */
export function TablePage() {
  const t = useTexts(tableTexts);
  const r = useTexts(ruleTexts);
  const p = useTexts(policyTexts);
  const { number: asked = '' } = useParams();
  const [search] = useSearchParams();
  const id = search.get('id') ?? undefined;
  const number = Number(asked);
  const query = useVersion(number, ASK_EVERY_MS);
  const version = query.data;
  return (
    <Page
      title={id === undefined ? t('newTable') : t('tableOf', { id })}
      needs="policy:read"
      actions={<span className="fz-quiet fz-small fz-desk">{t('keys')}</span>}
    >
      <div className="fz-row fz-quiet fz-small">
        <Link to="/policy">{p('title')}</Link>
        <span aria-hidden="true">/</span>
        <Link to={`/policy/versions/${number}`}>
          {r('backToVersion', { number })} {version?.title}
        </Link>
        {version === undefined ? null : <StateMark state={version.state} />}
      </div>
      <Waiting query={query} lines={8}>
        {(data) =>
          id !== undefined && !data.content.tables.some((table) => table.id === id) ? (
            <p className="fz-notice">{t('noTable')}</p>
          ) : (
            <TableEditor key={id ?? ''} version={data} id={id} />
          )
        }
      </Waiting>
    </Page>
  );
}
