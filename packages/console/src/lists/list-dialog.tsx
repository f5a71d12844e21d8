import { LIST_KINDS, LIST_PURPOSES } from '@fanzha/contract';
import { Form, Input, Modal, Radio } from 'antd';
import { useNavigate } from 'react-router';
import { useCreateList } from '../api/lists.ts';
import { useTexts } from '../i18n/texts.ts';
import { showFieldErrors } from '../ui/form-problems.ts';
import { ProblemNotice } from '../ui/problem-notice.tsx';
import { uiTexts } from '../ui/texts.ts';
import { useWord } from '../ui/use-word.ts';
import { listsTexts } from './texts.ts';

interface ListForm {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  readonly kind: (typeof LIST_KINDS)[number];
  readonly purpose: (typeof LIST_PURPOSES)[number];
  readonly source: string;
}

const NAMES = ['id', 'zh', 'en', 'kind', 'purpose', 'source'] as const;

/** Makes a list and opens it. */
export function ListDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useTexts(listsTexts);
  const u = useTexts(uiTexts);
  const word = useWord();
  const navigate = useNavigate();
  const create = useCreateList();
  const [form] = Form.useForm<ListForm>();
  const required = [{ required: true, whitespace: true, message: t('required') }];
  const submit = ({ id, zh, en, kind, purpose, source }: ListForm): void =>
    create.mutate(
      { id, title: { 'zh-CN': zh, en }, kind, purpose, source },
      {
        onSuccess: () => void navigate(`/lists/${id}`),
        onError: (failure) => showFieldErrors((fields) => form.setFields(fields), NAMES, failure),
      },
    );
  return (
    <Modal
      open
      title={t('newList')}
      okText={t('create')}
      cancelText={u('cancel')}
      okButtonProps={{ disabled: create.isPending }}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ kind: 'number', purpose: 'watch' }}
        onFinish={submit}
      >
        <Form.Item
          name="id"
          label={t('id')}
          extra={t('idHint')}
          rules={[...required, { pattern: /^[a-z][a-z0-9-]{1,63}$/, message: t('badId') }]}
        >
          <Input autoFocus autoComplete="off" />
        </Form.Item>
        <Form.Item name="zh" label={t('titleZh')} rules={required}>
          <Input maxLength={100} autoComplete="off" />
        </Form.Item>
        <Form.Item name="en" label={t('titleEn')} rules={required}>
          <Input maxLength={100} autoComplete="off" />
        </Form.Item>
        <Form.Item name="kind" label={t('kind')}>
          <Radio.Group options={LIST_KINDS.map((value) => ({ value, label: word('subject', value) }))} />
        </Form.Item>
        <Form.Item name="purpose" label={t('purpose')}>
          <Radio.Group
            style={{ display: 'grid', gap: 6 }}
            options={LIST_PURPOSES.map((value) => ({
              value,
              label: (
                <>
                  {t(`purpose.${value}`)} <span className="fz-quiet">{t(`purposeText.${value}`)}</span>
                </>
              ),
            }))}
          />
        </Form.Item>
        <Form.Item
          name="source"
          label={t('source')}
          extra={t('sourceHint')}
          rules={[...required, { min: 2, message: t('required') }]}
        >
          <Input maxLength={200} autoComplete="off" />
        </Form.Item>
      </Form>
      {create.error ? <ProblemNotice error={create.error} while="changing" /> : null}
    </Modal>
  );
}
