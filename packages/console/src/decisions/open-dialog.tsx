import { PURPOSES } from '@fanzha/contract';
import { Form, Input, Modal, Radio } from 'antd';
import { useOpenDecision } from '../api/decisions.ts';
import { useTexts } from '../i18n/texts.ts';
import type { OpenedFields } from '../ui/decision/event-input.tsx';
import { ProblemNotice } from '../ui/problem-notice.tsx';
import { uiTexts } from '../ui/texts.ts';
import { decisionsTexts } from './texts.ts';

interface OpenForm {
  readonly purpose: (typeof PURPOSES)[number];
  readonly note?: string;
}

interface OpenDialogProps {
  readonly id: string;
  onOpened(fields: OpenedFields): void;
  onClose(): void;
}

/** Asks why somebody wants to see personal fields, and says that the answer is recorded. */
export function OpenDialog({ id, onOpened, onClose }: OpenDialogProps) {
  const t = useTexts(decisionsTexts);
  const u = useTexts(uiTexts);
  const [form] = Form.useForm<OpenForm>();
  const open = useOpenDecision(id);
  const submit = ({ purpose, note }: OpenForm): void =>
    open.mutate({ purpose, ...(note ? { note } : {}) }, { onSuccess: ({ fields }) => onOpened(fields) });
  return (
    <Modal
      open
      title={t('openTitle')}
      okText={t('openSubmit')}
      cancelText={u('cancel')}
      okButtonProps={{ disabled: open.isPending }}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <p style={{ marginBottom: 12 }}>{t('openText')}</p>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={submit}>
        <Form.Item name="purpose" label={t('purpose')} rules={[{ required: true, message: t('required') }]}>
          <Radio.Group
            style={{ display: 'grid', gap: 6 }}
            options={PURPOSES.map((value) => ({ value, label: t(`purpose.${value}`) }))}
          />
        </Form.Item>
        <Form.Item name="note" label={t('note')}>
          <Input maxLength={500} autoComplete="off" />
        </Form.Item>
      </Form>
      {open.error ? <ProblemNotice error={open.error} while="changing" /> : null}
    </Modal>
  );
}
