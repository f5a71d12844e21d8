import type { PolicyVersionRow } from '@fanzha/contract';
import { Form, Input, Modal } from 'antd';
import { useNavigate } from 'react-router';
import { useCreateVersion, useRenameVersion } from '../api/policy-versions.ts';
import { useTexts } from '../i18n/texts.ts';
import { ProblemNotice } from '../ui/problem-notice.tsx';
import { uiTexts } from '../ui/texts.ts';
import { policyTexts } from './texts.ts';

interface NamesForm {
  readonly title: string;
  readonly note?: string;
}

interface NamesDialogProps {
  readonly heading: string;
  readonly act: string;
  readonly initial?: NamesForm;
  readonly pending: boolean;
  readonly error: unknown;
  onDo(names: NamesForm): void;
  onClose(): void;
}

function NamesDialog({ heading, act, initial, pending, error, onDo, onClose }: NamesDialogProps) {
  const t = useTexts(policyTexts);
  const u = useTexts(uiTexts);
  const [form] = Form.useForm<NamesForm>();
  return (
    <Modal
      open
      title={heading}
      okText={act}
      cancelText={u('cancel')}
      okButtonProps={{ disabled: pending }}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        {...(initial === undefined ? {} : { initialValues: initial })}
        onFinish={onDo}
      >
        <Form.Item
          name="title"
          label={t('name')}
          rules={[{ required: true, whitespace: true, message: t('required') }]}
        >
          <Input autoFocus maxLength={200} placeholder={t('nameHint')} autoComplete="off" />
        </Form.Item>
        <Form.Item name="note" label={t('note')}>
          <Input.TextArea rows={3} maxLength={4000} placeholder={t('noteHint')} />
        </Form.Item>
      </Form>
      {error ? <ProblemNotice error={error} while="changing" /> : null}
    </Modal>
  );
}

/** Makes a draft from a version, by default the live one, and opens it. */
export function DraftDialog({ base, onClose }: { readonly base?: number; onClose(): void }) {
  const t = useTexts(policyTexts);
  const navigate = useNavigate();
  const create = useCreateVersion();
  return (
    <NamesDialog
      heading={t('draftTitle')}
      act={t('make')}
      pending={create.isPending}
      error={create.error}
      onClose={onClose}
      onDo={({ title, note }) =>
        create.mutate(
          { body: { title, ...(note ? { note } : {}), ...(base === undefined ? {} : { base }) } },
          { onSuccess: ({ number }) => void navigate(`/policy/versions/${number}`) },
        )
      }
    />
  );
}

/** Changes title and note of a version. */
export function RenameDialog({ version, onClose }: { readonly version: PolicyVersionRow; onClose(): void }) {
  const t = useTexts(policyTexts);
  const u = useTexts(uiTexts);
  const rename = useRenameVersion();
  const { number, revision } = version;
  return (
    <NamesDialog
      heading={t('rename')}
      act={u('save')}
      initial={version}
      pending={rename.isPending}
      error={rename.error}
      onClose={onClose}
      onDo={({ title, note = '' }) =>
        rename.mutate({ params: { number }, body: { revision, title, note } }, { onSuccess: onClose })
      }
    />
  );
}
