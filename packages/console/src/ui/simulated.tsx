import { lazy, type ReactNode, Suspense } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { uiTexts } from './texts.ts';

const SimulatedMark = lazy(async () => ({ default: (await import('./simulated-mark.tsx')).SimulatedMark }));

export function SimulatedTag() {
  const t = useTexts(uiTexts);
  return (
    <span className="fz-sim-tag" title={t('simulatedData')}>
      {t('simulated')}
    </span>
  );
}

interface SimulatedFrameProps {
  readonly on: boolean;
  readonly action?: ReactNode;
  readonly children: ReactNode;
}

/** Marks a page whose figures hold simulated data: a ribbon on top, and the word over every part that could be cut out. */
export function SimulatedFrame({ on, action, children }: SimulatedFrameProps) {
  const t = useTexts(uiTexts);
  const content = <div className="fz-stack">{children}</div>;
  if (!on) return content;
  return (
    <div className="fz-stack">
      <div className="fz-sim-ribbon" role="note">
        <span>{t('simulatedData')}</span>
        {action}
      </div>
      {/* Without the mark nothing of it is shown. */}
      <Suspense fallback={null}>
        <SimulatedMark>{content}</SimulatedMark>
      </Suspense>
    </div>
  );
}
