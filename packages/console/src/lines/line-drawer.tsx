import type { LineChangeView, LineSetting, LineView } from '@fanzha/contract';
import { Button, Drawer, Form, type FormInstance, Input } from 'antd';
import { useCreateLine, useEditLine, useLineSetting } from '../api/lines.ts';
import { ProblemError } from '../api/problem.ts';
import { useTexts } from '../i18n/texts.ts';
import { ProblemNotice } from '../ui/problem-notice.tsx';
import { uiTexts } from '../ui/texts.ts';
import { LineFields } from './line-fields.tsx';
import { contentOf, formField, formOf, type LineForm } from './line-form.model.ts';
import { lineFormTexts, linesTexts } from './texts.ts';

/** Puts the server's complaints at the fields that they are about. */
function showFaults(form: FormInstance<LineForm>, failure: unknown): void {
  if (!(failure instanceof ProblemError)) return;
  const byField = new Map<string, string[]>();
  for (const { field, reason } of failure.fields) {
    const name = formField(field);
    const place = /[.[](\d+)/.exec(field)?.[1];
    const told = place === undefined ? reason : `${Number(place) + 1}: ${reason}`;
    byField.set(name, [...(byField.get(name) ?? []), told]);
  }
  form.setFields([...byField].map(([name, errors]) => ({ name: name as keyof LineForm, errors })));
}

interface LineDrawerProps {
  /** The line to change; a new one is registered without. */
  readonly line?: LineView;
  onDone(change: LineChangeView): void;
  onClose(): void;
}

function Filled({ line, setting, onDone, onClose }: LineDrawerProps & { readonly setting: LineSetting }) {
  const t = useTexts(lineFormTexts);
  const l = useTexts(linesTexts);
  const u = useTexts(uiTexts);
  const [form] = Form.useForm<LineForm>();
  const create = useCreateLine();
  const edit = useEditLine();
  const two = setting.secondPerson.includes(line === undefined ? 'create' : 'edit');
  const submit = (values: LineForm): void => {
    const content = contentOf(values);
    const { id, reason } = values;
    const then = { onSuccess: onDone, onError: (failure: unknown) => showFaults(form, failure) };
    if (line === undefined) create.mutate({ id, content, reason }, then);
    else edit.mutate({ id: line.id, content, reason, revision: line.revision }, then);
  };
  const error = create.error ?? edit.error;
  const first = line === undefined ? { routes: [], hours: [] } : formOf(line.id, line.content);
  return (
    <Form
      form={form}
      layout="vertical"
      requiredMark={false}
      scrollToFirstError
      initialValues={first}
      onFinish={submit}
    >
      <LineFields setting={setting} isNew={line === undefined} />
      <Form.Item
        name="reason"
        label={l('reason')}
        rules={[{ required: true, whitespace: true, min: 2, message: t('required') }]}
      >
        <Input maxLength={500} autoComplete="off" />
      </Form.Item>
      {error ? <ProblemNotice error={error} while="changing" /> : null}
      <div className="fz-row" style={{ marginTop: 12 }}>
        <Button type="primary" htmlType="submit" disabled={create.isPending || edit.isPending}>
          {t(two ? 'submitAsk' : 'submitNow')}
        </Button>
        <Button onClick={onClose}>{u('cancel')}</Button>
        <span className="fz-quiet">{l(two ? 'needsTwo' : 'effectNow')}</span>
      </div>
    </Form>
  );
}

/** Registers a line, or changes what is registered of one. */
export function LineDrawer(props: LineDrawerProps) {
  const t = useTexts(lineFormTexts);
  const { line, onClose } = props;
  const { data } = useLineSetting();
  const title = line === undefined ? t('createTitle') : t('editTitle', { id: line.id });
  return (
    <Drawer open size={640} title={title} onClose={onClose}>
      {data === undefined ? null : <Filled {...props} setting={data} />}
    </Drawer>
  );
}
