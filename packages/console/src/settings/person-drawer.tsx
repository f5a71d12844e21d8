import { ROLES, type Role, type User } from '@fanzha/contract';
import { Button, Checkbox, Drawer, Form, Input } from 'antd';
import { useAddUser, useChangeUser } from '../api/users.ts';
import { useTexts } from '../i18n/texts.ts';
import { showFieldErrors } from '../ui/form-problems.ts';
import { ProblemNotice } from '../ui/problem-notice.tsx';
import { useWord } from '../ui/use-word.ts';
import { settingsTexts } from './texts.ts';

interface PersonForm {
  readonly name: string;
  readonly displayName?: string;
  readonly password?: string;
  readonly roles: Role[];
}

const NAMES = ['name', 'displayName', 'password', 'roles'] as const;

interface PersonDrawerProps {
  /** The person to change; absent when somebody is added. */
  readonly person?: User | undefined;
  onClose(): void;
}

/** Adds a person, or changes name, roles or password of one. */
export function PersonDrawer({ person, onClose }: PersonDrawerProps) {
  const t = useTexts(settingsTexts);
  const word = useWord();
  const [form] = Form.useForm<PersonForm>();
  const add = useAddUser();
  const change = useChangeUser();
  const { error, isPending } = person === undefined ? add : change;
  const required = [{ required: true, message: t('required') }];

  const submit = ({ name, displayName, password, roles }: PersonForm): void => {
    const shared = { roles, ...(displayName ? { displayName } : {}) };
    const outcome = {
      onSuccess: onClose,
      onError: (failure: unknown) => showFieldErrors((fields) => form.setFields(fields), NAMES, failure),
    };
    if (person === undefined) add.mutate({ name, password: password ?? '', ...shared }, outcome);
    else change.mutate({ id: person.id, ...shared, ...(password ? { password } : {}) }, outcome);
  };
  return (
    <Drawer
      open
      size={420}
      title={person === undefined ? t('addPerson') : t('editPerson', { name: person.displayName })}
      onClose={onClose}
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={person ?? { roles: ['analyst'] }}
        onFinish={submit}
      >
        {person === undefined ? (
          <Form.Item name="name" label={t('userName')} rules={required}>
            <Input autoComplete="off" />
          </Form.Item>
        ) : null}
        <Form.Item name="displayName" label={t('displayName')}>
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item
          name="password"
          label={t(person === undefined ? 'password' : 'newPassword')}
          extra={t('passwordHint')}
          rules={person === undefined ? required : []}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Form.Item name="roles" label={t('roles')} rules={required}>
          <Checkbox.Group
            style={{ display: 'grid', gap: 6 }}
            options={ROLES.map((value) => ({ value, label: word('person', value) }))}
          />
        </Form.Item>
        {error ? <ProblemNotice error={error} while="changing" /> : null}
        <Button type="primary" htmlType="submit" disabled={isPending} style={{ marginTop: 12 }}>
          {t(person === undefined ? 'add' : 'edit')}
        </Button>
      </Form>
    </Drawer>
  );
}
