import type { ReactNode } from 'react';
import { useEffect } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { LocaleSwitch, SchemeSwitch } from '../ui/shell/account-menu.tsx';
import './door.css';
import { sessionTexts } from './texts.ts';

/** The page before anybody is signed in. */
export function Door({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const t = useTexts(sessionTexts);
  useEffect(() => {
    document.title = `${title} · 反诈 Fanzha`;
  }, [title]);
  return (
    <div className="fz-door">
      <header className="fz-row">
        <LocaleSwitch />
        <SchemeSwitch />
      </header>
      <main className="fz-panel">
        <div className="fz-row">
          <img src="/favicon.svg" width={34} height={34} alt="" />
          <div>
            <strong>反诈 Fanzha</strong>
            <p className="fz-quiet">{t('lead')}</p>
          </div>
        </div>
        <h1>{title}</h1>
        {children}
      </main>
    </div>
  );
}
