import type { LineChangeView, LineImportPreview } from '@fanzha/contract';
import { Button, Drawer, Form, Input } from 'antd';
import { type ChangeEvent, useState } from 'react';
import { type LineImportInput, useImportLines, useLineSetting, usePreviewLines } from '../api/lines.ts';
import { useFormat } from '../i18n/format.ts';
import { useTexts } from '../i18n/texts.ts';
import { csvOf, download } from '../ui/csv.ts';
import { showFieldErrors } from '../ui/form-problems.ts';
import { ProblemNotice } from '../ui/problem-notice.tsx';
import { uiTexts } from '../ui/texts.ts';
import { Figures } from '../ui/work/figures.tsx';
import { lineFormTexts, linesTexts } from './texts.ts';

const LARGEST_FILE = 8_000_000;
const NAMES = ['csv', 'reason'] as const;

function Preview({ preview }: { readonly preview: LineImportPreview }) {
  const t = useTexts(lineFormTexts);
  const l = useTexts(linesTexts);
  const format = useFormat();
  const { rejected, rejects, created, changed } = preview;
  return (
    <div className="fz-stack" role="status">
      <Figures
        items={(['created', 'changed', 'same', 'rejected'] as const).map((key) => ({
          key,
          title: t(key),
          value: format.number(preview[key]),
        }))}
      />
      {created + changed === 0 ? <p>{t('nothing')}</p> : null}
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
                    {t('row')}
                  </th>
                  <th scope="col">{l('id')}</th>
                  <th scope="col">{t('why')}</th>
                </tr>
              </thead>
              <tbody>
                {rejects.map(({ row, id, reason }) => (
                  <tr key={`${row} ${reason}`}>
                    <td className="fz-num">{format.number(row)}</td>
                    <td>{id}</td>
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
  const t = useTexts(lineFormTexts);
  const [tooLarge, setTooLarge] = useState(false);
  const read = async ({ target }: ChangeEvent<HTMLInputElement>): Promise<void> => {
    const file = target.files?.[0];
    if (file === undefined) return;
    setTooLarge(file.size > LARGEST_FILE);
    if (file.size <= LARGEST_FILE) onText(await file.text());
  };
  return (
    <span>
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
    </span>
  );
}

interface ImportDrawerProps {
  onDone(change: LineChangeView): void;
  onClose(): void;
}

/** Registers and changes many lines by a CSV file; what each row would do is shown first. */
export function ImportDrawer({ onDone, onClose }: ImportDrawerProps) {
  const t = useTexts(lineFormTexts);
  const l = useTexts(linesTexts);
  const u = useTexts(uiTexts);
  const [form] = Form.useForm<LineImportInput>();
  const { data: setting } = useLineSetting();
  const preview = usePreviewLines();
  const run = useImportLines();
  const required = [{ required: true, whitespace: true, min: 2, message: t('required') }];
  const columns = setting?.columns ?? [];
  const seen = preview.data;
  const onError = (failure: unknown): void => {
    showFieldErrors((fields) => form.setFields(fields), NAMES, failure);
  };
  const submit = (body: LineImportInput): void => {
    if (seen === undefined) preview.mutate(body, { onError });
    else run.mutate(body, { onError, onSuccess: ({ change }) => onDone(change) });
  };
  const error = preview.error ?? run.error;
  const empty = seen !== undefined && seen.created + seen.changed === 0;
  return (
    <Drawer open size={640} title={t('importTitle')} onClose={onClose}>
      <p style={{ marginBottom: 8 }}>{t('importText')}</p>
      <p className="fz-quiet fz-small" style={{ marginBottom: 12, overflowWrap: 'anywhere' }}>
        {t('columns', { columns: columns.join(', ') })}
      </p>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={submit}
        onValuesChange={() => {
          preview.reset();
          run.reset();
        }}
      >
        <div className="fz-row" style={{ marginBottom: 12 }}>
          <Upload
            onText={(csv) => {
              form.setFieldsValue({ csv });
              preview.reset();
            }}
          />
          <Button
            size="small"
            type="text"
            disabled={columns.length === 0}
            onClick={() => download('fanzha-lines.csv', 'text/csv;charset=utf-8', csvOf(columns, []))}
          >
            {t('template')}
          </Button>
        </div>
        <Form.Item name="csv" label={t('csv')} rules={required}>
          <Input.TextArea autoFocus autoSize={{ minRows: 5, maxRows: 14 }} spellCheck={false} />
        </Form.Item>
        <Form.Item name="reason" label={l('reason')} rules={required}>
          <Input maxLength={500} autoComplete="off" />
        </Form.Item>
        {seen === undefined ? null : <Preview preview={seen} />}
        {error ? <ProblemNotice error={error} while="changing" /> : null}
        <div className="fz-row" style={{ marginTop: 12 }}>
          <Button type="primary" htmlType="submit" disabled={preview.isPending || run.isPending || empty}>
            {seen === undefined ? t('preview') : t(seen.secondPerson ? 'importAsk' : 'importNow')}
          </Button>
          <Button onClick={onClose}>{u('cancel')}</Button>
          {seen === undefined ? null : (
            <span className="fz-quiet">{l(seen.secondPerson ? 'needsTwo' : 'effectNow')}</span>
          )}
        </div>
      </Form>
    </Drawer>
  );
}
