import { EVENT_KINDS, INGRESSES, MESSAGE_CHANNELS } from '@fanzha/contract';
import { VERDICTS } from '@fanzha/vocabulary';
import { Button, Input, Select } from 'antd';
import { type ReactNode, useState } from 'react';
import type { DecisionFilters } from '../api/decisions.ts';
import { usePolicy } from '../api/policy.ts';
import { useFormat } from '../i18n/format.ts';
import { useLocalized } from '../i18n/locale.ts';
import { useTexts } from '../i18n/texts.ts';
import { uiTexts } from '../ui/texts.ts';
import { usePhone } from '../ui/use-media.ts';
import { useWord } from '../ui/use-word.ts';
import { VerdictMark } from '../ui/verdict.tsx';
import './decisions.css';
import { decisionsTexts } from './texts.ts';

interface FilterBarProps {
  readonly filters: DecisionFilters;
  onChange(filters: DecisionFilters): void;
}

type Name = keyof DecisionFilters;
type Chosen = 'kind' | 'channel' | 'reason' | 'fraudType' | 'simulated';
const CHANNELS = [...new Set<string>([...INGRESSES, ...MESSAGE_CHANNELS])];

/** `2026-11-23T10:00` in the reader's zone, as the browser's own field writes it. */
function localInput(instant: string | undefined): string {
  if (instant === undefined) return '';
  const at = new Date(instant);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function Field({ label, children, wide }: { label: string; children: ReactNode; wide?: boolean }) {
  return (
    <div className={wide ? 'fz-field fz-wide' : 'fz-field'}>
      <span aria-hidden="true">{label}</span>
      {children}
    </div>
  );
}

/** Filters of the list of decisions; each change is a new address. */
export function FilterBar({ filters, onChange }: FilterBarProps) {
  const t = useTexts(decisionsTexts);
  const u = useTexts(uiTexts);
  const word = useWord();
  const format = useFormat();
  const localized = useLocalized();
  const policy = usePolicy().data;
  const phone = usePhone();
  const [subject, setSubject] = useState(filters.subject ?? '');
  const set = (name: Name, value: string | boolean | undefined): void => {
    const { [name]: _, ...rest } = filters;
    onChange((value === undefined || value === '' ? rest : { ...rest, [name]: value }) as DecisionFilters);
  };
  const reasons = [...new Map(policy?.rules.map((rule) => [rule.reason, localized(rule.title)]))];
  const choice = (name: Chosen, options: { value: string; label: ReactNode }[]): ReactNode => (
    <Select
      allowClear
      showSearch={{ optionFilterProp: 'label' }}
      placeholder={u('all')}
      aria-label={t(name === 'simulated' ? 'real' : name)}
      value={filters[name] === undefined ? undefined : String(filters[name])}
      onChange={(value: string | undefined) =>
        set(name, name === 'simulated' && value ? value === 'true' : value)
      }
      options={options}
      popupMatchSelectWidth={false}
    />
  );
  const fields = (
    <div className="fz-filters">
      <Field label={t('subject')} wide>
        <Input.Search
          allowClear
          value={subject}
          placeholder={t('subjectHint')}
          aria-label={t('subject')}
          onChange={(event) => setSubject(event.target.value)}
          onSearch={(value) => set('subject', value.trim())}
        />
      </Field>
      <Field label={t('verdict')} wide>
        <Select
          mode="multiple"
          allowClear
          placeholder={u('all')}
          aria-label={t('verdict')}
          value={filters.verdict?.split(',') ?? []}
          onChange={(values: string[]) => set('verdict', values.join(','))}
          options={VERDICTS.map((value) => ({ value, label: <VerdictMark verdict={value} /> }))}
        />
      </Field>
      <Field label={t('kind')}>
        {choice(
          'kind',
          EVENT_KINDS.map((value) => ({ value, label: word('kind', value) })),
        )}
      </Field>
      <Field label={t('channel')}>
        {choice(
          'channel',
          CHANNELS.map((value) => ({ value, label: word('channel', value) })),
        )}
      </Field>
      <Field label={t('reason')}>
        {choice(
          'reason',
          reasons.map(([value, label]) => ({ value, label })),
        )}
      </Field>
      <Field label={t('fraudType')}>
        {choice(
          'fraudType',
          policy?.fraudTypes.map(({ code, title }) => ({ value: code, label: localized(title) })) ?? [],
        )}
      </Field>
      <Field label={t('country')}>
        <Input
          allowClear
          key={filters.country ?? ''}
          defaultValue={filters.country ?? ''}
          aria-label={t('country')}
          maxLength={2}
          placeholder={filters.country === undefined ? 'JP' : format.country(filters.country)}
          onChange={(event) => {
            const code = event.target.value.toUpperCase();
            if (code === '' || /^[A-Z]{2}$/.test(code)) set('country', code);
          }}
        />
      </Field>
      <Field label={t('real')}>
        {choice('simulated', [
          { value: 'true', label: t('real.true') },
          { value: 'false', label: t('real.false') },
        ])}
      </Field>
      {(['from', 'to'] as const).map((name) => (
        <Field key={name} label={t(name)}>
          <Input
            type="datetime-local"
            aria-label={t(name)}
            value={localInput(filters[name])}
            onChange={({ target }) =>
              set(name, target.value === '' ? undefined : new Date(target.value).toISOString())
            }
          />
        </Field>
      ))}
      {Object.keys(filters).length === 0 ? null : (
        <Button
          onClick={() => {
            setSubject('');
            onChange({});
          }}
        >
          {t('clear')}
        </Button>
      )}
    </div>
  );
  const count = Object.keys(filters).length;
  return (
    <search className="fz-panel" aria-label={t('filters')}>
      {phone ? (
        <details open={count > 0}>
          <summary>
            {t('filters')} {count > 0 ? count : ''}
          </summary>
          {fields}
        </details>
      ) : (
        fields
      )}
    </search>
  );
}
