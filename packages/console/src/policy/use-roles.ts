import { type Permission, ROLE_PERMISSIONS, ROLES } from '@fanzha/contract';
import { useLocale } from '../i18n/locale.ts';
import { useWord } from '../ui/use-word.ts';

/** The roles that may do something, as a sentence part. */
export function useRolesWith(): (permission: Permission) => string {
  const word = useWord();
  const locale = useLocale();
  return (permission) =>
    new Intl.ListFormat(locale, { type: 'disjunction' }).format(
      ROLES.filter((role) => ROLE_PERMISSIONS[role].includes(permission)).map((role) => word('person', role)),
    );
}
