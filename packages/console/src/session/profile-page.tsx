import type { Locale } from '@fanzha/vocabulary';
import { Alert, Button, Form, Input } from 'antd';
import { useChangePassword, useSession, useSignOut } from '../api/session.ts';
import { useFormat } from '../i18n/format.ts';
import { chooseLocale, useLocale } from '../i18n/locale.ts';
import { useTexts } from '../i18n/texts.ts';
import { Choice } from '../ui/choice.tsx';
import { showFieldErrors } from '../ui/form-problems.ts';
import { Page } from '../ui/page.tsx';
import { ProblemNotice } from '../ui/problem-notice.tsx';
import { useRight } from '../ui/rights/use-right.ts';
import { chooseScheme, SCHEMES, useScheme } from '../ui/theme.ts';
import { useWord } from '../ui/use-word.ts';
import { sessionTexts } from './texts.ts';

interface PasswordForm {
  readonly current: string;
  readonly password: string;
}

function ChangePassword() {
  const t = useTexts(sessionTexts);
  const [form] = Form.useForm<PasswordForm>();
  const change = useChangePassword();
  const required = [{ required: true, message: t('required') }];
  const submit = (values: PasswordForm): void =>
    change.mutate(values, {
      onSuccess: () => form.resetFields(),
      onError: (error) => showFieldErrors((fields) => form.setFields(fields), ['current', 'password'], error),
    });
  return (
    <section className="fz-panel" aria-labelledby="profile-password">
      <header>
        <h2 id="profile-password">{t('changePassword')}</h2>
      </header>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={submit} style={{ maxWidth: 360 }}>
        <Form.Item name="current" label={t('current')} rules={required}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <Form.Item name="password" label={t('next')} extra={t('passwordHint')} rules={required}>
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        {change.error ? <ProblemNotice error={change.error} while="changing" /> : null}
        {change.isSuccess ? <Alert type="success" showIcon title={t('changed')} /> : null}
        <Button type="primary" htmlType="submit" disabled={change.isPending} style={{ marginTop: 8 }}>
          {t('changePassword')}
        </Button>
      </Form>
    </section>
  );
}

/** One's own account: who one is, password, language, appearance, sign-out. */
export function ProfilePage() {
  const t = useTexts(sessionTexts);
  const word = useWord();
  const right = useRight();
  const format = useFormat();
  const locale = useLocale();
  const { scheme } = useScheme();
  const session = useSession().data;
  const signOut = useSignOut();
  if (!session) return null;
  return (
    <Page title={t('profile')} actions={<Button onClick={() => signOut.mutate()}>{t('signOut')}</Button>}>
      <section className="fz-panel" aria-label={t('profile')}>
        <dl
          className="fz-stack"
          style={{ gridTemplateColumns: 'max-content minmax(0,1fr)', gap: '8px 16px' }}
        >
          <dt className="fz-quiet">{t('name')}</dt>
          <dd>
            {session.user.displayName} <span className="fz-quiet">{session.user.name}</span>
          </dd>
          <dt className="fz-quiet">{t('roles')}</dt>
          <dd>{session.roles.map((role) => word('person', role)).join(', ')}</dd>
          <dt className="fz-quiet">{t('rightsTitle')}</dt>
          <dd>{session.permissions.map((permission) => right(permission)).join(', ')}</dd>
          <dt className="fz-quiet">{t('until')}</dt>
          <dd>{format.exact(session.expiresAt)}</dd>
          <dt className="fz-quiet">{t('language')}</dt>
          <dd>
            <Choice<Locale>
              label={t('language')}
              value={locale}
              onChange={chooseLocale}
              options={[
                { value: 'zh-CN', label: '简体中文' },
                { value: 'en', label: 'English' },
              ]}
            />
          </dd>
          <dt className="fz-quiet">{t('appearance')}</dt>
          <dd>
            <Choice
              label={t('appearance')}
              value={scheme}
              onChange={chooseScheme}
              options={SCHEMES.map((value) => ({ value, label: t(`scheme.${value}`) }))}
            />
          </dd>
        </dl>
      </section>
      <ChangePassword />
    </Page>
  );
}
