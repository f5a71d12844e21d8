import {
  BulbOutlined,
  DesktopOutlined,
  MoonOutlined,
  TranslationOutlined,
  UserOutlined,
} from '@ant-design/icons';
import { Button } from 'antd';
import { Link } from 'react-router';
import { useSession } from '../../api/session.ts';
import { chooseLocale, useLocale } from '../../i18n/locale.ts';
import { useTexts } from '../../i18n/texts.ts';
import { chooseScheme, SCHEMES, useScheme } from '../theme.ts';
import { usePhone } from '../use-media.ts';
import { shellTexts } from './texts.ts';

const SCHEME_ICONS = { system: <DesktopOutlined />, light: <BulbOutlined />, dark: <MoonOutlined /> };

/** Switch of the language, labelled in the language it leads to. */
export function LocaleSwitch() {
  const t = useTexts(shellTexts);
  const locale = useLocale();
  return (
    <Button
      type="text"
      icon={<TranslationOutlined />}
      title={t('toEnglish')}
      onClick={() => chooseLocale(locale === 'en' ? 'zh-CN' : 'en')}
    >
      {locale === 'en' ? '中文' : 'English'}
    </Button>
  );
}

/** Steps from the system's colours to light, to dark, and back. */
export function SchemeSwitch() {
  const t = useTexts(shellTexts);
  const { scheme } = useScheme();
  const next = SCHEMES[(SCHEMES.indexOf(scheme) + 1) % SCHEMES.length] ?? 'system';
  const words = `${t('scheme')}: ${t(`scheme.${scheme}`)}`;
  return (
    <Button
      type="text"
      icon={SCHEME_ICONS[scheme]}
      aria-label={words}
      title={words}
      onClick={() => chooseScheme(next)}
    />
  );
}

/** Who is signed in; leads to the own account, where one signs out. */
export function AccountLink() {
  const t = useTexts(shellTexts);
  const phone = usePhone();
  const session = useSession();
  const name = session.data?.user.displayName ?? '';
  return (
    <Link to="/profile" className="fz-account" aria-label={`${t('account')} ${name}`}>
      <UserOutlined />
      {phone ? null : name}
    </Link>
  );
}
