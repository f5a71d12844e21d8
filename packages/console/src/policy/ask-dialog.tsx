import { Form, Input, Modal } from 'antd';
import type { ReactNode } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { ProblemNotice } from '../ui/problem-notice.tsx';
import { uiTexts } from '../ui/texts.ts';
import { policyTexts } from './texts.ts';

interface AskDialogProps {
  readonly title: string;
  readonly text: ReactNode;
  readonly act: string;
  readonly danger?: boolean;
  /** Whether it needs a reason; the reason is given to `onDo`. */
  readonly reason: boolean;
  readonly pending: boolean;
  readonly error: unknown;
  readonly children?: ReactNode;
  readonly disabled?: boolean;
  onDo(reason: string): void;
  onClose(): void;
}

const SHORTEST_REASON = 3;

/** Asks before an act of consequence, and for its reason where it needs one. */
export function AskDialog(props: AskDialogProps) {
  const t = useTexts(policyTexts);
  const u = useTexts(uiTexts);
  const [form] = Form.useForm<{ reason?: string }>();
  return (
    <Modal
      open
      title={props.title}
      okText={props.act}
      cancelText={u('cancel')}
      okButtonProps={{ disabled: props.pending || props.disabled === true, danger: props.danger === true }}
      onOk={() => form.submit()}
      onCancel={props.onClose}
    >
      <div className="fz-stack">
        <p>{props.text}</p>
        {props.children}
        <Form
          form={form}
          layout="vertical"
          requiredMark={false}
          onFinish={({ reason = '' }) => props.onDo(reason.trim())}
        >
          {props.reason ? (
            <Form.Item
              name="reason"
              label={t('reason')}
              extra={t('reasonRecorded')}
              rules={[{ required: true, min: SHORTEST_REASON, whitespace: true, message: t('shortReason') }]}
            >
              <Input.TextArea rows={3} maxLength={1000} autoFocus />
            </Form.Item>
          ) : null}
        </Form>
        {props.error ? <ProblemNotice error={props.error} while="changing" /> : null}
      </div>
    </Modal>
  );
}
