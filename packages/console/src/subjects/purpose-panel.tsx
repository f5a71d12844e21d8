import { Button, Form } from 'antd';
import { useTexts } from '../i18n/texts.ts';
import { type Purpose, PurposeFields } from '../ui/purpose/purpose-fields.tsx';
import { purposeTexts } from '../ui/purpose/texts.ts';
import { subjectsTexts } from './texts.ts';

/** Asks why somebody looks at a person, before anything is shown. */
export function PurposePanel({ onPurpose }: { readonly onPurpose: (purpose: Purpose) => void }) {
  const t = useTexts(subjectsTexts);
  const p = useTexts(purposeTexts);
  return (
    <section className="fz-panel" aria-labelledby="subject-purpose" style={{ maxWidth: 560 }}>
      <header>
        <h2 id="subject-purpose">{t('personTitle')}</h2>
      </header>
      <p style={{ marginBottom: 12 }}>{t('personText')}</p>
      <Form layout="vertical" requiredMark={false} onFinish={onPurpose}>
        <PurposeFields />
        <Button type="primary" htmlType="submit">
          {p('submit')}
        </Button>
      </Form>
    </section>
  );
}
