import { KEY_SCOPES, type KeyScope } from '@fanzha/contract';
import { Alert, Checkbox, Form, Input, InputNumber, Modal } from 'antd';
import { useAddKey } from '../api/keys.ts';
import { useMay } from '../api/session.ts';
import { useTexts } from '../i18n/texts.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { showFieldErrors } from '../ui/form-problems.ts';
import { ProblemNotice } from '../ui/problem-notice.tsx';
import { useRight } from '../ui/rights/use-right.ts';
import { uiTexts } from '../ui/texts.ts';
import { settingsTexts } from './texts.ts';

interface KeyForm {
  readonly name: string;
  readonly scopes: KeyScope[];
  readonly days: number;
}

const NAMES = ['name', 'scopes', 'days'] as const;
const FIRST: KeyForm = { name: '', scopes: ['event:submit'], days: 365 };

/** Makes a key and shows its secret, once. A key can be given only what its maker may do. */
export function KeyDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useTexts(settingsTexts);
  const u = useTexts(uiTexts);
  const right = useRight();
  const may = useMay();
  const [form] = Form.useForm<KeyForm>();
  const add = useAddKey();
  if (add.data !== undefined) {
    return (
      <Modal
        open
        title={t('keyMade')}
        okText={u('close')}
        onOk={onClose}
        onCancel={onClose}
        mask={{ closable: false }}
        cancelButtonProps={{ style: { display: 'none' } }}
      >
        <div className="fz-stack">
          <Alert type="warning" showIcon title={t('keyOnce')} />
          <Input.TextArea
            readOnly
            autoSize
            className="fz-mono"
            aria-label={t('keyMade')}
            value={add.data.secret}
          />
          <div>
            <CopyButton text={add.data.secret} />
          </div>
        </div>
      </Modal>
    );
  }
  const required = [{ required: true, message: t('required') }];
  return (
    <Modal
      open
      title={t('addKey')}
      okText={t('addKey')}
      cancelText={u('cancel')}
      okButtonProps={{ disabled: add.isPending }}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={FIRST}
        onFinish={(values) =>
          add.mutate(values, {
            onError: (error) => showFieldErrors((fields) => form.setFields(fields), NAMES, error),
          })
        }
      >
        <Form.Item name="name" label={t('keyName')} rules={required}>
          <Input autoComplete="off" maxLength={100} />
        </Form.Item>
        <Form.Item name="scopes" label={t('scopes')} rules={required}>
          <Checkbox.Group
            style={{ display: 'grid', gap: 6 }}
            options={KEY_SCOPES.filter(may).map((value) => ({
              value,
              label: `${right(value)} (${value})`,
            }))}
          />
        </Form.Item>
        <Form.Item name="days" label={t('days')} rules={required}>
          <InputNumber min={1} max={730} precision={0} />
        </Form.Item>
      </Form>
      {add.error ? <ProblemNotice error={add.error} while="changing" /> : null}
    </Modal>
  );
}
