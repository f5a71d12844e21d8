import { DownloadOutlined, PlusOutlined, UploadOutlined } from '@ant-design/icons';
import { LINE_ACTS, LINE_CHANGE_STATES, type LineView } from '@fanzha/contract';
import { Button, Select } from 'antd';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { type LineFilters, useLineChanges, useLines } from '../api/lines.ts';
import { rowsOf } from '../api/paged.ts';
import { useMay } from '../api/session.ts';
import { useFormat } from '../i18n/format.ts';
import { useTexts } from '../i18n/texts.ts';
import { Choice } from '../ui/choice.tsx';
import { csvOf, download } from '../ui/csv.ts';
import { type Column, DataList, MoreRows } from '../ui/data-list.tsx';
import { StandingTag } from '../ui/line/standing-tag.tsx';
import { lineTexts } from '../ui/line/texts.ts';
import { Page } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';
import { Waiting } from '../ui/waiting.tsx';
import { Tag } from '../ui/work/tag.tsx';
import { Completeness } from './completeness.tsx';
import { ImportDrawer } from './import-drawer.tsx';
import { LineChanges } from './line-changes.tsx';
import { LineDrawer } from './line-drawer.tsx';
import { useContentText, useLineTitles } from './line-words.tsx';
import { LinesFilter, useLineFilters } from './lines-filter.tsx';
import { lineChangeTexts, linesTexts } from './texts.ts';
import { useTold } from './use-told.tsx';

/** Numbers of a line as a row shows them: the first, and how many more. */
function useNumbersText(): (line: LineView) => string {
  const t = useTexts(linesTexts);
  const format = useFormat();
  return ({ content: { numbers } }) => {
    const [first, second] = numbers;
    if (first === undefined) return '';
    return second === undefined ? first : t('numbersCount', { count: format.number(numbers.length) });
  };
}

/** Days of a line, `2026-01-01 – 2026-12-31`. */
function useValidityText(): (line: LineView) => string {
  const t = useTexts(linesTexts);
  return ({ content: { validFrom, validUntil } }) => `${validFrom} – ${validUntil ?? t('noEnd')}`;
}

function useColumns(): (Column<LineView> & { readonly text: (line: LineView) => string })[] {
  const t = useTexts(linesTexts);
  const w = useTexts(lineTexts);
  const titles = useLineTitles();
  const numbers = useNumbersText();
  const validity = useValidityText();
  const plain = (key: string, title: string, text: (line: LineView) => string) => ({
    key,
    title,
    text,
    render: (line: LineView) => <span>{text(line)}</span>,
  });
  return [
    {
      key: 'line',
      title: t('line'),
      width: '26%',
      text: ({ id }) => id,
      render: ({ id, content }) => (
        <>
          {content.owner} <code className="fz-quiet">{id}</code>
        </>
      ),
    },
    {
      key: 'standing',
      title: t('standing'),
      text: ({ standing }) => w(`standing.${standing}`),
      render: ({ standing, waiting }) => (
        <span className="fz-row fz-tight">
          <StandingTag standing={standing} />
          {waiting ? <Tag weight="warn">{t('waiting')}</Tag> : null}
        </span>
      ),
    },
    plain('kind', t('kind'), ({ content }) => titles.kind(content.kind)),
    plain('use', t('use'), ({ content }) => titles.use(content.use)),
    plain('numbers', t('numbers'), numbers),
    {
      ...plain('validity', t('validity'), validity),
      render: (line) => <span className="fz-tight">{validity(line)}</span>,
    },
    {
      key: 'changed',
      title: t('changed'),
      text: ({ changedBy, changedAt }) => `${changedBy} ${changedAt}`,
      render: ({ changedBy, changedAt }) => (
        <span className="fz-quiet fz-small">
          {changedBy} <Time at={changedAt} />
        </span>
      ),
    },
  ];
}

function Rows({ rows }: { readonly rows: readonly LineView[] }) {
  const t = useTexts(linesTexts);
  const titles = useLineTitles();
  const numbers = useNumbersText();
  const validity = useValidityText();
  const columns = useColumns();
  return (
    <DataList
      caption={t('title')}
      columns={columns}
      rows={rows}
      rowKey={({ id }) => id}
      open={({ id }) => ({ to: `/lines/${encodeURIComponent(id)}` })}
      card={(line, link) => (
        <>
          <div className="fz-row fz-between">
            {link(<strong>{line.content.owner}</strong>)}
            <StandingTag standing={line.standing} />
          </div>
          <span>
            <code>{line.id}</code> {numbers(line)}
          </span>
          <span className="fz-quiet fz-small">
            {titles.kind(line.content.kind)} · {titles.use(line.content.use)} · {validity(line)}
          </span>
          {line.waiting ? (
            <span>
              <Tag weight="warn">{t('waiting')}</Tag>
            </span>
          ) : null}
        </>
      )}
    />
  );
}

/** Writes the lines that are seen as a file, as they are registered. */
function useExport(): (rows: readonly LineView[]) => void {
  const t = useTexts(linesTexts);
  const columns = useColumns();
  const text = useContentText();
  const more = ['numbers', 'routes', 'hours', 'document'] as const;
  return (rows) => {
    const shown = columns.filter(({ key }) => key !== 'numbers');
    const header = [...shown.map(({ title }) => title), t('owner'), ...more.map((name) => t(name))];
    const lines = rows.map((line) => [
      ...shown.map((column) => column.text(line)),
      line.content.owner,
      ...more.map((name) => text(name, line.content)),
    ]);
    download('fanzha-lines.csv', 'text/csv;charset=utf-8', csvOf(header, lines));
  };
}

