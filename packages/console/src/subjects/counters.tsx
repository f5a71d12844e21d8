import type { CounterNow, NumberBehaviour, NumberQuantiles, SubjectFeatures } from '@fanzha/contract';
import { useFormat } from '../i18n/format.ts';
import { useTexts } from '../i18n/texts.ts';
import { counterWords } from '../ui/counter/counter-words.ts';
import { useCounterName } from '../ui/counter/use-counter-name.ts';
import { Sparkline } from '../ui/work/sparkline.tsx';
import { Beside, type Compared, PeersNote } from './number/beside.tsx';
import { numbersTexts } from './number/texts.ts';
import { subjectsTexts } from './texts.ts';
import { decisionsIn, type WeekHour, weekOf } from './week.model.ts';

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** Whether a window reaches further back than the counter counts. */
function isPartly({ name, startedAt }: CounterNow, now: string): boolean {
  const window = counterWords(name).window ?? '';
  const unit = window.at(-1);
  if (unit === undefined || !(unit in SECONDS)) return false;
  const reach = Number.parseInt(window, 10) * SECONDS[unit as keyof typeof SECONDS] * 1000;
  return Date.parse(startedAt) > Date.parse(now) - reach;
}

/** Whole numbers as they are, others with two digits. */
function useValue(): (value: number) => string {
  const format = useFormat();
  return (value) => format.number(value, Number.isInteger(value) ? 0 : 2);
}

interface NowProps {
  readonly features: SubjectFeatures;
  /** What others of its kind have, where it is a caller that can be compared. */
  readonly behaviour?: NumberBehaviour | undefined;
}

/** The counters, those first in which it differs most from others; without others as the server has them. */
function ordered(
  counters: readonly CounterNow[],
  compared: ReadonlyMap<string, Compared>,
): readonly CounterNow[] {
  if (compared.size === 0) return counters;
  const oddness = ({ name, value }: CounterNow): number => {
    const found = compared.get(name);
    if (found === undefined) return 0;
    const { p10, p90 } = found.others;
    return value > p90 ? found.below : value < p10 ? found.above : 0;
  };
  return [...counters].sort((a, b) => oddness(b) - oddness(a) || b.value - a.value);
}

/** Every counter as a rule would read it now, beside others of its kind. */
export function CountersNow({ features, behaviour }: NowProps) {
  const t = useTexts(subjectsTexts);
  const n = useTexts(numbersTexts);
  const format = useFormat();
  const nameOf = useCounterName(features.facts);
  const write = useValue();
  const compared = new Map((behaviour?.counters ?? []).map((each) => [each.name, each]));
  const partly = features.counters.filter((counter) => isPartly(counter, features.at));
  const sinces = new Set(partly.map(({ startedAt }) => format.dateTime(startedAt)));
  const [since = ''] = sinces;
  const besideOf = (name: string) => {
    const found = compared.get(name);
    return found && <Beside compared={found} name={nameOf(counterWords(name))} write={write} />;
  };
  const tile = (counter: CounterNow) => (
    <div key={counter.name} title={counter.name}>
      <dt>{nameOf(counterWords(counter.name))}</dt>
      <dd className={partly.includes(counter) ? 'fz-quiet' : undefined}>
        <strong>{write(counter.value)}</strong>
        {besideOf(counter.name)}
        {partly.includes(counter) && sinces.size > 1 ? (
          <p>{t('partly', { since: format.dateTime(counter.startedAt) })}</p>
        ) : null}
      </dd>
    </div>
  );
  const counters = ordered(features.counters, compared);
  const isUsual = ({ name, value }: CounterNow): boolean => {
    const found = compared.get(name);
    return value === 0 && found !== undefined && found.above < 0.5;
  };
  const usual = counters.filter(isUsual);
  const told = counters.filter((counter) => !isUsual(counter));
  return (
    <section className="fz-stack" aria-labelledby="subject-now">
      <h2 id="subject-now">{t('now')}</h2>
      {features.counters.length === 0 ? (
        <p className="fz-panel fz-quiet">{t('noCounters')}</p>
      ) : (
        <>
          <dl className="fz-stats">{told.map(tile)}</dl>
          {usual.length === 0 ? null : (
            <details>
              <summary>{n('usualZeros', { count: format.number(usual.length) })}</summary>
              <dl className="fz-stats" style={{ marginTop: 8 }}>
                {usual.map(tile)}
              </dl>
            </details>
          )}
          <p className="fz-quiet fz-small">
            {t('nowText')} {sinces.size === 1 ? t('greySince', { since }) : null}
          </p>
          {behaviour === undefined ? null : <PeersNote peers={behaviour.peers} />}
        </>
      )}
    </section>
  );
}

