import { CheckCircleOutlined, WarningOutlined } from '@ant-design/icons';
import type { Outcome } from '@fanzha/contract';
import { useTexts } from '../../i18n/texts.ts';
import { labelTexts } from './texts.ts';

/** What a decision turned out to be, as shape and word. */
export function OutcomeMark({ outcome }: { readonly outcome: Outcome }) {
  const t = useTexts(labelTexts);
  return (
    <span style={{ fontWeight: 600, whiteSpace: 'nowrap' }}>
      {outcome === 'fraud' ? <WarningOutlined /> : <CheckCircleOutlined />} {t(`outcome.${outcome}`)}
    </span>
  );
}
