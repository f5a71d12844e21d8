import type { DecisionStats } from '@fanzha/contract';
import { EVENT_KINDS } from '@fanzha/contract';
import { VERDICTS } from '@fanzha/vocabulary';
import { lazy, Suspense, useMemo } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import {
  type DecisionFilters,
  type StatsPeriod,
  type StatsQuery,
  useDecisionStats,
  useDecisions,
} from '../api/decisions.ts';
import { useMay } from '../api/session.ts';
import { useSimulation } from '../api/simulation.ts';
import { useFormat } from '../i18n/format.ts';
import { useLocalized } from '../i18n/locale.ts';
import { useTexts } from '../i18n/texts.ts';
import { Choice } from '../ui/choice.tsx';
import { CountBars } from '../ui/count-bars.tsx';
import { linkTo, placeOf } from '../ui/decision-filters.ts';
import { Page } from '../ui/page.tsx';
import { SimulatedFrame } from '../ui/simulated.tsx';
import { TileGrid } from '../ui/tile-grid.tsx';
import { UnlistedNote } from '../ui/unlisted-note.tsx';
import { useWord } from '../ui/use-word.ts';
import { VerdictMark } from '../ui/verdict.tsx';
import { Skeleton, Waiting } from '../ui/waiting.tsx';
import { LiveList } from './live-list.tsx';
import './overview.css';
import { EmptyInstallation, SimulationProgress } from './simulation-offer.tsx';
import { overviewTexts } from './texts.ts';

const RemoveSimulation = lazy(async () => ({
  default: (await import('./remove-simulation.tsx')).RemoveSimulation,
}));
const TimeChart = lazy(async () => ({ default: (await import('./time-chart.tsx')).TimeChart }));
const PERIODS: readonly StatsPeriod[] = ['15m', '1h', '24h', '7d', '30d'];
const KINDS = EVENT_KINDS.filter((kind) => kind !== 'call.end');

function useStatsQuery(): [StatsQuery, (name: 'period' | 'kind', value: string) => void] {
  const [search, setSearch] = useSearchParams();
  const period = PERIODS.find((each) => each === search.get('period'));
  const kind = KINDS.find((each) => each === search.get('kind'));
  const query = useMemo(
    () => ({ ...(period === undefined ? {} : { period }), ...(kind === undefined ? {} : { kind }) }),
    [period, kind],
  );
  const change = (name: 'period' | 'kind', value: string): void =>
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        if (value === '') after.delete(name);
        else after.set(name, value);
        return after;
      },
      { replace: true },
    );
  return [query, change];
}

