import { type CallPatterns, INGRESSES, LIVE_CALL_PERIODS, type LiveCalls } from '@fanzha/contract';
import { VERDICTS } from '@fanzha/vocabulary';
import { Button, Select } from 'antd';
import { useRef, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { type LiveCallQuery, useCallPatterns, useLiveCalls } from '../api/call-patterns.ts';
import type { DecisionFilters } from '../api/decisions.ts';
import { useFormat } from '../i18n/format.ts';
import { useLocalized } from '../i18n/locale.ts';
import { useTexts } from '../i18n/texts.ts';
import { Choice } from '../ui/choice.tsx';
import { linkTo } from '../ui/decision-filters.ts';
import { Page } from '../ui/page.tsx';
import { SimulatedFrame } from '../ui/simulated.tsx';
import { TileGrid } from '../ui/tile-grid.tsx';
import { useWord } from '../ui/use-word.ts';
import { VerdictMark } from '../ui/verdict.tsx';
import { Waiting } from '../ui/waiting.tsx';
import { Sparkline } from '../ui/work/sparkline.tsx';
import { CallsNav } from './calls-nav.tsx';
import { ProvinceTiles } from './province-tiles.tsx';
import { callTexts } from './texts.ts';
import { VerdictTable } from './verdict-table.tsx';

type Period = (typeof LIVE_CALL_PERIODS)[number];

function useQueryOfAddress(): [
  LiveCallQuery,
  (name: 'period' | 'ingress' | 'pattern', value: string) => void,
] {
  const [search, setSearch] = useSearchParams();
  const period = LIVE_CALL_PERIODS.find((each) => each === search.get('period'));
  const ingress = INGRESSES.find((each) => each === search.get('ingress'));
  const pattern = search.get('pattern');
  const change = (name: string, value: string): void => {
    const after = new URLSearchParams(search);
    if (value === '') after.delete(name);
    else after.set(name, value);
    setSearch(after, { replace: true });
  };
  return [
    {
      ...(period === undefined ? {} : { period }),
      ...(ingress === undefined ? {} : { ingress }),
      ...(pattern !== null && /^[a-z][a-z0-9-]{0,59}$/.test(pattern) ? { pattern } : {}),
    },
    change,
  ];
}

interface FiguresProps {
  readonly live: LiveCalls;
  readonly known: CallPatterns;
  readonly base: DecisionFilters;
}

function Totals({ live, base }: Omit<FiguresProps, 'known'>) {
  const t = useTexts(callTexts);
  const format = useFormat();
  const points = live.series.map(({ at, verdicts }) => {
    const calls = Object.values(verdicts).reduce((sum, count) => sum + count, 0);
    return { key: at, value: calls, title: `${format.clock(at, false)}: ${format.number(calls)}` };
  });
  return (
    <section className="fz-panel">
      <div className="fz-calls-figures">
        <Link {...linkTo(base)}>
          <strong className="fz-num">{format.number(live.calls)}</strong>
          {t('calls')}
        </Link>
        <span>
          <strong className="fz-num">{format.number(live.rate, live.rate < 10 ? 1 : 0)}</strong>
          {t('rate')}
        </span>
        {VERDICTS.filter((verdict) => live.verdicts[verdict]).map((verdict) => (
          <Link key={verdict} {...linkTo({ ...base, verdict })}>
            <strong className="fz-num">{format.number(live.verdicts[verdict] ?? 0)}</strong>
            <VerdictMark verdict={verdict} />
          </Link>
        ))}
      </div>
      <Sparkline points={points} label={t('perMinute')} width={600} height={48} wide />
    </section>
  );
}

/** Countries stay as they are while somebody points at them: on a phone they stand in the order of their counts. */
function Countries({ live, base }: Omit<FiguresProps, 'known'>) {
  const t = useTexts(callTexts);
  const format = useFormat();
  const place = useRef<HTMLElement>(null);
  const held = useRef(live.countries);
  if (!place.current?.matches(':hover, :focus-within')) held.current = live.countries;
  const unknown = held.current.find(({ key }) => key === '')?.calls ?? 0;
  return (
    <section ref={place} className="fz-panel" aria-labelledby="calls-country">
      <header>
        <h2 id="calls-country">{t('byCountry')}</h2>
      </header>
      <TileGrid
        counts={held.current.filter(({ key }) => key !== '').map(({ key, calls }) => ({ key, count: calls }))}
        filtersFor={(country) => ({ ...base, country })}
      />
      {unknown > 0 ? (
        <p className="fz-quiet">{t('countryUnknown', { count: format.number(unknown) })}</p>
      ) : null}
    </section>
  );
}

function Figures({ live, known, base }: FiguresProps) {
  const t = useTexts(callTexts);
  const format = useFormat();
  const localized = useLocalized();
  const word = useWord();
  const titles = new Map(known.patterns.map(({ id, title }) => [id, title]));
  const mobile = live.areas.find(({ key }) => key === '')?.calls ?? 0;
  const nameOf = (id: string): string => {
    const title = titles.get(id);
    return title ? localized(title) : id;
  };
  return (
    <>
      <Totals live={live} base={base} />
      <div className="fz-calls-grid">
        <Countries live={live} base={base} />
        <section className="fz-panel" aria-labelledby="calls-area">
          <header>
            <h2 id="calls-area">{t('byArea')}</h2>
          </header>
          <ProvinceTiles areas={known.areas} counts={live.areas} filtersFor={(area) => ({ ...base, area })} />
          {mobile > 0 ? (
            <p className="fz-quiet">{t('areaUnknown', { count: format.number(mobile) })}</p>
          ) : null}
        </section>
      </div>
      <section className="fz-panel">
        <VerdictTable
          caption={t('byIngress')}
          rows={live.ingresses}
          nameOf={(key) => word('channel', key)}
          filtersOf={(channel) => ({ ...base, channel })}
        />
      </section>
      <section className="fz-panel">
        <VerdictTable
          caption={t('byPattern')}
          rows={live.patterns}
          nameOf={nameOf}
          filtersOf={(pattern) => ({ ...base, pattern })}
        />
      </section>
    </>
  );
}

/** Calls as they come: rate and verdicts by ingress, country, province and pattern. Nothing changes its place. */
export function LiveCallsPage() {
  const t = useTexts(callTexts);
  const format = useFormat();
  const word = useWord();
  const localized = useLocalized();
  const [query, change] = useQueryOfAddress();
  const [paused, setPaused] = useState(false);
  const live = useLiveCalls(query, paused);
  const known = useCallPatterns({});
  const { ingress, pattern } = query;
  const base: DecisionFilters = {
    kind: 'call.attempt',
    ...(live.data === undefined ? {} : { from: live.data.from }),
    ...(ingress === undefined ? {} : { channel: ingress }),
    ...(pattern === undefined ? {} : { pattern }),
  };
  const actions = (
    <>
      <Select
        aria-label={t('pattern')}
        allowClear
        placeholder={`${t('pattern')}: ${t('all')}`}
        value={pattern}
        popupMatchSelectWidth={false}
        onChange={(value: string | undefined) => change('pattern', value ?? '')}
        options={(known.data?.patterns ?? []).map(({ id, title }) => ({
          value: id,
          label: localized(title),
        }))}
      />
      <Choice
        label={t('byIngress')}
        value={ingress ?? ''}
        onChange={(value: string) => change('ingress', value)}
        options={[
          { value: '', label: t('all') },
          ...INGRESSES.map((value) => ({ value: value as string, label: word('channel', value) })),
        ]}
      />
      <Choice
        label={t('period')}
        value={(query.period ?? '1h') as Period}
        onChange={(value: Period) => change('period', value)}
        options={LIVE_CALL_PERIODS.map((value) => ({ value, label: t(`period.${value}`) }))}
      />
      <Button aria-pressed={paused} onClick={() => setPaused(!paused)}>
        {paused ? t('resume') : t('pause')}
      </Button>
    </>
  );
  return (
    <Page title={t('live')} needs="decision:read" actions={actions}>
      <CallsNav at="live" />
      <Waiting query={live} lines={8}>
        {(data) => (
          <SimulatedFrame on={data.simulated > 0}>
            <p className="fz-quiet" role="status">
              {paused ? t('paused', { time: format.clock(data.to) }) : t('running')}
            </p>
            {data.calls === 0 ? (
              <div className="fz-panel fz-empty">
                <h2>{t('noCalls')}</h2>
                <p>{t('noCallsText')}</p>
              </div>
            ) : (
              <Waiting query={known}>
                {(patterns) => <Figures live={data} known={patterns} base={base} />}
              </Waiting>
            )}
          </SimulatedFrame>
        )}
      </Waiting>
    </Page>
  );
}
