import { CheckCircleFilled, CloseCircleFilled, WarningFilled } from '@ant-design/icons';
import type { HealthPart } from '@fanzha/contract';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useDecisionStats } from '../api/decisions.ts';
import { useEngineWindows } from '../api/engine.ts';
import { useHealth } from '../api/health.ts';
import { useMay } from '../api/session.ts';
import { useFormat } from '../i18n/format.ts';
import { useLocalized } from '../i18n/locale.ts';
import { useTexts } from '../i18n/texts.ts';
import { writeBytes } from '../ui/bytes.ts';
import { linkTo } from '../ui/decision-filters.ts';
import { Page } from '../ui/page.tsx';
import { Waiting } from '../ui/waiting.tsx';
import { type FigureShown, Figures } from '../ui/work/figures.tsx';
import { Sparkline } from '../ui/work/sparkline.tsx';
import './engine.css';
import { Memory } from './memory.tsx';
import { engineTexts, figureKey } from './texts.ts';

type Figure = HealthPart['figures'][number];

const ICONS: Readonly<Record<HealthPart['state'], ReactNode>> = {
  ok: <CheckCircleFilled />,
  degraded: <WarningFilled />,
  down: <CloseCircleFilled />,
};

const SPEED = ['decisionRate', 'latencyP50', 'latencyP99', 'latencyP999'];
const LISTS = [
  'projectionLag',
  'unlisted',
  'projectionSkipped',
  'journalBytes',
  'journalDamaged',
  'remembered',
];

/** A figure of the health answer with what it means and what is behind it. */
function useShown(): (figure: Figure) => FigureShown {
  const t = useTexts(engineTexts);
  const format = useFormat();
  const localized = useLocalized();
  const may = useMay();
  return ({ name, title, value, unit }) => {
    const key = figureKey(name);
    const bytes = unit === 'B';
    return {
      key: name,
      title: localized(title),
      value: bytes ? writeBytes(value, format) : format.number(value, Number.isInteger(value) ? 0 : 2),
      ...(bytes ? {} : { unit }),
      ...(key === undefined ? {} : { text: t(key) }),
      ...(name === 'decisionRate' && may('decision:read') ? { to: linkTo({}) } : {}),
    };
  };
}

function Engine({ part }: { readonly part: HealthPart }) {
  const t = useTexts(engineTexts);
  const localized = useLocalized();
  const shown = useShown();
  const pick = (names: readonly string[]): FigureShown[] =>
    names.flatMap((name) => part.figures.filter((figure) => figure.name === name).map(shown));
  const known = new Set([...SPEED, ...LISTS]);
  // The counters have a section of their own, from their own answer.
  const rest = part.figures.filter(({ name }) => !known.has(name) && !name.startsWith('window')).map(shown);
  return (
    <>
      <p className="fz-row" role="status">
        <span className={`fz-engine-state fz-engine-${part.state}`}>
          {ICONS[part.state]} {t(`state.${part.state}`)}
        </span>
        {part.text === undefined ? null : <span>{localized(part.text)}</span>}
      </p>
      <section className="fz-stack" aria-labelledby="engine-speed">
        <h2 id="engine-speed">{t('speed')}</h2>
        <Figures items={pick(SPEED)} />
      </section>
      <Rate />
      <section className="fz-stack" aria-labelledby="engine-lists">
        <h2 id="engine-lists">{t('lists')}</h2>
        <Figures items={[...pick(LISTS), ...rest]} />
      </section>
    </>
  );
}

/** Decisions of the last quarter of an hour; every interval opens into its decisions. */
function Rate() {
  const t = useTexts(engineTexts);
  const format = useFormat();
  const may = useMay();
  const stats = useDecisionStats({ period: '15m' }).data;
  if (!may('decision:read') || stats === undefined) return null;
  const sums = stats.series.map(({ at, counts }) => {
    const count = Object.values(counts).reduce((sum, each) => sum + each, 0);
    return {
      key: at,
      value: count,
      title: t('rateAt', { at: format.clock(at, false), count: format.number(count) }),
    };
  });
  return (
    <section className="fz-panel" aria-labelledby="engine-rate">
      <header>
        <h2 id="engine-rate">{t('rate')}</h2>
        <span className="fz-quiet">
          <Link {...linkTo({ from: stats.from, to: stats.to })}>
            {t('rateTotal', { total: format.number(stats.total) })}
          </Link>
          {stats.unlisted > 0 ? ` · ${t('rateUnlisted', { count: format.number(stats.unlisted) })}` : ''}
        </span>
      </header>
      <Sparkline
        wide
        width={600}
        height={56}
        points={sums}
        label={t('rateLabel', { total: format.number(stats.total) })}
      />
    </section>
  );
}

function Overload() {
  const t = useTexts(engineTexts);
  return (
    <section className="fz-panel" aria-labelledby="engine-overload">
      <header>
        <h2 id="engine-overload">{t('overload')}</h2>
      </header>
      <ol className="fz-numbered">
        <li>{t('overload1')}</li>
        <li>{t('overload2')}</li>
        <li>{t('overload3')}</li>
      </ol>
    </section>
  );
}

/** What the engine does now, what it holds in memory, and what gives way when it is too much. */
export function EnginePage() {
  const t = useTexts(engineTexts);
  const health = useHealth();
  const windows = useEngineWindows();
  const actions = (
    <>
      <span className="fz-quiet fz-small">{t('auto')}</span>
      <Link to="/health">{t('allParts')}</Link>
    </>
  );
  return (
    <Page title={t('title')} needs="system:read" actions={actions}>
      <Waiting query={health} lines={8}>
        {({ parts }) => {
          const part = parts.find(({ name }) => name === 'engine');
          return part === undefined ? <p className="fz-notice">{t('noEngine')}</p> : <Engine part={part} />;
        }}
      </Waiting>
      <Waiting query={windows} lines={8}>
        {(data) => <Memory windows={data} />}
      </Waiting>
      <Overload />
    </Page>
  );
}
