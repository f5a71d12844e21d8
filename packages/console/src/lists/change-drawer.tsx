import type { ListChangeView, ListPreview, ListView } from '@fanzha/contract';
import { Button, Drawer, Form, Input } from 'antd';
import { type ChangeEvent, useState } from 'react';
import { type ListChangeInput, useChangeList, usePreviewChange } from '../api/lists.ts';
import { useFormat } from '../i18n/format.ts';
import { useTexts } from '../i18n/texts.ts';
import { showFieldErrors } from '../ui/form-problems.ts';
import { ProblemNotice } from '../ui/problem-notice.tsx';
import { uiTexts } from '../ui/texts.ts';
import { EndField } from '../ui/work/end-field.tsx';
import { Figures } from '../ui/work/figures.tsx';
import { listsTexts } from './texts.ts';

interface ChangeForm {
  readonly lines: string;
  readonly source: string;
  readonly reason: string;
  readonly expiresAt?: string;
}

const NAMES = ['lines', 'source', 'reason', 'expiresAt'] as const;
const LARGEST_FILE = 4_000_000;

function Preview({ preview }: { readonly preview: ListPreview }) {
  const t = useTexts(listsTexts);
  const format = useFormat();
  const { rejects, rejected } = preview;
  return (
    <div className="fz-stack" role="status">
      <Figures
        items={(['usable', 'already', 'repeated', 'rejected'] as const).map((key) => ({
          key,
          title: t(key),
          value: format.number(preview[key]),
        }))}
      />
      {rejected === 0 ? null : (
        <>
          <p className="fz-quiet fz-small">
            {t('rejectText')} {rejected > rejects.length ? t('rejectsCut') : ''}
          </p>
          <div className="fz-table-wrap" style={{ maxHeight: 260, overflow: 'auto' }}>
            <table className="fz-table">
              <thead>
                <tr>
                  <th scope="col" className="fz-num">
                    {t('line')}
                  </th>
                  <th scope="col">{t('value')}</th>
                  <th scope="col">{t('why')}</th>
                </tr>
              </thead>
              <tbody>
                {rejects.map(({ line, value, reason }) => (
                  <tr key={line}>
                    <td className="fz-num">{format.number(line)}</td>
                    <td>{value}</td>
                    <td>{reason}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </div>
  );
}

/** Reads a chosen file into the form; what it says is looked at before anything happens. */
function Upload({ onText }: { readonly onText: (text: string) => void }) {
  const t = useTexts(listsTexts);
  const [tooLarge, setTooLarge] = useState(false);
  const read = async ({ target }: ChangeEvent<HTMLInputElement>): Promise<void> => {
    const file = target.files?.[0];
    if (file === undefined) return;
    setTooLarge(file.size > LARGEST_FILE);
    if (file.size <= LARGEST_FILE) onText(await file.text());
  };
  return (
    <p style={{ marginBottom: 12 }}>
      <label className="fz-upload">
        {t('upload')}
        <input
          type="file"
          className="fz-hidden"
          accept=".csv,.txt,text/*"
          onChange={(event) => void read(event)}
        />
      </label>{' '}
      {tooLarge ? <span role="alert">{t('fileTooLarge')}</span> : null}
    </p>
  );
}

interface ChangeDrawerProps {
  readonly list: ListView;
  readonly act: 'add' | 'remove';
  onDone(change: ListChangeView): void;
  onClose(): void;
}

/** Adds or removes one or many entries: lines are looked at first, then put in force or asked for. */
export function ChangeDrawer({ list, act, onDone, onClose }: ChangeDrawerProps) {
  const t = useTexts(listsTexts);
  const u = useTexts(uiTexts);
  const [form] = Form.useForm<ChangeForm>();
  const preview = usePreviewChange(list.id);
  const change = useChangeList();
  const required = [{ required: true, whitespace: true, min: 2, message: t('required') }];
  const bodyOf = ({ lines, source, reason, expiresAt }: ChangeForm): ListChangeInput => ({
    act,
    lines,
    source,
    reason,
    ...(expiresAt === undefined || act === 'remove' ? {} : { expiresAt }),
  });
  const onError = (failure: unknown): void => {
    showFieldErrors((fields) => form.setFields(fields), NAMES, failure);
  };
  const seen = preview.data;
  const submit = (values: ChangeForm): void => {
    const body = bodyOf(values);
    if (seen === undefined) preview.mutate(body, { onError });
    else change.mutate({ id: list.id, body }, { onError, onSuccess: (done) => onDone(done.change) });
  };
  const error = preview.error ?? change.error;
  return (
    <Drawer open size={560} title={t(act)} onClose={onClose}>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={submit}
        onValuesChange={() => {
          preview.reset();
          change.reset();
        }}
      >
        <Form.Item name="lines" label={t('lines')} extra={t('linesHint')} rules={required}>
          <Input.TextArea autoFocus autoSize={{ minRows: 5, maxRows: 14 }} spellCheck={false} />
        </Form.Item>
        <Upload
          onText={(lines) => {
            form.setFieldsValue({ lines });
            preview.reset();
          }}
        />
        <Form.Item name="source" label={t('source')} extra={t('sourceHint')} rules={required}>
          <Input maxLength={200} autoComplete="off" />
        </Form.Item>
        <Form.Item name="reason" label={t('reason')} rules={required}>
          <Input maxLength={500} autoComplete="off" />
        </Form.Item>
        {act === 'add' ? (
          <Form.Item name="expiresAt" label={t('expires')}>
            <EndField open />
          </Form.Item>
        ) : null}
        {seen === undefined ? null : <Preview preview={seen} />}
        {error ? <ProblemNotice error={error} while="changing" /> : null}
        <div className="fz-row" style={{ marginTop: 12 }}>
          <Button
            type="primary"
            htmlType="submit"
            disabled={preview.isPending || change.isPending || seen?.usable === 0}
          >
            {seen === undefined ? t('preview') : t(seen.secondPerson ? 'submitAsk' : 'submitNow')}
          </Button>
          <Button onClick={onClose}>{u('cancel')}</Button>
          {seen === undefined ? null : (
            <span className="fz-quiet">{t(seen.secondPerson ? 'needsTwo' : 'effectNow')}</span>
          )}
        </div>
      </Form>
    </Drawer>
  );
}
