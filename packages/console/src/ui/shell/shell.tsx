import { MenuOutlined, SearchOutlined } from '@ant-design/icons';
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import { Link, NavLink, Outlet, useLocation } from 'react-router';
import { useTexts } from '../../i18n/texts.ts';
import { usePhone } from '../use-media.ts';
import { AccountLink, LocaleSwitch, SchemeSwitch } from './account-menu.tsx';
import { type Destination, useDestinations } from './navigation.tsx';
import './shell.css';
import { shellTexts } from './texts.ts';

const MoreDrawer = lazy(async () => ({ default: (await import('./more-drawer.tsx')).MoreDrawer }));
const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }));

function useCommandKey(open: () => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'k') return;
      event.preventDefault();
      open();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [open]);
}

export function Brand() {
  const t = useTexts(shellTexts);
  return (
    <Link to="/" className="fz-brand">
      <img src="/favicon.svg" width={22} height={22} alt="" />
      {t('product')}
    </Link>
  );
}

function NavList({ items, onGo }: { readonly items: readonly Destination[]; readonly onGo?: () => void }) {
  const t = useTexts(shellTexts);
  return (
    <nav className="fz-nav" aria-label={t('navigation')}>
      {items.map(({ path, title, icon }) => (
        <NavLink key={path} to={path} end={path === '/'} {...(onGo === undefined ? {} : { onClick: onGo })}>
          {icon}
          {t(title)}
        </NavLink>
      ))}
    </nav>
  );
}

function BottomBar({ items }: { readonly items: readonly Destination[] }) {
  const t = useTexts(shellTexts);
  const [open, setOpen] = useState(false);
  const rest = items.filter(({ main }) => !main);
  return (
    <>
      <nav className="fz-bottom" aria-label={t('navigation')}>
        {items
          .filter(({ main }) => main)
          .map(({ path, title, icon }) => (
            <NavLink key={path} to={path} end={path === '/'}>
              {icon}
              {t(title)}
            </NavLink>
          ))}
        {rest.length === 0 ? null : (
          <button type="button" onClick={() => setOpen(true)}>
            <MenuOutlined />
            {t('more')}
          </button>
        )}
      </nav>
      {open ? (
        <Suspense fallback={null}>
          <MoreDrawer title={t('more')} onClose={() => setOpen(false)}>
            <NavList items={rest} onGo={() => setOpen(false)} />
          </MoreDrawer>
        </Suspense>
      ) : null}
    </>
  );
}

/** The frame around every page of a signed-in person. */
export function Shell({ waiting }: { readonly waiting: ReactNode }) {
  const t = useTexts(shellTexts);
  const phone = usePhone();
  const items = useDestinations();
  const { pathname } = useLocation();
  const [palette, setPalette] = useState(false);
  useCommandKey(() => setPalette(true));
  useEffect(() => {
    if (pathname !== '') window.scrollTo(0, 0);
  }, [pathname]);
  return (
    <div className="fz-shell">
      <a className="fz-skip" href="#main">
        {t('skip')}
      </a>
      {phone ? null : (
        <aside className="fz-side">
          <Brand />
          <NavList items={items} />
        </aside>
      )}
      <div style={{ minWidth: 0 }}>
        <header className="fz-top">
          <button type="button" className="fz-find" title={t('openPalette')} onClick={() => setPalette(true)}>
            <SearchOutlined />
            <span>{t('search')}</span>
            <kbd>Ctrl K</kbd>
          </button>
          <div style={{ marginLeft: 'auto', display: 'flex' }}>
            <LocaleSwitch />
            <SchemeSwitch />
            <AccountLink />
          </div>
        </header>
        <main id="main" className="fz-main" tabIndex={-1}>
          <Suspense fallback={waiting}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      {phone ? <BottomBar items={items} /> : null}
      {palette ? (
        <Suspense fallback={null}>
          <Palette onClose={() => setPalette(false)} />
        </Suspense>
      ) : null}
    </div>
  );
}
