import type { PolicyState } from '@fanzha/contract';
import { useTexts } from '../i18n/texts.ts';
import { policyTexts } from './texts.ts';

/** The state of a version; only the live one stands out, because colour otherwise means a verdict. */
export function StateMark({ state }: { readonly state: PolicyState }) {
  const t = useTexts(policyTexts);
  return <span className={`fz-state fz-state-${state}`}>{t(`state.${state}`)}</span>;
}
