import { type Permission, ROLE_PERMISSIONS, ROLES, type Role } from '@fanzha/contract';
import { useLocale } from '../../i18n/locale.ts';
import { useTexts } from '../../i18n/texts.ts';
import { uiTexts } from '../texts.ts';
import { useWord } from '../use-word.ts';
import { useRight } from './use-right.ts';

/** Says which permission is missing and who has it. */
export function Forbidden({ permission }: { readonly permission: Permission }) {
  const t = useTexts(uiTexts);
  const word = useWord();
  const right = useRight();
  const locale = useLocale();
  const able = ROLES.filter((role: Role) => ROLE_PERMISSIONS[role].includes(permission));
  const roles = new Intl.ListFormat(locale, { type: 'disjunction' }).format(
    able.map((role) => word('person', role)),
  );
  return (
    <div className="fz-notice" role="alert">
      <strong>{t('forbiddenTitle')}</strong>
      <span>{t('forbiddenText', { permission: right(permission), roles })}</span>
    </div>
  );
}
