import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import type { LineSetting } from '@fanzha/contract';
import { Button, Checkbox, Form, Input, Select } from 'antd';
import type { ReactNode } from 'react';
import { useLocalized } from '../i18n/locale.ts';
import { useTexts } from '../i18n/texts.ts';
import './lines.css';
import { lineTexts } from '../ui/line/texts.ts';
import { numbersOf } from './line-form.model.ts';
import { lineFormTexts, linesTexts } from './texts.ts';

const DAYS = [1, 2, 3, 4, 5, 6, 7] as const;
const BEGIN = /^([01][0-9]|2[0-3]):[0-5][0-9]$/;
const END = /^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$/;
const ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,79}$/;
const MOST_NUMBERS = 1000;

function useRequired() {
  const t = useTexts(lineFormTexts);
  return [{ required: true, whitespace: true, message: t('required') }];
}

/** Rows that come and go: trunks, hours. */
function Repeated({
  name,
  add,
  first,
  most,
  children,
  className = '',
}: {
  readonly name: 'routes' | 'hours';
  readonly add: string;
  readonly first: object;
  readonly most: number;
  readonly className?: string;
  children(row: number): ReactNode;
}) {
  const t = useTexts(lineFormTexts);
  return (
    <Form.List name={name}>
      {(rows, { add: append, remove }, { errors }) => (
        <>
          {rows.map(({ key, name: row }) => (
            <div key={key} className={`fz-line-repeat ${className}`}>
              {children(row)}
              <Button
                type="text"
                icon={<DeleteOutlined />}
                aria-label={t('removeRow')}
                title={t('removeRow')}
                onClick={() => remove(row)}
              />
            </div>
          ))}
          <Form.ErrorList errors={errors} />
          {rows.length >= most ? null : (
            <Button
              size="small"
              icon={<PlusOutlined />}
              style={{ marginBottom: 12 }}
              onClick={() => append(first)}
            >
              {add}
            </Button>
          )}
        </>
      )}
    </Form.List>
  );
}

function Routes() {
  const t = useTexts(lineFormTexts);
  const l = useTexts(linesTexts);
  return (
    <Repeated name="routes" add={t('addRoute')} first={{}} most={50}>
      {(row) => (
        <>
          <Form.Item
            name={[row, 'trunk']}
            dependencies={[['routes', row, 'carrier']]}
            rules={[
              ({ getFieldValue }) => ({
                validator: (_, value: string | undefined) =>
                  (value ?? '').trim() !== '' ||
                  String(getFieldValue(['routes', row, 'carrier']) ?? '').trim() !== ''
                    ? Promise.resolve()
                    : Promise.reject(new Error(t('routeEmpty'))),
              }),
            ]}
          >
            <Input
              maxLength={200}
              autoComplete="off"
              placeholder={l('trunk')}
              aria-label={`${l('trunk')} ${row + 1}`}
            />
          </Form.Item>
          <Form.Item name={[row, 'carrier']}>
            <Input
              maxLength={200}
              autoComplete="off"
              placeholder={l('carrier')}
              aria-label={`${l('carrier')} ${row + 1}`}
            />
          </Form.Item>
        </>
      )}
    </Repeated>
  );
}

function Hours() {
  const t = useTexts(lineFormTexts);
  const w = useTexts(lineTexts);
  const clock = (pattern: RegExp) => [{ required: true, pattern, message: t('badClock') }];
  return (
    <Repeated
      name="hours"
      add={t('addHours')}
      first={{ days: [1, 2, 3, 4, 5], from: '09:00', until: '18:00' }}
      most={21}
      className="fz-line-hours"
    >
      {(row) => (
        <>
          <Form.Item name={[row, 'days']} rules={[{ required: true, message: t('pickDays') }]}>
            <Select
              mode="multiple"
              maxTagCount="responsive"
              placeholder={t('days')}
              aria-label={`${t('days')} ${row + 1}`}
              options={DAYS.map((day) => ({ value: day, label: w(`day${day}`) }))}
            />
          </Form.Item>
          <Form.Item name={[row, 'from']} rules={clock(BEGIN)}>
            <Input maxLength={5} aria-label={`${t('from')} ${row + 1}`} />
          </Form.Item>
          <Form.Item name={[row, 'until']} rules={clock(END)}>
            <Input maxLength={5} aria-label={`${t('until')} ${row + 1}`} />
          </Form.Item>
        </>
      )}
    </Repeated>
  );
}

