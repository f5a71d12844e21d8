import { Button, Form, Input, Select } from 'antd';
import { useNavigate } from 'react-router';
import { useTexts } from '../i18n/texts.ts';
import { kindOf, rolesOf, subjectLink } from '../ui/subject-place.ts';
import { useWord } from '../ui/use-word.ts';
import { subjectsTexts } from './texts.ts';

interface FindForm {
  readonly value: string;
  readonly role?: string;
}

const ROLES = [
  ...rolesOf('number'),
  'link',
  'trunk',
  'carrier',
  'line',
  'device',
  'cell',
  'account',
  'template',
  'signature',
];

/** Asks for a subject by what somebody types, and opens its page. */
export function FindForm() {
  const t = useTexts(subjectsTexts);
  const word = useWord();
  const navigate = useNavigate();
  const submit = ({ value, role }: FindForm): void => {
    const typed = value.trim();
    const kind = kindOf(typed);
    const as = role ?? rolesOf(kind)[0] ?? kind;
    const { to, state } = subjectLink({ kind, role: as, value: typed, display: typed });
    void navigate(to, { state });
  };
  return (
    <section className="fz-panel">
      <h2>{t('find')}</h2>
      <p className="fz-quiet" style={{ marginBottom: 10 }}>
        {t('findText')}
      </p>
      <Form layout="inline" requiredMark={false} onFinish={submit} style={{ gap: 8 }}>
        <Form.Item name="value" rules={[{ required: true, whitespace: true, message: t('required') }]}>
          <Input
            autoFocus
            style={{ width: 280 }}
            maxLength={200}
            autoComplete="off"
            placeholder={t('value')}
            aria-label={t('value')}
          />
        </Form.Item>
        <Form.Item name="role">
          <Select
            allowClear
            style={{ width: 150 }}
            placeholder={t('role')}
            aria-label={t('role')}
            options={ROLES.map((value) => ({ value, label: word('role', value) }))}
          />
        </Form.Item>
        <Button type="primary" htmlType="submit">
          {t('show')}
        </Button>
      </Form>
    </section>
  );
}
