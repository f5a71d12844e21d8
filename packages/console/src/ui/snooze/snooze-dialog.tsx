import type { Snooze } from '@fanzha/contract';
import { SUBJECT_KINDS, type SubjectKind } from '@fanzha/vocabulary';
import { Form, Input, Modal, Select } from 'antd';
import { usePolicy } from '../../api/policy.ts';
import { useAskSnooze } from '../../api/snoozes.ts';
import { useLocalized } from '../../i18n/locale.ts';
import { useTexts } from '../../i18n/texts.ts';
import { showFieldErrors } from '../form-problems.ts';
import { ProblemNotice } from '../problem-notice.tsx';
import { uiTexts } from '../texts.ts';
import { useWord } from '../use-word.ts';
import { EndField, endOf } from '../work/end-field.tsx';
import { snoozeTexts } from './texts.ts';

interface SnoozeForm {
  readonly rule: string;
  readonly kind: SubjectKind;
  readonly value: string;
  readonly reason: string;
  readonly until: string;
}

const NAMES = ['rule', 'kind', 'value', 'reason', 'until'] as const;

interface SnoozeDialogProps {
  readonly subject?: { readonly kind: SubjectKind; readonly value: string };
  /** Rules that have spoken about the subject, to be offered first. */
  readonly likely?: readonly string[];
  onAsked(snooze: Snooze): void;
  onClose(): void;
}

/** Asks that a rule sleeps for a subject. */
export function SnoozeDialog({ subject, likely = [], onAsked, onClose }: SnoozeDialogProps) {
  const t = useTexts(snoozeTexts);
  const u = useTexts(uiTexts);
  const word = useWord();
  const localized = useLocalized();
  const policy = usePolicy();
  const ask = useAskSnooze();
  const [form] = Form.useForm<SnoozeForm>();
  const required = [{ required: true, whitespace: true, message: t('required') }];
  const rules = (policy.data?.rules ?? [])
    .map(({ id, title }) => ({ value: id, label: `${localized(title)} · ${id}` }))
    .sort((a, b) => Number(likely.includes(b.value)) - Number(likely.includes(a.value)));
  const submit = ({ rule, kind, value, reason, until }: SnoozeForm): void =>
    ask.mutate(
      { rule, subject: subject ?? { kind, value }, reason, until },
      {
        onSuccess: onAsked,
        onError: (failure) => showFieldErrors((fields) => form.setFields(fields), NAMES, failure),
      },
    );
  return (
    <Modal
      open
      title={t('ask')}
      okText={t('submit')}
      cancelText={u('cancel')}
      okButtonProps={{ disabled: ask.isPending }}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <p style={{ marginBottom: 12 }}>{t('askText')}</p>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ kind: 'number', until: endOf('day7') }}
        onFinish={submit}
      >
        <Form.Item name="rule" label={t('rule')} rules={required}>
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            options={rules}
            placeholder={t('rulePick')}
            aria-label={t('rule')}
          />
        </Form.Item>
        {subject === undefined ? (
          <>
            <Form.Item name="kind" label={t('kind')}>
              <Select
                aria-label={t('kind')}
                options={SUBJECT_KINDS.map((value) => ({ value, label: word('subject', value) }))}
              />
            </Form.Item>
            <Form.Item name="value" label={t('value')} extra={t('valueHint')} rules={required}>
              <Input maxLength={300} autoComplete="off" />
            </Form.Item>
          </>
        ) : null}
        <Form.Item name="until" label={t('until')} rules={[{ required: true, message: t('required') }]}>
          <EndField />
        </Form.Item>
        <Form.Item
          name="reason"
          label={t('reason')}
          rules={[...required, { min: 3, message: t('required') }]}
        >
          <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} maxLength={1000} />
        </Form.Item>
      </Form>
      {ask.error ? <ProblemNotice error={ask.error} while="changing" /> : null}
    </Modal>
  );
}
