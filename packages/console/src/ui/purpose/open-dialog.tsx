import { Form, Modal } from 'antd';
import { useOpenDecision } from '../../api/decisions.ts';
import { useTexts } from '../../i18n/texts.ts';
import type { OpenedFields } from '../decision/event-input.tsx';
import { ProblemNotice } from '../problem-notice.tsx';
import { uiTexts } from '../texts.ts';
import { type Purpose, PurposeFields } from './purpose-fields.tsx';
import { purposeTexts } from './texts.ts';

interface OpenDialogProps {
  readonly id: string;
  onOpened(fields: OpenedFields): void;
  onClose(): void;
}

/** Asks why somebody wants to see personal fields, and says that the answer is recorded. */
export function OpenDialog({ id, onOpened, onClose }: OpenDialogProps) {
  const p = useTexts(purposeTexts);
  const u = useTexts(uiTexts);
  const [form] = Form.useForm<Purpose>();
  const open = useOpenDecision(id);
  const submit = ({ purpose, note }: Purpose): void =>
    open.mutate({ purpose, ...(note ? { note } : {}) }, { onSuccess: ({ fields }) => onOpened(fields) });
  return (
    <Modal
      open
      title={p('openTitle')}
      okText={p('submit')}
      cancelText={u('cancel')}
      okButtonProps={{ disabled: open.isPending }}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <p style={{ marginBottom: 12 }}>{p('openText')}</p>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={submit}>
        <PurposeFields />
      </Form>
      {open.error ? <ProblemNotice error={open.error} while="changing" /> : null}
    </Modal>
  );
}
