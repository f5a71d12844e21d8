import type { AuditEntry } from '@fanzha/contract';
import { Input } from 'antd';
import { useSearchParams } from 'react-router';
import { type AuditFilters, useAudit, useAuditTree } from '../api/audit.ts';
import { useFormat } from '../i18n/format.ts';
import { type Texts, useTexts } from '../i18n/texts.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { type Column, DataList, MoreRows } from '../ui/data-list.tsx';
import { Page } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';
import { Waiting } from '../ui/waiting.tsx';
import { settingsTexts } from './texts.ts';

const FILTERS = ['action', 'actor'] as const;

type Key = typeof settingsTexts extends Texts<infer K> ? K : never;

function actorKey(kind: string): Key | undefined {
  const key = `actor.${kind}`;
  return key in settingsTexts.en ? (key as Key) : undefined;
}

function TreeHead() {
  const t = useTexts(settingsTexts);
  const format = useFormat();
  const tree = useAuditTree().data;
  if (tree === undefined) return null;
  return (
    <div className="fz-panel fz-row">
      <span>{t('tree', { size: format.number(tree.size) })}</span>
      <code style={{ overflowWrap: 'anywhere' }}>{tree.rootHash}</code>
      <CopyButton text={tree.rootHash} />
      <span className="fz-quiet">{t('treeHow')}</span>
    </div>
  );
}

function Entries({ filters }: { readonly filters: AuditFilters }) {
  const t = useTexts(settingsTexts);
  const audit = useAudit(filters);
  const rows = audit.data?.pages.flatMap(({ items }) => items) ?? [];
  const actor = ({ actor: who }: AuditEntry) => {
    const key = actorKey(who.kind);
    return (
      <>
        {who.name} <span className="fz-quiet">{key === undefined ? who.kind : t(key)}</span>
      </>
    );
  };
  const detail = ({ detail: what }: AuditEntry) => (
    <code>{Object.keys(what).length === 0 ? '' : JSON.stringify(what)}</code>
  );
  const columns: Column<AuditEntry>[] = [
    { key: 'seq', title: '#', number: true, render: ({ seq }) => String(seq) },
    { key: 'at', title: t('at'), render: ({ at }) => <Time at={at} /> },
    { key: 'actor', title: t('actor'), render: actor },
    { key: 'action', title: t('action'), render: ({ action }) => <code>{action}</code> },
    { key: 'target', title: t('target'), render: ({ target }) => <code>{target ?? ''}</code> },
    { key: 'detail', title: t('detail'), width: '30%', render: detail },
    {
      key: 'hash',
      title: t('hash'),
      render: ({ leafHash }) => <code title={leafHash}>{leafHash.slice(0, 10)}…</code>,
    },
  ];
  return (
    <Waiting query={audit} lines={8}>
      {() =>
        rows.length === 0 ? (
          <div className="fz-panel fz-empty">{t('auditEmpty')}</div>
        ) : (
          <>
            <DataList
              caption={t('audit')}
              columns={columns}
              rows={rows}
              rowKey={({ seq }) => String(seq)}
              card={(entry) => (
                <>
                  <div className="fz-row fz-between">
                    <code>{entry.action}</code>
                    <span className="fz-quiet fz-small">
                      #{entry.seq} · <Time at={entry.at} />
                    </span>
                  </div>
                  <span>{actor(entry)}</span>
                  {entry.target === undefined ? null : <code>{entry.target}</code>}
                  {detail(entry)}
                </>
              )}
            />
            <MoreRows query={audit} count={rows.length} />
          </>
        )
      }
    </Waiting>
  );
}

/** Every act and every look, newest first, with the head of the tree that makes it tamper-evident. */
export function AuditPage() {
  const t = useTexts(settingsTexts);
  const [search, setSearch] = useSearchParams();
  const filters: AuditFilters = Object.fromEntries(
    FILTERS.flatMap((name) => {
      const value = search.get(name);
      return value ? [[name, value]] : [];
    }),
  );
  const set = (name: string, value: string): void =>
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        if (value === '') after.delete(name);
        else after.set(name, value);
        return after;
      },
      { replace: true },
    );
  return (
    <Page title={t('audit')} needs="audit:read">
      <TreeHead />
      <div className="fz-row">
        {FILTERS.map((name) => {
          const words = t(name === 'action' ? 'findAction' : 'findActor');
          return (
            <Input.Search
              key={name}
              allowClear
              defaultValue={filters[name] ?? ''}
              placeholder={words}
              aria-label={words}
              style={{ maxWidth: 260 }}
              onSearch={(value) => set(name, value.trim())}
            />
          );
        })}
      </div>
      <Entries filters={filters} />
    </Page>
  );
}
