import { INGRESSES, MESSAGE_CHANNELS } from '@fanzha/contract';
import { Button, Checkbox, Form, Input, Select } from 'antd';
import { type KeyboardEvent, useEffect } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { showFieldErrors } from '../ui/form-problems.ts';
import { useWord } from '../ui/use-word.ts';
import { EXAMPLES, FIRST_FORM, type TryForm as FormValues } from './examples.ts';
import { tryTexts } from './texts.ts';

interface TryFormProps {
  readonly kind: 'sms' | 'call';
  /** Text that came from the command palette. */
  readonly text?: string | undefined;
  readonly error: unknown;
  onRun(values: FormValues): void;
}

const FIELDS = {
  sms: ['text', 'sender', 'to', 'channel', 'signature'],
  call: ['from', 'to', 'ingress', 'originCountry', 'networkFrom', 'trunk', 'roaming'],
} as const;

/** A message or a call to be tried; the server's complaints stand at the fields. */
export function TryForm({ kind, text, error, onRun }: TryFormProps) {
  const t = useTexts(tryTexts);
  const word = useWord();
  const [form] = Form.useForm<Record<string, string | boolean>>();
  useEffect(() => {
    showFieldErrors((fields) => form.setFields(fields), FIELDS[kind], error);
  }, [form, kind, error]);

  const press = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.submit();
  };
  const start = { ...FIRST_FORM[kind], ...(text === undefined ? {} : { text }) };
  const choose = (values: FormValues): void => {
    form.resetFields();
    form.setFieldsValue({ ...values });
    onRun(values);
  };
  const field = (
    name: 'sender' | 'to' | 'signature' | 'from' | 'originCountry' | 'networkFrom' | 'trunk',
  ) => (
    <Form.Item name={name} label={t(name)}>
      <Input autoComplete="off" />
    </Form.Item>
  );
  const choice = (name: 'channel' | 'ingress', values: readonly string[]) => (
    <Form.Item name={name} label={t(name)}>
      <Select options={values.map((value) => ({ value, label: word('channel', value) }))} />
    </Form.Item>
  );
  return (
    <Form
      form={form}
      layout="vertical"
      className="fz-try-form"
      initialValues={start}
      onFinish={onRun}
      onKeyDown={press}
      onValuesChange={(changed) => form.setFields(Object.keys(changed).map((name) => ({ name, errors: [] })))}
    >
      <div className="fz-row fz-wide">
        <span className="fz-quiet">{t('examples')}</span>
        {EXAMPLES[kind].map(({ title, form: values }) => (
          <Button key={title} size="small" onClick={() => choose(values)}>
            {t(title)}
          </Button>
        ))}
      </div>
      {kind === 'sms' ? (
        <>
          <Form.Item name="text" label={t('text')} className="fz-wide">
            <Input.TextArea autoFocus autoSize={{ minRows: 4, maxRows: 12 }} maxLength={20_000} />
          </Form.Item>
          {field('sender')}
          {choice('channel', MESSAGE_CHANNELS)}
          {field('to')}
          {field('signature')}
        </>
      ) : (
        <>
          {field('from')}
          {choice('ingress', INGRESSES)}
          {field('to')}
          {field('originCountry')}
          {field('networkFrom')}
          {field('trunk')}
          <Form.Item name="roaming" valuePropName="checked" className="fz-wide">
            <Checkbox>{t('roaming')}</Checkbox>
          </Form.Item>
        </>
      )}
      <Button type="primary" htmlType="submit" className="fz-wide">
        {t('run')}
      </Button>
    </Form>
  );
}
