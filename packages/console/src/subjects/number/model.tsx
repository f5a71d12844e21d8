import type { NumberBehaviour } from '@fanzha/contract';
import { Link } from 'react-router';
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import '../../ui/decision/decision.css';
import { ModelParts } from '../../ui/decision/model-parts.tsx';
import { Time } from '../../ui/time.tsx';
import { Sparkline } from '../../ui/work/sparkline.tsx';
import { numbersTexts } from './texts.ts';

const HOUR_MS = 3_600_000;
const HOURS = 7 * 24;

/** What the model of conduct says of the number, why, and how that went over the week. */
export function ModelOfConduct({ behaviour }: { readonly behaviour: NumberBehaviour }) {
  const t = useTexts(numbersTexts);
  const format = useFormat();
  const { model, scores, at } = behaviour;
  if (model === undefined) return <p className="fz-panel fz-quiet">{t('noModel')}</p>;
  const known = new Map(scores.map((each) => [Date.parse(each.at), each.score]));
  const last = Math.floor(Date.parse(at) / HOUR_MS) * HOUR_MS;
  const points = Array.from({ length: HOURS }, (_, index) => {
    const hour = new Date(last - (HOURS - 1 - index) * HOUR_MS).toISOString();
    const value = known.get(Date.parse(hour)) ?? 0;
    return { key: hour, value, title: `${format.dateTime(hour)}: ${format.percent(value)}` };
  });
  return (
    <div className="fz-stack">
      <ModelParts parts={[model.part]} />
      <div className="fz-panel">
        <p className="fz-quiet fz-small">
          {t('scores')} ·{' '}
          <Link to={`/decisions/${model.decision}`}>
            {t('modelAt')} (<Time at={model.at} />)
          </Link>
        </p>
        <Sparkline wide width={504} height={30} top={1} label={t('scores')} points={points} />
      </div>
    </div>
  );
}
