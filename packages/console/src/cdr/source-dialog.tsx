import type { CdrSetting } from '@fanzha/contract';
import { Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useSetCdrSource } from '../api/cdr.ts';
import { useTexts } from '../i18n/texts.ts';
import { ProblemNotice } from '../ui/problem-notice.tsx';
import { uiTexts } from '../ui/texts.ts';
import { cdrTexts } from './texts.ts';

interface SourceForm {
  readonly name: string;
  readonly setting: string;
}

const FIRST = '{\n  "format": "auto",\n  "ingress": "interconnect"\n}';

/** Sets up how the records of a source are read; the server names what is wrong with it. */
export function SourceDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useTexts(cdrTexts);
  const u = useTexts(uiTexts);
  const set = useSetCdrSource();
  const [form] = Form.useForm<SourceForm>();
  const [fault, setFault] = useState('');
  const submit = ({ name, setting }: SourceForm): void => {
    try {
      setFault('');
      set.mutate({ name, setting: JSON.parse(setting) as CdrSetting }, { onSuccess: onClose });
    } catch (error) {
      setFault(t('badJson', { why: (error as Error).message }));
    }
  };
  return (
    <Modal
      open
      title={t('newSource')}
      okText={t('save')}
      cancelText={u('cancel')}
      okButtonProps={{ disabled: set.isPending }}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ setting: FIRST }}
        onFinish={submit}
      >
        <Form.Item
          name="name"
          label={t('name')}
          extra={t('nameHint')}
          rules={[
            { required: true, message: t('required') },
            { pattern: /^[a-z0-9][a-z0-9._-]{0,59}$/, message: t('badName') },
          ]}
        >
          <Input autoFocus autoComplete="off" />
        </Form.Item>
        <Form.Item
          name="setting"
          label={t('setting')}
          extra={t('settingHint')}
          rules={[{ required: true, message: t('required') }]}
        >
          <Input.TextArea
            autoSize={{ minRows: 5, maxRows: 16 }}
            spellCheck={false}
            style={{ fontFamily: 'monospace' }}
          />
        </Form.Item>
      </Form>
      {fault === '' ? null : <p role="alert">{fault}</p>}
      {set.error ? <ProblemNotice error={set.error} while="changing" /> : null}
    </Modal>
  );
}
