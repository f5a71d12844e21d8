import { PURPOSES } from '@fanzha/contract';
import { Form, Input, Radio } from 'antd';
import { useTexts } from '../../i18n/texts.ts';
import { purposeTexts } from './texts.ts';

export interface Purpose {
  readonly purpose: (typeof PURPOSES)[number];
  readonly note?: string;
}

/** Why somebody looks at a person: fields of a form of `Purpose`. */
export function PurposeFields() {
  const t = useTexts(purposeTexts);
  return (
    <>
      <Form.Item name="purpose" label={t('purpose')} rules={[{ required: true, message: t('required') }]}>
        <Radio.Group
          style={{ display: 'grid', gap: 6 }}
          options={PURPOSES.map((value) => ({ value, label: t(`purpose.${value}`) }))}
        />
      </Form.Item>
      <Form.Item name="note" label={t('note')}>
        <Input maxLength={500} autoComplete="off" />
      </Form.Item>
    </>
  );
}