function Verdicts({ stats, base }: { readonly stats: DecisionStats; readonly base: DecisionFilters }) {
  const t = useTexts(overviewTexts);
  const format = useFormat();
  const counts = new Map(stats.verdicts.map(({ key, count }) => [key, count]));
  return (
    <ul className="fz-verdicts" aria-label={t('verdicts')}>
      <li>
        <Link {...linkTo(base)}>
          <span className="fz-quiet">{t('total')}</span>
          <strong>{format.number(stats.total)}</strong>
        </Link>
      </li>
      {VERDICTS.map((verdict) => {
        const count = counts.get(verdict) ?? 0;
        return (
          <li key={verdict}>
            <Link {...linkTo({ ...base, verdict })}>
              <VerdictMark verdict={verdict} />
              <span>
                <strong>{format.number(count)}</strong>{' '}
                <span className="fz-quiet fz-small">{format.percent(count / Math.max(1, stats.total))}</span>
              </span>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}

function Breakdown({ stats, base }: { readonly stats: DecisionStats; readonly base: DecisionFilters }) {
  const t = useTexts(overviewTexts);
  const word = useWord();
  const localized = useLocalized();
  const parts = [
    {
      title: t('byReason'),
      rows: stats.reasons.map(({ code, title, count }) => ({
        key: code,
        name: localized(title),
        count,
        filters: { ...base, reason: code },
      })),
    },
    {
      title: t('byFraudType'),
      rows: stats.fraudTypes.map(({ code, title, count }) => ({
        key: code,
        name: localized(title),
        count,
        filters: { ...base, fraudType: code },
      })),
    },
    {
      title: t('byChannel'),
      rows: stats.channels.map(({ key, count }) => ({
        key,
        name: word('channel', key),
        count,
        filters: { ...base, channel: key },
      })),
    },
  ];
  return (
    <div className="fz-thirds">
      {parts.map(({ title, rows }) => (
        <section className="fz-panel" key={title}>
          <header>
            <h2>{title}</h2>
          </header>
          <CountBars rows={rows.slice(0, 10)} />
        </section>
      ))}
    </div>
  );
}

function Figures({ stats, kind }: { readonly stats: DecisionStats; readonly kind: StatsQuery['kind'] }) {
  const t = useTexts(overviewTexts);
  const navigate = useNavigate();
  const base: DecisionFilters = { from: stats.from, to: stats.to, ...(kind === undefined ? {} : { kind }) };
  const open = (filters: DecisionFilters): void => {
    const { state, ...to } = placeOf(filters);
    void navigate(to, { state });
  };
  return (
    <>
      <Verdicts stats={stats} base={base} />
      <UnlistedNote count={stats.unlisted} />
      <div className="fz-overview">
        <div className="fz-stack">
          <section className="fz-panel" aria-labelledby="overview-series">
            <header>
              <h2 id="overview-series">{t('series')}</h2>
            </header>
            <Suspense fallback={<Skeleton lines={8} />}>
              <TimeChart stats={stats} onOpen={(verdict, from, to) => open({ ...base, verdict, from, to })} />
            </Suspense>
          </section>
          <section className="fz-panel" aria-labelledby="overview-country">
            <header>
              <h2 id="overview-country">{t('byCountry')}</h2>
            </header>
            <TileGrid counts={stats.countries} filtersFor={(country) => ({ ...base, country })} />
          </section>
        </div>
        <LiveList />
      </div>
      <Breakdown stats={stats} base={base} />
    </>
  );
}

/** What happens now and what happened in a period; every figure opens the decisions behind it. */
export function OverviewPage() {
  const t = useTexts(overviewTexts);
  const word = useWord();
  const [query, change] = useStatsQuery();
  const stats = useDecisionStats(query);
  const may = useMay();
  const simulation = useSimulation();
  const state = simulation.data?.state ?? 'none';
  const everEmpty = useDecisions({}).data?.pages[0]?.items.length === 0;
  const simulated = (stats.data?.simulated ?? 0) > 0 || state !== 'none';
  const removal = may('simulation:run') ? (
    <Suspense fallback={null}>
      <RemoveSimulation running={state === 'running'} />
    </Suspense>
  ) : null;
  const choices = (
    <>
      <Choice
        label={t('kind')}
        value={query.kind ?? ''}
        onChange={(value) => change('kind', value)}
        options={[
          { value: '', label: t('allKinds') },
          ...KINDS.map((value) => ({ value, label: word('kind', value) })),
        ]}
      />
      <Choice
        label={t('period')}
        value={query.period ?? '24h'}
        onChange={(value) => change('period', value)}
        options={PERIODS.map((value) => ({ value, label: t(`period.${value}`) }))}
      />
    </>
  );
  return (
    <Page title={t('title')} needs="decision:read" actions={choices}>
      <SimulatedFrame on={simulated} action={removal}>
        {simulation.data === undefined ? null : <SimulationProgress simulation={simulation.data} />}
        <Waiting query={stats} lines={8}>
          {(data) =>
            everEmpty && data.total === 0 && state === 'none' ? (
              <EmptyInstallation />
            ) : (
              <Figures stats={data} kind={query.kind} />
            )
          }
        </Waiting>
      </SimulatedFrame>
    </Page>
  );
}
