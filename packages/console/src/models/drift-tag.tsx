import type { DriftView } from '@fanzha/contract';
import { useTexts } from '../i18n/texts.ts';
import { Tag, type Weight } from '../ui/work/tag.tsx';
import { modelsTexts } from './texts.ts';

const WEIGHTS: Readonly<Record<DriftView['state'], Weight>> = {
  unmeasured: 'quiet',
  steady: 'quiet',
  drifting: 'warn',
  acknowledged: 'on',
};

export function DriftTag({ state }: { readonly state: DriftView['state'] }) {
  const t = useTexts(modelsTexts);
  return <Tag weight={WEIGHTS[state]}>{t(`drift.${state}`)}</Tag>;
}
