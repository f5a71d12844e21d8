import type { Proportion } from '@fanzha/contract';
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { workTexts } from './texts.ts';
import './work.css';

/** A share with its 95 % interval as a mark on a scale of 0 to 1; `null` says that there is nothing to divide by. */
export function ShareInterval({ share }: { readonly share: Proportion | null }) {
  const t = useTexts(workTexts);
  const format = useFormat();
  if (share === null)
    return (
      <span className="fz-quiet" title={t('noFigure')}>
        —
      </span>
    );
  const words = t('interval', {
    low: format.percent(share.low),
    high: format.percent(share.high),
    hits: format.number(share.hits),
    of: format.number(share.of),
  });
  return (
    <span className="fz-interval" title={words}>
      <span>
        {format.percent(share.value)}{' '}
        <span className="fz-quiet fz-small" aria-hidden="true">
          {format.number(share.hits)}/{format.number(share.of)}
        </span>
        <span className="fz-hidden">{words}</span>
      </span>
      <span aria-hidden="true">
        <i
          style={{ left: `${share.low * 100}%`, width: `${Math.max(2, (share.high - share.low) * 100)}%` }}
        />
        <b style={{ left: `${share.value * 100}%` }} />
      </span>
    </span>
  );
}
