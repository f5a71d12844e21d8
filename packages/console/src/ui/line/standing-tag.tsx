import type { LineView } from '@fanzha/contract';
import { useTexts } from '../../i18n/texts.ts';
import { Tag, type Weight } from '../work/tag.tsx';
import { lineTexts } from './texts.ts';

export type Standing = LineView['standing'];

const WEIGHTS: Readonly<Record<Standing, Weight>> = {
  active: 'on',
  suspended: 'warn',
  expired: 'warn',
  'not-yet-valid': 'quiet',
  draft: 'quiet',
  refused: 'quiet',
  closed: 'quiet',
};

/** How a line stands now, its days taken in. */
export function StandingTag({ standing }: { readonly standing: Standing }) {
  const t = useTexts(lineTexts);
  return <Tag weight={WEIGHTS[standing]}>{t(`standing.${standing}`)}</Tag>;
}
