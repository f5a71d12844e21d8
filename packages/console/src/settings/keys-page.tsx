import { PlusOutlined } from '@ant-design/icons';
import type { ApiKey } from '@fanzha/contract';
import { Button, Popconfirm } from 'antd';
import { useState } from 'react';
import { useKeys, useRevokeKey } from '../api/keys.ts';
import { useFormat } from '../i18n/format.ts';
import { useTexts } from '../i18n/texts.ts';
import { type Column, DataList, MoreRows } from '../ui/data-list.tsx';
import { Page } from '../ui/page.tsx';
import { ProblemNotice } from '../ui/problem-notice.tsx';
import { uiTexts } from '../ui/texts.ts';
import { Time } from '../ui/time.tsx';
import { Waiting } from '../ui/waiting.tsx';
import { KeyDialog } from './key-dialog.tsx';
import { settingsTexts } from './texts.ts';

function Keys() {
  const t = useTexts(settingsTexts);
  const u = useTexts(uiTexts);
  const format = useFormat();
  const keys = useKeys();
  const revoke = useRevokeKey();
  const rows = keys.data?.pages.flatMap(({ items }) => items) ?? [];
  const act = (key: ApiKey) =>
    key.state === 'active' ? (
      <Popconfirm
        title={t('revokeTitle', { name: key.name })}
        description={t('revokeText')}
        okText={t('revoke')}
        cancelText={u('cancel')}
        onConfirm={() => revoke.mutate(key.id)}
      >
        <Button size="small" danger>
          {t('revoke')}
        </Button>
      </Popconfirm>
    ) : null;
  const used = ({ lastUsedAt }: ApiKey) => (lastUsedAt === undefined ? t('never') : <Time at={lastUsedAt} />);
  const columns: Column<ApiKey>[] = [
    { key: 'name', title: t('name'), render: ({ name }) => name },
    { key: 'scopes', title: t('scopes'), render: ({ scopes }) => <code>{scopes.join(', ')}</code> },
    { key: 'state', title: t('state'), render: ({ state }) => t(`key.${state}`) },
    { key: 'used', title: t('lastUsed'), render: used },
    { key: 'expires', title: t('expires'), render: ({ expiresAt }) => format.exact(expiresAt) },
    {
      key: 'created',
      title: t('created'),
      render: ({ createdAt, createdBy }) => (
        <>
          <Time at={createdAt} /> · {createdBy}
        </>
      ),
    },
    { key: 'act', title: t('actions'), render: act },
  ];
  return (
    <Waiting query={keys}>
      {() =>
        rows.length === 0 ? (
          <div className="fz-panel fz-empty">{t('keysEmpty')}</div>
        ) : (
          <>
            {revoke.error ? <ProblemNotice error={revoke.error} while="changing" /> : null}
            <DataList
              caption={t('keys')}
              columns={columns}
              rows={rows}
              rowKey={({ id }) => id}
              card={(key) => (
                <>
                  <div className="fz-row fz-between">
                    <strong>{key.name}</strong>
                    <span>{t(`key.${key.state}`)}</span>
                  </div>
                  <code>{key.scopes.join(', ')}</code>
                  <span className="fz-quiet fz-small">
                    {t('lastUsed')} {used(key)} · {t('expires')} {format.exact(key.expiresAt)}
                  </span>
                  <span>{act(key)}</span>
                </>
              )}
            />
            <MoreRows query={keys} count={rows.length} />
          </>
        )
      }
    </Waiting>
  );
}

/** Keys of the machines that talk to Fanzha. */
export function KeysPage() {
  const t = useTexts(settingsTexts);
  const [adding, setAdding] = useState(false);
  return (
    <Page
      title={t('keys')}
      needs="key:manage"
      actions={
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>
          {t('addKey')}
        </Button>
      }
    >
      <Keys />
      {adding ? <KeyDialog onClose={() => setAdding(false)} /> : null}
    </Page>
  );
}
