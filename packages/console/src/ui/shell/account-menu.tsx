import { BulbOutlined, TranslationOutlined, UserOutlined } from '@ant-design/icons';
import { Button, Dropdown, Tooltip } from 'antd';
import { useNavigate } from 'react-router';
import { useSession, useSignOut } from '../../api/session.ts';
import { chooseLocale, useLocale } from '../../i18n/locale.ts';
import { useTexts } from '../../i18n/texts.ts';
import { chooseScheme, SCHEMES, useScheme } from '../theme.ts';
import { usePhone } from '../use-media.ts';
import { shellTexts } from './texts.ts';

/** Switch of the language, labelled in the language it leads to. */
export function LocaleSwitch() {
  const t = useTexts(shellTexts);
  const locale = useLocale();
  return (
    <Tooltip title={t('toEnglish')}>
      <Button
        type="text"
        icon={<TranslationOutlined />}
        aria-label={t('toEnglish')}
        onClick={() => chooseLocale(locale === 'en' ? 'zh-CN' : 'en')}
      >
        {locale === 'en' ? '中文' : 'EN'}
      </Button>
    </Tooltip>
  );
}

/** Light, dark, or as the system says. */
export function SchemeSwitch() {
  const t = useTexts(shellTexts);
  const { scheme } = useScheme();
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        selectable: true,
        selectedKeys: [scheme],
        items: SCHEMES.map((key) => ({ key, label: t(`scheme.${key}`), onClick: () => chooseScheme(key) })),
      }}
    >
      <Button type="text" icon={<BulbOutlined />} aria-label={t('scheme')} />
    </Dropdown>
  );
}

export function AccountMenu() {
  const t = useTexts(shellTexts);
  const phone = usePhone();
  const navigate = useNavigate();
  const session = useSession();
  const signOut = useSignOut();
  const name = session.data?.user.displayName ?? '';
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          { key: 'profile', label: t('profile'), onClick: () => void navigate('/profile') },
          { type: 'divider' },
          { key: 'out', label: t('signOut'), onClick: () => signOut.mutate() },
        ],
      }}
    >
      <Button type="text" icon={<UserOutlined />} aria-label={`${t('account')} ${name}`}>
        {phone ? null : name}
      </Button>
    </Dropdown>
  );
}
