import { Form, Input, Modal } from 'antd';
import { useTexts } from '../../i18n/texts.ts';
import { ProblemNotice } from '../problem-notice.tsx';
import { uiTexts } from '../texts.ts';
import { workTexts } from './texts.ts';

interface ReasonDialogProps {
  readonly title: string;
  /** What will happen, in a sentence. */
  readonly text?: string;
  readonly label: string;
  readonly submit: string;
  readonly pending: boolean;
  readonly error: unknown;
  readonly optional?: boolean;
  onSubmit(reason: string): void;
  onClose(): void;
}

/** Asks for the reason of an act before it is done; the reason stays with the act. */
export function ReasonDialog(props: ReasonDialogProps) {
  const { title, text, label, submit, pending, error, optional = false, onSubmit, onClose } = props;
  const t = useTexts(workTexts);
  const u = useTexts(uiTexts);
  const [form] = Form.useForm<{ readonly reason?: string }>();
  return (
    <Modal
      open
      title={title}
      okText={submit}
      cancelText={u('cancel')}
      okButtonProps={{ disabled: pending }}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      {text === undefined ? null : <p style={{ marginBottom: 12 }}>{text}</p>}
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={({ reason = '' }) => onSubmit(reason.trim())}
      >
        <Form.Item
          name="reason"
          label={label}
          rules={optional ? [] : [{ required: true, whitespace: true, min: 3, message: t('forPeople') }]}
        >
          <Input.TextArea autoFocus autoSize={{ minRows: 2, maxRows: 6 }} maxLength={500} />
        </Form.Item>
      </Form>
      {error ? <ProblemNotice error={error} while="changing" /> : null}
    </Modal>
  );
}
