import { Watermark } from 'antd';
import type { ReactNode } from 'react';
import { useScheme } from './theme.ts';

/** Writes over every part of the content that it is simulated. */
export function SimulatedMark({ children }: { readonly children: ReactNode }) {
  const { dark } = useScheme();
  return (
    <Watermark
      content="模拟 SIMULATED"
      style={{ overflow: 'clip' }}
      gap={[90, 70]}
      font={{ color: dark ? 'rgba(255,155,224,0.26)' : 'rgba(138,15,107,0.2)', fontSize: 14 }}
    >
      {children}
    </Watermark>
  );
}