function Who({ setting, isNew }: { readonly setting: LineSetting; readonly isNew: boolean }) {
  const t = useTexts(lineFormTexts);
  const l = useTexts(linesTexts);
  const localized = useLocalized();
  const required = useRequired();
  const titled = (of: LineSetting['uses']) =>
    of.map(({ code, title }) => ({ value: code, label: localized(title) }));
  return (
    <fieldset className="fz-line-part">
      <legend>{t('who')}</legend>
      {isNew ? (
        <Form.Item
          name="id"
          label={l('id')}
          extra={t('idHint')}
          rules={[...required, { pattern: ID, message: t('badId') }]}
        >
          <Input autoFocus autoComplete="off" maxLength={80} />
        </Form.Item>
      ) : null}
      <div className="fz-line-pair">
        <Form.Item name="owner" label={l('owner')} rules={required}>
          <Input maxLength={200} autoComplete="off" />
        </Form.Item>
        <Form.Item name="ownerCode" label={l('ownerCode')}>
          <Input maxLength={40} autoComplete="off" />
        </Form.Item>
        <Form.Item name="kind" label={l('kind')} rules={required}>
          <Select showSearch={{ optionFilterProp: 'label' }} options={titled(setting.kinds)} />
        </Form.Item>
        <Form.Item name="use" label={l('use')} rules={required}>
          <Select showSearch={{ optionFilterProp: 'label' }} options={titled(setting.uses)} />
        </Form.Item>
      </div>
      <Form.Item
        name="numbers"
        label={l('numbers')}
        extra={t('numbersHint')}
        rules={[
          {
            validator: (_, value: string | undefined) =>
              numbersOf(value ?? '').length <= MOST_NUMBERS
                ? Promise.resolve()
                : Promise.reject(new Error(t('tooMany'))),
          },
        ]}
      >
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 10 }} spellCheck={false} />
      </Form.Item>
    </fieldset>
  );
}

function How({ setting }: { readonly setting: LineSetting }) {
  const t = useTexts(lineFormTexts);
  const l = useTexts(linesTexts);
  return (
    <fieldset className="fz-line-part">
      <legend>{t('how')}</legend>
      <p className="fz-quiet fz-small" style={{ marginBottom: 6 }}>
        {l('routes')}
      </p>
      <Routes />
      <Form.Item name="dedicated" valuePropName="checked" style={{ marginBottom: 0 }}>
        <Checkbox>{l('dedicated')}</Checkbox>
      </Form.Item>
      <Form.Item name="abroad" valuePropName="checked">
        <Checkbox>{l('abroad')}</Checkbox>
      </Form.Item>
      <p className="fz-quiet fz-small" style={{ marginBottom: 6 }}>
        {l('hours')}
      </p>
      <Hours />
      <Form.Item name="timeZone" label={l('timeZone')} extra={t('zoneHint', { zone: setting.timeZone })}>
        <Input maxLength={60} autoComplete="off" />
      </Form.Item>
    </fieldset>
  );
}

/** Everything that is registered of a line, as fields of a form. */
export function LineFields({ setting, isNew }: { readonly setting: LineSetting; readonly isNew: boolean }) {
  const t = useTexts(lineFormTexts);
  const l = useTexts(linesTexts);
  const required = useRequired();
  return (
    <>
      <Who setting={setting} isNew={isNew} />
      <How setting={setting} />
      <fieldset className="fz-line-part">
        <legend>{t('rests')}</legend>
        <div className="fz-line-pair">
          <Form.Item name="validFrom" label={l('validFrom')} rules={required}>
            <Input type="date" />
          </Form.Item>
          <Form.Item
            name="validUntil"
            label={l('validUntil')}
            dependencies={['validFrom']}
            rules={[
              ({ getFieldValue }) => ({
                validator: (_, value: string | undefined) =>
                  value === undefined || value === '' || value >= String(getFieldValue('validFrom') ?? '')
                    ? Promise.resolve()
                    : Promise.reject(new Error(t('datesCross'))),
              }),
            ]}
          >
            <Input type="date" />
          </Form.Item>
        </div>
        <Form.Item name="document" label={l('document')} extra={t('documentHint')} rules={required}>
          <Input maxLength={200} autoComplete="off" />
        </Form.Item>
        <Form.Item name="note" label={l('note')}>
          <Input.TextArea maxLength={500} autoSize={{ minRows: 1, maxRows: 5 }} />
        </Form.Item>
      </fieldset>
    </>
  );
}