interface SmallProps {
  readonly name: string;
  readonly title?: string;
  readonly week: readonly WeekHour[];
  /** What others had, by the beginning of the hour, ms since the epoch. */
  readonly others?: ReadonlyMap<number, NumberQuantiles>;
  valueAt(hour: WeekHour): number;
}

function Small({ name, title, week, others, valueAt }: SmallProps) {
  const t = useTexts(subjectsTexts);
  const format = useFormat();
  const write = useValue();
  const values = week.map(valueAt);
  const top = write(Math.max(0, ...values));
  return (
    <figure title={title}>
      <figcaption className="fz-row fz-between" style={{ flexWrap: 'nowrap' }}>
        <span className="fz-ellipsis">{name}</span>
        <span className="fz-quiet fz-small" style={{ whiteSpace: 'nowrap' }}>
          {t('most', { value: top })}
        </span>
      </figcaption>
      <Sparkline
        wide
        width={504}
        height={36}
        label={t('seriesLabel', { name, top })}
        points={week.map(({ at }, index) => {
          const usual = others?.get(Date.parse(at));
          return {
            key: at,
            value: values[index] ?? 0,
            title: t('hourAt', { at: format.dateTime(at), value: write(values[index] ?? 0) }),
            ...(usual === undefined ? {} : { band: { low: usual.p25, mid: usual.p50, high: usual.p75 } }),
          };
        })}
      />
    </figure>
  );
}

/** Seven days hour by hour as small multiples: decisions, and every counter that said something. */
export function Week({ features, behaviour }: NowProps) {
  const t = useTexts(subjectsTexts);
  const n = useTexts(numbersTexts);
  const nameOf = useCounterName(features.facts);
  const week = weekOf(features.hours, features.at);
  const others = (name: string): ReadonlyMap<number, NumberQuantiles> =>
    new Map(
      (behaviour?.hours ?? []).flatMap(({ at, counters }) => {
        const usual = counters[name];
        return usual === undefined ? [] : [[Date.parse(at), usual]];
      }),
    );
  const said = features.hours.flatMap(({ counters }) => Object.entries(counters));
  const spoken = [...new Set(said.filter(([, value]) => value > 0).map(([name]) => name))].sort();
  return (
    <section className="fz-panel" aria-labelledby="subject-week">
      <header>
        <h2 id="subject-week">{t('week')}</h2>
        {features.truncated ? <span className="fz-quiet">{t('truncated')}</span> : null}
      </header>
      {features.hours.length === 0 ? (
        <p className="fz-quiet">{t('quiet')}</p>
      ) : (
        <>
          <div className="fz-multiples">
            <Small name={t('decisionsSeries')} week={week} valueAt={(hour) => decisionsIn(hour, 'all')} />
            <Small name={t('notAllowed')} week={week} valueAt={(hour) => decisionsIn(hour, 'notAllowed')} />
            {spoken.map((name) => (
              <Small
                key={name}
                title={name}
                name={nameOf(counterWords(name))}
                week={week}
                others={others(name)}
                valueAt={({ hour }) => hour?.counters[name] ?? 0}
              />
            ))}
          </div>
          <p className="fz-quiet fz-small">
            {t('weekText')} {behaviour !== undefined && behaviour.hours.length > 0 ? n('band') : null}
          </p>
        </>
      )}
    </section>
  );
}
