import { Button, Form, Input } from 'antd';
import { useSetupState, useSignIn } from '../api/session.ts';
import { useTexts } from '../i18n/texts.ts';
import { ProblemNotice } from '../ui/problem-notice.tsx';
import { Door } from './door.tsx';
import { sessionTexts } from './texts.ts';

/** Sign-in; it stands in place of the page that was asked for, so that one is there afterwards. */
export function SignInPage() {
  const t = useTexts(sessionTexts);
  const setup = useSetupState();
  const signIn = useSignIn();
  if (setup.data?.needed) {
    return (
      <Door title={t('setupNeeded')}>
        <p>{t('setupNeededText')}</p>
      </Door>
    );
  }
  const required = [{ required: true, message: t('required') }];
  return (
    <Door title={t('signIn')}>
      <Form
        layout="vertical"
        requiredMark={false}
        onFinish={(values: { name: string; password: string }) => signIn.mutate(values)}
      >
        <Form.Item name="name" label={t('name')} rules={required}>
          <Input autoFocus autoComplete="username" />
        </Form.Item>
        <Form.Item name="password" label={t('password')} rules={required}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        {signIn.error ? <ProblemNotice error={signIn.error} while="changing" /> : null}
        <Button
          type="primary"
          htmlType="submit"
          size="large"
          block
          disabled={signIn.isPending}
          style={{ marginTop: 12 }}
        >
          {t('signIn')}
        </Button>
      </Form>
    </Door>
  );
}