function Register({ onSeen }: { readonly onSeen: (rows: readonly LineView[]) => void }) {
  const t = useTexts(linesTexts);
  const [filters, change] = useLineFilters();
  const query = useLines(filters);
  const rows = rowsOf(query);
  const filtered = Object.keys(filters).length > 0;
  return (
    <>
      <LinesFilter key={fieldsOf(filters)} filters={filters} onChange={change} />
      <Waiting query={query} lines={8}>
        {() =>
          rows.length === 0 ? (
            <div className="fz-panel fz-empty">
              <h2>{t(filtered ? 'noMatch' : 'empty')}</h2>
              <p>{t(filtered ? 'noMatchText' : 'emptyText')}</p>
            </div>
          ) : (
            <>
              <Rows rows={rows} />
              <div className="fz-row fz-between">
                <Button size="small" icon={<DownloadOutlined />} onClick={() => onSeen(rows)}>
                  {t('export')}
                </Button>
              </div>
              <MoreRows query={query} count={rows.length} />
            </>
          )
        }
      </Waiting>
    </>
  );
}

/** What is typed in fields begins anew when the address says something else. */
const fieldsOf = ({ search = '', number = '', trunk = '', carrier = '' }: LineFilters): string =>
  [search, number, trunk, carrier].join('\n');

function Changes() {
  const t = useTexts(linesTexts);
  const c = useTexts(lineChangeTexts);
  const [search, setSearch] = useSearchParams();
  const state = LINE_CHANGE_STATES.find((each) => each === search.get('state'));
  const act = LINE_ACTS.find((each) => each === search.get('act'));
  const query = useLineChanges({
    ...(state === undefined ? {} : { state }),
    ...(act === undefined ? {} : { act }),
  });
  const rows = rowsOf(query);
  const set = (name: 'state' | 'act', value: string): void => {
    const after = new URLSearchParams(search);
    if (value === '') after.delete(name);
    else after.set(name, value);
    setSearch(after, { replace: true });
  };
  return (
    <>
      <div className="fz-row">
        <Choice
          label={c('state')}
          value={state ?? ''}
          onChange={(value) => set('state', value)}
          options={(['', ...LINE_CHANGE_STATES] as const).map((value) => ({
            value,
            label: value === '' ? t('all') : c(`change.${value}`),
          }))}
        />
        <Select
          allowClear
          style={{ minWidth: 150 }}
          placeholder={c('act')}
          aria-label={c('act')}
          value={act ?? null}
          onChange={(value: string | null | undefined) => set('act', value ?? '')}
          options={LINE_ACTS.map((value) => ({ value, label: c(`act.${value}`) }))}
        />
      </div>
      <Waiting query={query} lines={8}>
        {() =>
          rows.length === 0 ? (
            <div className="fz-panel fz-empty">
              <h2>{c('none')}</h2>
              <p>{c('noneText')}</p>
            </div>
          ) : (
            <>
              <LineChanges rows={rows} />
              <MoreRows query={query} count={rows.length} />
            </>
          )
        }
      </Waiting>
    </>
  );
}

function WaitingChanges() {
  const c = useTexts(lineChangeTexts);
  const rows = rowsOf(useLineChanges({ state: 'asked' }));
  if (rows.length === 0) return null;
  return (
    <section className="fz-stack" aria-labelledby="lines-waiting">
      <h2 id="lines-waiting">{c('waiting')}</h2>
      <LineChanges rows={rows} />
    </section>
  );
}

const VIEWS = ['lines', 'changes', 'completeTitle'] as const;
type View = (typeof VIEWS)[number];

/** The register of lines, its changes, and for which kinds it is complete. */
export function LinesPage() {
  const t = useTexts(linesTexts);
  const may = useMay()('line:write');
  const [search, setSearch] = useSearchParams();
  const view: View = VIEWS.find((each) => each === search.get('view')) ?? 'lines';
  const [doing, setDoing] = useState<'register' | 'import'>();
  const { place, told } = useTold();
  const write = useExport();
  const close = (): void => setDoing(undefined);
  const acts = may ? (
    <>
      <Button type="primary" icon={<PlusOutlined />} onClick={() => setDoing('register')}>
        {t('register')}
      </Button>
      <Button icon={<UploadOutlined />} onClick={() => setDoing('import')}>
        {t('import')}
      </Button>
    </>
  ) : null;
  const done = (change: Parameters<typeof told>[0]): void => {
    close();
    told(change);
  };
  return (
    <Page title={t('title')} needs="line:read" actions={acts}>
      {place}
      <p className="fz-quiet">{t('intro')}</p>
      <div className="fz-row">
        <Choice
          label={t('view')}
          value={view}
          onChange={(value) => setSearch(value === 'lines' ? {} : { view: value }, { replace: true })}
          options={VIEWS.map((value) => ({ value, label: t(value) }))}
        />
      </div>
      {view === 'lines' ? (
        <>
          <WaitingChanges />
          <Register onSeen={write} />
        </>
      ) : null}
      {view === 'changes' ? <Changes /> : null}
      {view === 'completeTitle' ? <Completeness onDone={told} /> : null}
      {doing === 'register' ? <LineDrawer onDone={done} onClose={close} /> : null}
      {doing === 'import' ? <ImportDrawer onDone={done} onClose={close} /> : null}
    </Page>
  );
}
