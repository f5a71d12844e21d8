import { Link } from 'react-router';
import { useMay } from '../api/session.ts';
import { useTexts } from '../i18n/texts.ts';
import './calls.css';
import { callTexts } from './texts.ts';
import '../ui/tabs.css';

/** The pages about calls as a whole, side by side. */
export function CallsNav({ at }: { readonly at: 'live' | 'displacement' | 'effects' }) {
  const t = useTexts(callTexts);
  const may = useMay();
  const places = [
    { key: 'live', to: '/calls/live' },
    { key: 'displacement', to: '/calls/displacement' },
    ...(may('policy:read') ? [{ key: 'effects', to: '/calls/effects' } as const] : []),
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
