import { Button } from 'antd';
import { type ReactNode, useState } from 'react';
import type { Kinds } from '../../api/rule-language.ts';
import { useLocalized } from '../../i18n/locale.ts';
import { useTexts } from '../../i18n/texts.ts';
import { Choice } from '../../ui/choice.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { corrected } from './cel-context.model.ts';
import { CelEditor } from './cel-editor.tsx';
import { FormBuilder } from './form-builder.tsx';
import { ruleTexts } from './texts.ts';
import { type Checked, useEditing } from './use-check.ts';

interface ConditionEditorProps {
  readonly label: string;
  readonly on: Kinds;
  readonly value: string;
  readonly checked: Checked;
  readonly readOnly: boolean;
  readonly extra?: ReactNode;
  readonly onTry?: () => void;
  onChange(value: string): void;
}

/** The first fault that says what was meant, as a change of the text. */
function fixOf({ faults }: Checked, value: string) {
  const fault = faults.find(({ meant }) => meant !== undefined);
  if (fault?.meant === undefined) return undefined;
  const change = corrected(value, fault.position, fault.meant);
  if (change === undefined) return undefined;
  return {
    meant: fault.meant,
    text: value.slice(0, change.from) + change.insert + value.slice(change.to),
  };
}

function Status({
  checked,
  value,
  onFix,
}: Pick<ConditionEditorProps, 'checked' | 'value'> & { onFix(): void }) {
  const t = useTexts(ruleTexts);
  const localized = useLocalized();
  const { check, faults, error } = checked;
  const fix = fixOf(checked, value);
  if (error) return <ProblemNotice error={error} />;
  if (value.trim() === '') return null;
  return (
    <div className="fz-row" role="status">
      {faults.length === 0 ? (
        <span className="fz-quiet">{check === undefined ? t('checking') : `✓ ${t('right')}`}</span>
      ) : (
        <>
          <span className="fz-hidden">
            {faults
              .map((fault) => `${t('at', { position: fault.position })}${localized(fault.message)}`)
              .join(' ')}
          </span>
          <strong>✕ {t('wrong', { count: faults.length })}</strong>
        </>
      )}
      {fix === undefined ? null : (
        <Button size="small" type="primary" onClick={onFix}>
          <span>{t('replaceBy', { meant: fix.meant })}</span> <kbd>Alt ↵</kbd>
        </Button>
      )}
    </div>
  );
}

/** A condition, as text or as a form: the same condition in two writings. */
export function ConditionEditor(props: ConditionEditorProps) {
  const { label, on, value, checked, readOnly, extra, onTry, onChange } = props;
  const t = useTexts(ruleTexts);
  const [way, setWay] = useState<'text' | 'form'>('text');
  const editing = useEditing(on);
  const fix = (): void => {
    const found = fixOf(checked, value);
    if (found !== undefined) onChange(found.text);
  };
  const { check } = checked;
  return (
    <div className="fz-stack" style={{ gap: 8 }}>
      <div className="fz-row fz-between">
        <h2>{label}</h2>
        <div className="fz-row">
          {extra}
          <Choice<'text' | 'form'>
            label={label}
            value={way}
            options={[
              { value: 'text', label: t('asText') },
              { value: 'form', label: t('asForm') },
            ]}
            onChange={setWay}
          />
        </div>
      </div>
      {way === 'text' ? (
        <CelEditor
          label={label}
          value={value}
          hint={t('conditionHint')}
          readOnly={readOnly}
          editing={editing}
          faults={checked.shown}
          keys={{ onFix: fix, ...(onTry === undefined ? {} : { onTry }) }}
          onChange={onChange}
        />
      ) : null}
      {way === 'form' && editing !== undefined ? (
        <FormBuilder
          on={on}
          editing={editing}
          form={value.trim() === '' ? { all: [] } : check?.form}
          faulty={checked.faults.length > 0}
          waiting={check === undefined}
          readOnly={readOnly}
          onText={onChange}
        />
      ) : null}
      <Status checked={checked} value={value} onFix={fix} />
    </div>
  );
}
