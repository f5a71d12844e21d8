import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { EXAMPLES, eventOf } from './examples.ts';
import { tryTexts } from './texts.ts';

const FIRST = JSON.stringify(eventOf('call', EXAMPLES.call[0]?.form ?? {}), null, 2);

/** An event as an integrator sends it. */
export function TryJson({ onRun }: { readonly onRun: (event: Record<string, unknown>) => void }) {
  const t = useTexts(tryTexts);
  const [text, setText] = useState(FIRST);
  const [fault, setFault] = useState('');
  const run = (): void => {
    try {
      const event: unknown = JSON.parse(text);
      if (typeof event !== 'object' || event === null || Array.isArray(event)) throw new Error('{ … }');
      setFault('');
      onRun({ ...event });
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <div className="fz-stack">
      <Input.TextArea
        className="fz-mono"
        aria-label={t('event')}
        value={text}
        autoSize={{ minRows: 10, maxRows: 24 }}
        spellCheck={false}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) run();
        }}
      />
      {fault === '' ? null : <p role="alert">{t('notJson', { reason: fault })}</p>}
      <div>
        <Button type="primary" onClick={run}>
          {t('run')}
        </Button>
      </div>
    </div>
  );
}
