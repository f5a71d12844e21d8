import { Button, Form, Input } from 'antd';
import { useEffect, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { ProblemError } from '../api/problem.ts';
import { useSetup, useSetupState } from '../api/session.ts';
import { useTexts } from '../i18n/texts.ts';
import { showFieldErrors } from '../ui/form-problems.ts';
import { ProblemNotice } from '../ui/problem-notice.tsx';
import { Door } from './door.tsx';
import { sessionTexts } from './texts.ts';

interface SetupForm {
  readonly name: string;
  readonly displayName?: string;
  readonly password: string;
  readonly repeat: string;
}

const NAMES = ['name', 'displayName', 'password'] as const;

/** The token comes behind `#`, so that no server or proxy logs it, and leaves the address at once. */
function takeToken(): string {
  return new URLSearchParams(window.location.hash.slice(1)).get('token') ?? '';
}

export function SetupPage() {
  const t = useTexts(sessionTexts);
  const navigate = useNavigate();
  const [token] = useState(takeToken);
  const [form] = Form.useForm<SetupForm>();
  const state = useSetupState();
  const setup = useSetup();
  useEffect(() => {
    window.history.replaceState(window.history.state, '', '/setup');
  }, []);

  const submit = ({ name, displayName, password }: SetupForm): void =>
    setup.mutate(
      { token, name, password, ...(displayName ? { displayName } : {}) },
      {
        onSuccess: () => void navigate('/', { replace: true }),
        onError: (error) => showFieldErrors((fields) => form.setFields(fields), NAMES, error),
      },
    );

  if (state.data?.needed === false) {
    return (
      <Door title={t('setup')}>
        <p>{t('setupDone')}</p>
        <Link to="/">{t('toSignIn')}</Link>
      </Door>
    );
  }
  if (token === '') {
    return (
      <Door title={t('setup')}>
        <p role="alert">{t('setupNoToken')}</p>
      </Door>
    );
  }
  const required = { required: true, message: t('required') };
  const weak = setup.error instanceof ProblemError && setup.error.fields.length > 0;
  return (
    <Door title={t('setup')}>
      <p className="fz-quiet">{t('setupLead')}</p>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={submit}>
        <Form.Item name="name" label={t('name')} extra={t('nameHint')} rules={[required]}>
          <Input autoFocus autoComplete="username" />
        </Form.Item>
        <Form.Item name="displayName" label={t('displayName')}>
          <Input autoComplete="name" />
        </Form.Item>
        <Form.Item name="password" label={t('password')} extra={t('passwordHint')} rules={[required]}>
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Form.Item
          name="repeat"
          label={t('repeat')}
          dependencies={['password']}
          rules={[
            required,
            ({ getFieldValue }) => ({
              validator: (_, value) =>
                !value || value === getFieldValue('password')
                  ? Promise.resolve()
                  : Promise.reject(new Error(t('repeatWrong'))),
            }),
          ]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        {setup.error && !weak ? <ProblemNotice error={setup.error} while="changing" /> : null}
        <Button
          type="primary"
          htmlType="submit"
          size="large"
          block
          disabled={setup.isPending}
          style={{ marginTop: 12 }}
        >
          {t('setupSubmit')}
        </Button>
      </Form>
    </Door>
  );
}
