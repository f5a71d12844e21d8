import { PlusOutlined } from '@ant-design/icons';
import { CDR_STATES, type CdrImport } from '@fanzha/contract';
import { Button } from 'antd';
import { useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import { type CdrFilters, useCancelCdr, useCdrImports, useCdrSources, useResumeCdr } from '../api/cdr.ts';
import { rowsOf } from '../api/paged.ts';
import { useMay } from '../api/session.ts';
import { useFormat } from '../i18n/format.ts';
import { useLocalized } from '../i18n/locale.ts';
import { useTexts } from '../i18n/texts.ts';
import { writeBytes } from '../ui/bytes.ts';
import { Choice } from '../ui/choice.tsx';
import { type Column, DataList, MoreRows } from '../ui/data-list.tsx';
import { Page } from '../ui/page.tsx';
import { ProblemNotice } from '../ui/problem-notice.tsx';
import { Time } from '../ui/time.tsx';
import { Waiting } from '../ui/waiting.tsx';
import { Tag } from '../ui/work/tag.tsx';
import './cdr.css';
import { RefusedDrawer } from './refused-drawer.tsx';
import { SourceDialog } from './source-dialog.tsx';
import { cdrTexts } from './texts.ts';
import { UploadDrop } from './upload-drop.tsx';

/** The state stands in the address. */
function useFilters(): [CdrFilters, (state: string) => void] {
  const [search, setSearch] = useSearchParams();
  const state = CDR_STATES.find((each) => each === search.get('state'));
  const filters = useMemo(() => (state === undefined ? {} : { state }), [state]);
  return [filters, (value) => setSearch(value === '' ? {} : { state: value }, { replace: true })];
}

function State({ row }: { readonly row: CdrImport }) {
  const t = useTexts(cdrTexts);
  const localized = useLocalized();
  const text = t(`state.${row.state}`);
  return (
    <>
      {row.state === 'failed' ? <Tag weight="warn">{text}</Tag> : text}
      {row.problem ? <div className="fz-small">{localized(row.problem)}</div> : null}
    </>
  );
}

function Progress({ row }: { readonly row: CdrImport }) {
  const t = useTexts(cdrTexts);
  const format = useFormat();
  const { bytes, total, alreadyRead, state } = row;
  const share = total === undefined || total === 0 ? 0 : Math.min(1, bytes / total);
  const moving = state === 'running' || state === 'waiting';
  return (
    <>
      {moving ? (
        <progress className="fz-cdr-bar" value={share} max={1} aria-label={`${t('progress')} ${row.name}`} />
      ) : null}
      <span className="fz-tight fz-small">
        {moving ? `${format.percent(share)} · ` : ''}
        {writeBytes(total ?? bytes, format)}
      </span>
      {alreadyRead > 0 ? (
        <div className="fz-quiet fz-small">
          {t('alreadyRead', { bytes: writeBytes(alreadyRead, format) })}
        </div>
      ) : null}
    </>
  );
}

interface ActsProps {
  readonly row: CdrImport;
  onShow(row: CdrImport): void;
}

function Acts({ row, onShow }: ActsProps) {
  const t = useTexts(cdrTexts);
  const may = useMay();
  const cancel = useCancelCdr();
  const resume = useResumeCdr();
  const error = cancel.error ?? resume.error;
  const stops = row.state === 'running' || row.state === 'waiting' || row.state === 'following';
  const resumes = row.state === 'failed' || row.state === 'cancelled';
  return (
    <span className="fz-row">
      {row.kept > 0 ? (
        <Button size="small" onClick={() => onShow(row)}>
          {t('show')}
        </Button>
      ) : null}
      {may('cdr:import') && stops ? (
        <Button size="small" disabled={cancel.isPending} onClick={() => cancel.mutate(row.id)}>
          {t('cancel')}
        </Button>
      ) : null}
      {may('cdr:import') && resumes ? (
        <Button size="small" disabled={resume.isPending} onClick={() => resume.mutate(row.id)}>
          {t('resume')}
        </Button>
      ) : null}
      {error ? <ProblemNotice error={error} while="changing" /> : null}
    </span>
  );
}

function useColumns(onShow: (row: CdrImport) => void): Column<CdrImport>[] {
  const t = useTexts(cdrTexts);
  const format = useFormat();
  const count = (key: 'taken' | 'duplicates' | 'refused', title: string): Column<CdrImport> => ({
    key,
    title,
    number: true,
    render: (row) => format.number(row[key]),
  });
  return [
    {
      key: 'file',
      title: t('file'),
      width: '20%',
      render: ({ name, source, way }) => (
        <>
          {name}{' '}
          <span className="fz-quiet fz-small">
            {source} · {t(`way.${way}`)}
          </span>
        </>
      ),
    },
    { key: 'state', title: t('state'), width: '18%', render: (row) => <State row={row} /> },
    { key: 'progress', title: t('progress'), width: 150, render: (row) => <Progress row={row} /> },
    count('taken', t('taken')),
    count('duplicates', t('duplicates')),
    count('refused', t('refused')),
    {
      key: 'older',
      title: t('older'),
      number: true,
      render: ({ older }) => (
        <span title={t('olderText', { count: format.number(older) })}>{format.number(older)}</span>
      ),
    },
    { key: 'rate', title: t('rate'), number: true, render: ({ perSecond }) => format.number(perSecond) },
    {
      key: 'when',
      title: t('when'),
      render: ({ askedAt, askedBy }) => (
        <>
          <Time at={askedAt} /> <span className="fz-quiet fz-small">{askedBy}</span>
        </>
      ),
    },
    { key: 'acts', title: '', render: (row) => <Acts row={row} onShow={onShow} /> },
  ];
}

function Imports({ rows, onShow }: { readonly rows: readonly CdrImport[]; onShow(row: CdrImport): void }) {
  const t = useTexts(cdrTexts);
  const format = useFormat();
  const columns = useColumns(onShow);
  return (
    <DataList
      caption={t('title')}
      columns={columns}
      rows={rows}
      rowKey={({ id }) => id}
      card={(row) => (
        <>
          <div className="fz-row fz-between">
            <strong>{row.name}</strong>
            <span className="fz-quiet fz-small">
              <Time at={row.askedAt} />
            </span>
          </div>
          <span className="fz-quiet fz-small">
            {row.source} · {t(`way.${row.way}`)}
          </span>
          <div>
            <State row={row} />
          </div>
          <div>
            <Progress row={row} />
          </div>
          <span className="fz-small">
            {t('taken')} {format.number(row.taken)} · {t('duplicates')} {format.number(row.duplicates)} ·{' '}
            {t('refused')} {format.number(row.refused)}
          </span>
          <Acts row={row} onShow={onShow} />
        </>
      )}
    />
  );
}

/** Files of call records that came in, how far they are, and what of them was refused. */
export function ImportsPage() {
  const t = useTexts(cdrTexts);
  const may = useMay();
  const [filters, setState] = useFilters();
  const query = useCdrImports(filters);
  const sources = useCdrSources();
  const [setting, setSetting] = useState(false);
  const [shown, setShown] = useState<CdrImport>();
  const rows = rowsOf(query);
  const set = may('cdr:import') ? (
    <Button icon={<PlusOutlined />} onClick={() => setSetting(true)}>
      {t('newSource')}
    </Button>
  ) : null;
  return (
    <Page title={t('title')} needs="cdr:read" actions={set}>
      <p className="fz-quiet">{t('intro')}</p>
      {may('cdr:import') && sources.data ? <UploadDrop sources={sources.data.items} /> : null}
      <Choice
        label={t('state')}
        value={filters.state ?? ''}
        onChange={setState}
        options={(['', ...CDR_STATES] as const).map((value) => ({
          value,
          label: value === '' ? t('all') : t(`state.${value}`),
        }))}
      />
      <Waiting query={query} lines={8}>
        {() =>
          rows.length === 0 ? (
            <div className="fz-panel fz-empty">
              <h2>{t('empty')}</h2>
              <p>{t('emptyText')}</p>
            </div>
          ) : (
            <>
              <Imports rows={rows} onShow={setShown} />
              <MoreRows query={query} count={rows.length} />
            </>
          )
        }
      </Waiting>
      {setting ? <SourceDialog onClose={() => setSetting(false)} /> : null}
      {shown ? <RefusedDrawer of={shown} onClose={() => setShown(undefined)} /> : null}
    </Page>
  );
}
