import type { Permission, Role } from '@fanzha/contract';
import { ROLE_PERMISSIONS, ROLES } from '@fanzha/contract';
import { type ReactNode, useEffect } from 'react';
import { useMay } from '../api/session.ts';
import { useLocale } from '../i18n/locale.ts';
import { useTexts } from '../i18n/texts.ts';
import { uiTexts } from './texts.ts';
import { useWord } from './use-word.ts';

interface PageProps {
  readonly title: string;
  /** Permission without which the page says who can help instead. */
  readonly needs?: Permission;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A page of the console: its title in the window too, its acts, its content. */
export function Page({ title, needs, actions, children }: PageProps) {
  const may = useMay();
  useEffect(() => {
    document.title = `${title} · 反诈 Fanzha`;
  }, [title]);
  const permitted = needs === undefined || may(needs);
  return (
    <div className="fz-stack">
      <div className="fz-page-head">
        <h1>{title}</h1>
        {permitted ? <div className="fz-row">{actions}</div> : null}
      </div>
      {permitted ? children : <Forbidden permission={needs} />}
    </div>
  );
}

function Forbidden({ permission }: { readonly permission: Permission }) {
  const t = useTexts(uiTexts);
  const word = useWord();
  const locale = useLocale();
  const able = ROLES.filter((role: Role) => ROLE_PERMISSIONS[role].includes(permission));
  const roles = new Intl.ListFormat(locale, { type: 'disjunction' }).format(
    able.map((role) => word('person', role)),
  );
  return (
    <div className="fz-notice" role="alert">
      <strong>{t('forbiddenTitle')}</strong>
      <span>{t('forbiddenText', { permission: word('may', permission), roles })}</span>
    </div>
  );
}
