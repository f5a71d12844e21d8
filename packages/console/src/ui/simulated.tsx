import { Watermark } from 'antd';
import type { ReactNode } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { uiTexts } from './texts.ts';
import { useScheme } from './theme.ts';

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
  const { dark } = useScheme();
  const content = <div className="fz-stack">{children}</div>;
  if (!on) return content;
  return (
    <div className="fz-stack">
      <div className="fz-sim-ribbon" role="note">
        <span>{t('simulatedData')}</span>
        {action}
      </div>
      <Watermark
        content="模拟 SIMULATED"
        style={{ overflow: 'clip' }}
        gap={[90, 70]}
        font={{ color: dark ? 'rgba(255,155,224,0.26)' : 'rgba(138,15,107,0.2)', fontSize: 14 }}
      >
        {content}
      </Watermark>
    </div>
  );
}
