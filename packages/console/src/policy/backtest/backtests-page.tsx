import { useTexts } from '../../i18n/texts.ts';
import { Page } from '../../ui/page.tsx';
import '../policy.css';
import { PolicyNav } from '../policy-nav.tsx';
import { policyTexts } from '../texts.ts';
import { BacktestList } from './backtest-list.tsx';

/** Backtests of all versions. */
export function BacktestsPage() {
  const t = useTexts(policyTexts);
  return (
    <Page title={t('title')} needs="decision:read">
      <PolicyNav at="backtests" />
      <BacktestList />
    </Page>
  );
}
