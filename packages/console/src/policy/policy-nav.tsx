import { Link } from 'react-router';
import { useMay } from '../api/session.ts';
import { useTexts } from '../i18n/texts.ts';
import { policyTexts } from './texts.ts';
import '../ui/tabs.css';

/** The pages about the policy, side by side. */
export function PolicyNav({ at }: { readonly at: 'versions' | 'backtests' }) {
  const t = useTexts(policyTexts);
  const may = useMay();
  const places = [
    { key: 'versions', to: '/policy' },
    ...(may('decision:read') ? [{ key: 'backtests', to: '/policy/backtests' } as const] : []),
  ] as const;
  return (
    <nav className="fz-tabs" aria-label={t('title')}>
      {places.map(({ key, to }) => (
        <Link key={key} to={to} aria-current={key === at ? 'page' : undefined}>
          {t(key)}
        </Link>
      ))}
    </nav>
  );
}
