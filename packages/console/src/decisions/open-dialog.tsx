import { Form, Modal } from 'antd';
import { useOpenDecision } from '../api/decisions.ts';
import { useTexts } from '../i18n/texts.ts';
import type { OpenedFields } from '../ui/decision/event-input.tsx';
import { ProblemNotice } from '../ui/problem-notice.tsx';
import { type Purpose, PurposeFields } from '../ui/purpose/purpose-fields.tsx';
import { purposeTexts } from '../ui/purpose/texts.ts';
import { uiTexts } from '../ui/texts.ts';
import { decisionsTexts } from './texts.ts';

interface OpenDialogProps {
  readonly id: string;
  onOpened(fields: OpenedFields): void;
  onClose(): void;
}

/** Asks why somebody wants to see personal fields, and says that the answer is recorded. */
export function OpenDialog({ id, onOpened, onClose }: OpenDialogProps) {
  const t = useTexts(decisionsTexts);
  const p = useTexts(purposeTexts);
  const u = useTexts(uiTexts);
  const [form] = Form.useForm<Purpose>();
  const open = useOpenDecision(id);
  const submit = ({ purpose, note }: Purpose): void =>
    open.mutate({ purpose, ...(note ? { note } : {}) }, { onSuccess: ({ fields }) => onOpened(fields) });
  return (
    <Modal
      open
      title={t('openTitle')}
      okText={p('submit')}
      cancelText={u('cancel')}
      okButtonProps={{ disabled: open.isPending }}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <p style={{ marginBottom: 12 }}>{t('openText')}</p>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={submit}>
        <PurposeFields />
      </Form>
      {open.error ? <ProblemNotice error={open.error} while="changing" /> : null}
    </Modal>
  );
}
