import { Input } from 'antd';
import { useState } from 'react';
import { useTexts } from '../../i18n/texts.ts';
import { Choice } from '../choice.tsx';
import { workTexts } from './texts.ts';

const DAY_MS = 86_400_000;
const DAYS = { day1: 1, day7: 7, day30: 30 } as const;
type Term = keyof typeof DAYS | 'noEnd' | 'exactly';

interface EndFieldProps {
  /** RFC 3339, or nothing where there is no end. A form item gives it. */
  readonly value?: string;
  readonly onChange?: (until: string | undefined) => void;
  /** Whether it may go without an end. */
  readonly open?: boolean;
}

/** `2026-11-23T10:00` in the reader's zone, as the browser's own field writes it. */
function localInput(instant: string | undefined): string {
  if (instant === undefined) return '';
  const at = new Date(instant);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** When something ends: after one, seven or thirty days, at a set time, or not at all. */
export function EndField({ value, onChange, open = false }: EndFieldProps) {
  const t = useTexts(workTexts);
  const [term, setTerm] = useState<Term>(open ? 'noEnd' : 'day7');
  const choose = (chosen: Term): void => {
    setTerm(chosen);
    if (chosen === 'noEnd') onChange?.(undefined);
    else if (chosen !== 'exactly') onChange?.(endOf(chosen));
  };
  const terms: readonly Term[] = [...(open ? (['noEnd'] as const) : []), 'day1', 'day7', 'day30', 'exactly'];
  return (
    <div className="fz-row">
      <Choice
        label={t('until')}
        value={term}
        onChange={choose}
        options={terms.map((each) => ({ value: each, label: t(each) }))}
      />
      {term === 'exactly' ? (
        <Input
          type="datetime-local"
          style={{ width: 210 }}
          aria-label={t('exactly')}
          value={localInput(value)}
          onChange={({ target }) =>
            onChange?.(target.value === '' ? undefined : new Date(target.value).toISOString())
          }
        />
      ) : null}
    </div>
  );
}

/** The end of a term that begins now. */
export function endOf(term: keyof typeof DAYS): string {
  return new Date(Date.now() + DAYS[term] * DAY_MS).toISOString();
}
