import type { NumberBehaviour } from '@fanzha/contract';
import { useFormat } from '../../i18n/format.ts';
import { useLocalized } from '../../i18n/locale.ts';
import { useTexts } from '../../i18n/texts.ts';
import './numbers.css';
import { numbersTexts } from './texts.ts';

export type Compared = NumberBehaviour['counters'][number];

interface BesideProps {
  readonly compared: Compared;
  readonly name: string;
  write(value: number): string;
}

/** Where a value stands among those of others: their middle eight tenths and half, their median, and it. */
export function Beside({ compared, name, write }: BesideProps) {
  const t = useTexts(numbersTexts);
  const format = useFormat();
  const { value, below, above, others } = compared;
  const { p10, p25, p50, p75, p90 } = others;
  const top = Math.max(value, p90, 1e-9);
  const at = (of: number): string => `${(Math.max(0, of) / top) * 100}%`;
  const place = (): string => {
    if (Math.max(below, above) < 0.5) return t('usual');
    return below > above
      ? t('more', { share: format.percent(below) })
      : t('less', { share: format.percent(above) });
  };
  const label = t('spread', {
    name,
    value: write(value),
    p10: write(p10),
    p50: write(p50),
    p90: write(p90),
  });
  return (
    <>
      <span className="fz-beside" role="img" aria-label={label} title={label}>
        <i style={{ left: at(p10), right: `calc(100% - ${at(p90)})` }} />
        <b style={{ left: at(p25), right: `calc(100% - ${at(p75)})` }} />
        <u style={{ left: at(p50) }} />
        <em style={{ left: at(value) }} />
      </span>
      <p>{place()}</p>
    </>
  );
}

/** With how many it is compared, and where they were drawn from. */
export function PeersNote({ peers }: Pick<NumberBehaviour, 'peers'>) {
  const t = useTexts(numbersTexts);
  const format = useFormat();
  const localized = useLocalized();
  const words = { callers: format.number(peers.callers), kind: localized(peers.kind.title) };
  return (
    <p className="fz-quiet fz-small">
      {peers.enough ? t('compared', words) : t('tooFew', words)} {peers.sampled ? t('sampled') : null}
    </p>
  );
}
