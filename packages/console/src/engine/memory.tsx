import type { EngineWindows } from '@fanzha/contract';
import { useFormat } from '../i18n/format.ts';
import { useTexts } from '../i18n/texts.ts';
import { writeBytes } from '../ui/bytes.ts';
import { counterWords } from '../ui/counter/counter-words.ts';
import { useCounterName } from '../ui/counter/use-counter-name.ts';
import { type Column, DataList } from '../ui/data-list.tsx';
import { Time } from '../ui/time.tsx';
import { useWord } from '../ui/use-word.ts';
import { Figures } from '../ui/work/figures.tsx';
import { engineTexts } from './texts.ts';

type Group = EngineWindows['groups'][number];

const NAMES = ['keys', 'counters', 'unused', 'evictions', 'expired', 'late', 'early', 'open'] as const;

/** Groups by size in powers of two, then by name: large ones are on top, and small changes move nothing. */
function bySize(a: Group, b: Group): number {
  const size = ({ bytes }: Group): number => Math.floor(Math.log2(Math.max(1, bytes)));
  return size(b) - size(a) || a.by.join().localeCompare(b.by.join());
}

function Groups({ groups }: { readonly groups: readonly Group[] }) {
  const t = useTexts(engineTexts);
  const word = useWord();
  const format = useFormat();
  const nameOf = useCounterName();
  const total = Math.max(
    1,
    groups.reduce((sum, { bytes }) => sum + bytes, 0),
  );
  const by = (group: Group): string => group.by.map((role) => word('role', role)).join(' + ');
  const what = ({ counters }: Group) => (
    <span>
      {counters.map((name) => (
        <span
          key={name}
          title={name}
          className="fz-tag"
          style={{ margin: '1px 4px 1px 0', whiteSpace: 'normal' }}
        >
          {nameOf(counterWords(name))}
        </span>
      ))}
    </span>
  );
  const memory = ({ bytes }: Group) => (
    <span style={{ display: 'grid', gap: 3 }}>
      {writeBytes(bytes, format)}
      <span className="fz-meter" aria-hidden="true">
        <span style={{ width: `${(bytes / total) * 100}%` }} />
      </span>
    </span>
  );
  const columns: Column<Group>[] = [
    { key: 'by', title: t('by'), render: by },
    { key: 'what', title: t('what'), render: what },
    { key: 'keys', title: t('keys'), number: true, render: ({ keys }) => format.number(keys) },
    { key: 'bytes', title: t('bytes'), number: true, width: 110, render: memory },
    {
      key: 'since',
      title: t('since'),
      render: ({ startedAt }) => (
        <span className="fz-tight">
          <Time at={startedAt} />
        </span>
      ),
    },
  ];
  return (
    <DataList
      caption={t('groups')}
      columns={columns}
      rows={[...groups].sort(bySize)}
      rowKey={({ by: roles, counters }) => `${roles.join()} ${counters.join()}`}
      card={(group) => (
        <>
          <div className="fz-row fz-between">
            <strong>{by(group)}</strong>
            <span className="fz-num">{writeBytes(group.bytes, format)}</span>
          </div>
          {what(group)}
          <span className="fz-quiet fz-small">
            {t('keys')} {format.number(group.keys)} · {t('since')} <Time at={group.startedAt} />
          </span>
        </>
      )}
    />
  );
}

function Snapshot({ snapshot }: { readonly snapshot: EngineWindows['snapshot'] }) {
  const t = useTexts(engineTexts);
  const format = useFormat();
  return (
    <section className="fz-panel" aria-labelledby="engine-snapshot">
      <header>
        <h2 id="engine-snapshot">{t('snapshot')}</h2>
      </header>
      <p>
        {snapshot.lastAt === undefined ? (
          t('noSnapshot')
        ) : (
          <>
            {t('lastSnapshot')} <Time at={snapshot.lastAt} />
            {snapshot.lastBytes === undefined
              ? ''
              : ` · ${t('size')} ${writeBytes(snapshot.lastBytes, format)}`}
          </>
        )}
        {' · '}
        {t(`restored.${snapshot.restoredFrom}`)}
      </p>
      {snapshot.problem === undefined ? null : <p role="alert">{snapshot.problem}</p>}
      <p className="fz-quiet">{t('snapshotText')}</p>
    </section>
  );
}

/** What the counters hold: how much of the budget, for whom, since when, and how it survives a restart. */
export function Memory({ windows }: { readonly windows: EngineWindows }) {
  const t = useTexts(engineTexts);
  const format = useFormat();
  const { usedBytes, budgetBytes, groups, snapshot } = windows;
  return (
    <>
      <section className="fz-stack" aria-labelledby="engine-memory">
        <div className="fz-row fz-between">
          <h2 id="engine-memory">{t('memory')}</h2>
          <span>
            {t('used')}{' '}
            {t('usedOf', { used: writeBytes(usedBytes, format), budget: writeBytes(budgetBytes, format) })}
          </span>
        </div>
        <span className="fz-meter" aria-hidden="true">
          <span style={{ width: `${Math.min(1, usedBytes / Math.max(1, budgetBytes)) * 100}%` }} />
        </span>
        <p className="fz-quiet">{t('memoryText')}</p>
        <Figures
          items={NAMES.map((key) => ({
            key,
            title: t(key),
            value: format.number(windows[key]),
            text: t(`text.${key}`),
          }))}
        />
      </section>
      <section className="fz-stack" aria-labelledby="engine-groups">
        <h2 id="engine-groups">{t('groups')}</h2>
        <p className="fz-quiet">{t('groupsText')}</p>
        {groups.length === 0 ? (
          <p className="fz-panel fz-empty">{t('noGroups')}</p>
        ) : (
          <Groups groups={groups} />
        )}
      </section>
      <Snapshot snapshot={snapshot} />
    </>
  );
}
