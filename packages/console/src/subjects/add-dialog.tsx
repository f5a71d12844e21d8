import type { ListChangeView, ListView } from '@fanzha/contract';
import { Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { type ListChangeInput, useChangeList, usePreviewChange } from '../api/lists.ts';
import { useLocalized } from '../i18n/locale.ts';
import { useTexts } from '../i18n/texts.ts';
import { ProblemNotice } from '../ui/problem-notice.tsx';
import type { SubjectAsked } from '../ui/subject-place.ts';
import { uiTexts } from '../ui/texts.ts';
import { EndField } from '../ui/work/end-field.tsx';
import { subjectsTexts } from './texts.ts';

interface AddForm {
  readonly source: string;
  readonly reason: string;
  readonly expiresAt?: string;
}

interface AddDialogProps {
  readonly subject: SubjectAsked;
  readonly lists: readonly ListView[];
  onDone(change: ListChangeView): void;
  onClose(): void;
}

/** Why a subject cannot be added: what the server said of the one line. */
function Refusal({ reason }: { readonly reason: string | undefined }) {
  const t = useTexts(subjectsTexts);
  return (
    <div className="fz-notice fz-notice-bad" role="alert">
      <strong>{t('cannot')}</strong>
      {reason === undefined ? (
        <span>{t('alreadyThere')}</span>
      ) : (
        <>
          <span>{reason}</span>
          <span className="fz-quiet">{t('cannotText')}</span>
        </>
      )}
    </div>
  );
}

/** Looks first what adding would do, then does it; the reason of a refusal is shown. */
function useAdd(list: string, onDone: AddDialogProps['onDone']) {
  const preview = usePreviewChange(list);
  const change = useChangeList();
  const add = (body: ListChangeInput): void =>
    preview.mutate(body, {
      onSuccess: ({ usable }) => {
        if (usable === 0) return;
        change.mutate({ id: list, body }, { onSuccess: (done) => onDone(done.change) });
      },
    });
  return {
    add,
    reset: preview.reset,
    pending: preview.isPending || change.isPending,
    error: preview.error ?? change.error,
    refused: preview.data?.usable === 0 ? preview.data : undefined,
  };
}

/** Adds a subject to one of one's own lists. */
export function AddDialog({ subject, lists, onDone, onClose }: AddDialogProps) {
  const t = useTexts(subjectsTexts);
  const u = useTexts(uiTexts);
  const localized = useLocalized();
  const [form] = Form.useForm<AddForm>();
  const [id, setId] = useState(lists[0]?.id ?? '');
  const { add, reset, pending, error, refused } = useAdd(id, onDone);
  const chosen = lists.find((list) => list.id === id);
  const required = [{ required: true, whitespace: true, min: 2, message: t('required') }];
  const submit = ({ source, reason, expiresAt }: AddForm): void =>
    add({
      act: 'add',
      lines: subject.value,
      source,
      reason,
      ...(expiresAt === undefined ? {} : { expiresAt }),
    });
  return (
    <Modal
      open
      title={t('addTitle', { value: subject.display })}
      okText={t('add')}
      cancelText={u('cancel')}
      okButtonProps={{ disabled: pending || chosen === undefined }}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      {chosen === undefined ? (
        <p>{t('noOwnLists')}</p>
      ) : (
        <Form form={form} layout="vertical" requiredMark={false} onFinish={submit} onValuesChange={reset}>
          <Form.Item label={t('list')} {...(chosen.purpose === 'watch' ? {} : { extra: t('needsTwo') })}>
            <Select
              value={id}
              aria-label={t('list')}
              onChange={(value: string) => {
                setId(value);
                reset();
              }}
              options={lists.map((list) => ({ value: list.id, label: localized(list.title) }))}
            />
          </Form.Item>
          <Form.Item name="source" label={t('source')} extra={t('sourceHint')} rules={required}>
            <Input maxLength={200} autoComplete="off" />
          </Form.Item>
          <Form.Item name="reason" label={t('reason')} rules={required}>
            <Input maxLength={500} autoComplete="off" />
          </Form.Item>
          <Form.Item name="expiresAt" label={t('expires')}>
            <EndField open />
          </Form.Item>
        </Form>
      )}
      {refused === undefined ? null : <Refusal reason={refused.rejects[0]?.reason} />}
      {error ? <ProblemNotice error={error} while="changing" /> : null}
    </Modal>
  );
}
