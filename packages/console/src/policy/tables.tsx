import { DeleteOutlined } from '@ant-design/icons';
import type { DecisionTable, PolicyVersion } from '@fanzha/contract';
import { Button } from 'antd';
import { Link } from 'react-router';
import { usePutTable, useRemoveTable } from '../api/policy-versions.ts';
import { useTexts } from '../i18n/texts.ts';
import { type Column, DataList } from '../ui/data-list.tsx';
import { ProblemNotice } from '../ui/problem-notice.tsx';
import { useWord } from '../ui/use-word.ts';
import { Force } from './force.tsx';
import { placeOfPart } from './places.ts';
import { policyTexts } from './texts.ts';
import { useUndo } from './undo.ts';

interface TablesProps {
  readonly version: PolicyVersion;
  readonly editing: boolean;
}

/** The decision tables of a version. */
export function Tables({ version, editing }: TablesProps) {
  const t = useTexts(policyTexts);
  const word = useWord();
  const remove = useRemoveTable();
  const put = usePutTable();
  const undo = useUndo();
  const { number, revision, content } = version;
  const sizeOf = (table: DecisionTable): string =>
    t('rows', { count: table.rows.length, columns: table.inputs.length });
  const take = (table: DecisionTable): void =>
    remove.mutate(
      { params: { number, id: table.id }, query: { revision } },
      {
        onSuccess: (changed) =>
          undo.offer(t('removed', { id: table.id }), () =>
            put.mutate({ params: { number, id: table.id }, body: { revision: changed.revision, table } }),
          ),
      },
    );
  const columns: Column<DecisionTable>[] = [
    {
      key: 'table',
      title: t('table'),
      width: '34%',
      render: ({ id, title }) => (
        <>
          <div>{title}</div>
          <code className="fz-quiet">{id}</code>
        </>
      ),
    },
    { key: 'on', title: t('on'), render: ({ on }) => on.map((kind) => word('kind', kind)).join(', ') },
    { key: 'size', title: t('rulesColumn'), render: sizeOf },
    { key: 'hitPolicy', title: t('hitPolicy'), render: ({ hitPolicy }) => <code>{hitPolicy}</code> },
    { key: 'owner', title: t('owner'), render: ({ owner }) => owner },
    { key: 'until', title: t('until'), render: ({ from, until }) => <Force {...{ from, until }} /> },
    ...(editing
      ? [
          {
            key: 'acts',
            title: '',
            render: (table: DecisionTable) => (
              <span className="fz-row-acts">
                <Button
                  type="text"
                  size="small"
                  disabled={remove.isPending}
                  icon={<DeleteOutlined />}
                  aria-label={`${t('removeRule')} ${table.id}`}
                  title={t('removeRule')}
                  onClick={() => take(table)}
                />
              </span>
            ),
          },
        ]
      : []),
  ];
  const error = remove.error ?? put.error;
  return (
    <section className="fz-stack" aria-labelledby="version-tables">
      {undo.holder}
      <div className="fz-row fz-between">
        <h2 id="version-tables">{t('table')}</h2>
        {editing ? (
          <Link to={placeOfPart(number, 'table')}>
            <Button>{t('newTable')}</Button>
          </Link>
        ) : null}
      </div>
      {error ? <ProblemNotice error={error} while="changing" /> : null}
      {content.tables.length === 0 ? (
        <p className="fz-quiet">{t('noTables')}</p>
      ) : (
        <DataList
          caption={t('table')}
          columns={columns}
          rows={content.tables}
          rowKey={({ id }) => id}
          open={({ id }) => ({ to: placeOfPart(number, 'table', id) })}
          card={(table, link) => (
            <>
              {link(table.title)}
              <span className="fz-quiet fz-small">
                {table.id} · {sizeOf(table)} · {table.owner}
              </span>
            </>
          )}
        />
      )}
    </section>
  );
}
