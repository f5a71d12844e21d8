import type { NumberAct } from '@fanzha/contract';
import { Link } from 'react-router';
import { useNumberActs } from '../../api/numbers.ts';
import { useFormat } from '../../i18n/format.ts';
import { type Texts, useTexts } from '../../i18n/texts.ts';
import { OutcomeMark } from '../../ui/label/outcome-mark.tsx';
import { Time } from '../../ui/time.tsx';
import { Waiting } from '../../ui/waiting.tsx';
import { Tag } from '../../ui/work/tag.tsx';
import { numbersTexts } from './texts.ts';

type Key = typeof numbersTexts extends Texts<infer K> ? K : never;

/** Where what an act was about stands. */
function placeOf({ about, target, detail }: NumberAct): string | undefined {
  if (about === 'decision' && target !== undefined) return `/decisions/${target}`;
  if (about === 'list' && detail.list !== undefined) return `/lists/${encodeURIComponent(detail.list)}`;
  if (about === 'line') return '/lines?view=changes';
  return about === 'snooze' ? '/snoozes' : undefined;
}

function Act({ act }: { readonly act: NumberAct }) {
  const t = useTexts(numbersTexts);
  const { action, about, by, at, detail } = act;
  const key = `act.${action}`;
  const words = key in numbersTexts.en ? t(key as Key) : action;
  const place = placeOf(act);
  const { outcome, reason, ...rest } = detail;
  const told = Object.entries(rest)
    .filter(([name]) => name !== 'source' && name !== 'state')
    .map(([, value]) => value);
  return (
    <li>
      <span className="fz-row">
        <Tag>{t(`about.${about}`)}</Tag>
        {place === undefined ? <span>{words}</span> : <Link to={place}>{words}</Link>}
        {outcome === 'fraud' || outcome === 'legitimate' ? <OutcomeMark outcome={outcome} /> : outcome}
        <span className="fz-quiet">{[...told, reason].filter((each) => each !== undefined).join(' · ')}</span>
      </span>
      <span className="fz-quiet fz-small">
        {by} <Time at={at} />
      </span>
    </li>
  );
}

/** What people did about the number, from the audit log. */
export function NumberActs({ value }: { readonly value: string }) {
  const t = useTexts(numbersTexts);
  const format = useFormat();
  const query = useNumberActs(value);
  return (
    <section className="fz-panel" aria-labelledby="number-acts">
      <header>
        <h2 id="number-acts">{t('acts')}</h2>
      </header>
      <Waiting query={query}>
        {({ items, truncated, decisions }) => (
          <>
            {items.length === 0 ? <p className="fz-quiet">{t('noActs')}</p> : null}
            <ul className="fz-rows fz-number-acts">
              {items.map((act) => (
                <Act key={act.seq} act={act} />
              ))}
            </ul>
            <p className="fz-quiet fz-small">
              {t('actsOf', { decisions: format.number(decisions) })} {truncated ? t('actsCut') : null}
            </p>
          </>
        )}
      </Waiting>
    </section>
  );
}
