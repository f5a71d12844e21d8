import { LINE_STANDINGS } from '@fanzha/contract';
import { Button, Input, Select } from 'antd';
import { type ReactNode, useMemo, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { type LineFilters, useLineSetting } from '../api/lines.ts';
import { useLocale } from '../i18n/locale.ts';
import { useTexts } from '../i18n/texts.ts';
import { lineTexts } from '../ui/line/texts.ts';
import { STANDINGS } from './line-words.tsx';
import './lines.css';
import { linesTexts } from './texts.ts';

const PUBLIC = ['kind', 'use', 'standing', 'search', 'trunk', 'carrier'] as const;

/**
 * The filters stand in the address, but for the number: numbers travel in the history entry, where back and reload keep
 * them and a copied address does not.
 */
export function useLineFilters(): [LineFilters, (filters: LineFilters) => void] {
  const { search, state } = useLocation();
  const navigate = useNavigate();
  const filters = useMemo((): LineFilters => {
    const asked = new URLSearchParams(search);
    const found = PUBLIC.flatMap((name): [string, string][] => {
      const value = asked.get(name) ?? '';
      const foreign = name === 'standing' && !LINE_STANDINGS.some((each) => each === value);
      return value === '' || foreign ? [] : [[name, value]];
    });
    const hidden: Record<string, unknown> = typeof state === 'object' && state !== null ? { ...state } : {};
    const number = typeof hidden.number === 'string' ? { number: hidden.number } : {};
    return { ...Object.fromEntries(found), ...number };
  }, [search, state]);
  const change = (next: LineFilters): void => {
    const asked = new URLSearchParams();
    for (const name of PUBLIC) {
      const value = next[name] ?? '';
      if (value !== '') asked.set(name, value);
    }
    const { number } = next;
    void navigate(
      { search: asked.size > 0 ? `?${asked}` : '' },
      { replace: true, state: number === undefined ? null : { number } },
    );
  };
  return [filters, change];
}

interface FilterProps {
  readonly filters: LineFilters;
  onChange(filters: LineFilters): void;
}

function Typed({
  name,
  label,
  filters,
  onChange,
}: FilterProps & { readonly name: 'search' | 'number' | 'trunk' | 'carrier'; readonly label: string }) {
  const [text, setText] = useState(filters[name] ?? '');
  const set = (value: string): void => {
    const { [name]: _, ...rest } = filters;
    onChange(value === '' ? rest : { ...rest, [name]: value });
  };
  return (
    <Field label={label}>
      <Input.Search
        allowClear
        value={text}
        maxLength={80}
        aria-label={label}
        onChange={(event) => setText(event.target.value)}
        onSearch={(value) => set(value.trim())}
      />
    </Field>
  );
}

function Field({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="fz-line-filter">
      <span aria-hidden="true">{label}</span>
      {children}
    </div>
  );
}

/** Filters of the register; each change is a new address. */
export function LinesFilter({ filters, onChange }: FilterProps) {
  const t = useTexts(linesTexts);
  const w = useTexts(lineTexts);
  const locale = useLocale();
  const { data } = useLineSetting();
  const choice = (
    name: 'kind' | 'use' | 'standing',
    options: readonly { readonly value: string; readonly label: string }[],
  ): ReactNode => (
    <Field label={t(name)}>
      <Select
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        placeholder={t('all')}
        aria-label={t(name)}
        value={filters[name] ?? null}
        onChange={(value: string | null | undefined) => {
          const { [name]: _, ...rest } = filters;
          onChange((value ? { ...rest, [name]: value } : rest) as LineFilters);
        }}
        options={[...options]}
        popupMatchSelectWidth={false}
      />
    </Field>
  );
  const titled = (of: readonly { code: string; title: Record<typeof locale, string> }[] = []) =>
    of.map(({ code, title }) => ({ value: code, label: title[locale] }));
  return (
    <div className="fz-line-filters">
      <Typed name="search" label={t('find')} filters={filters} onChange={onChange} />
      <Typed name="number" label={t('number')} filters={filters} onChange={onChange} />
      {choice('kind', titled(data?.kinds))}
      {choice('use', titled(data?.uses))}
      {choice(
        'standing',
        STANDINGS.map((value) => ({ value, label: w(`standing.${value}`) })),
      )}
      <Typed name="trunk" label={t('trunk')} filters={filters} onChange={onChange} />
      <Typed name="carrier" label={t('carrier')} filters={filters} onChange={onChange} />
      {Object.keys(filters).length === 0 ? null : (
        <Button type="text" onClick={() => onChange({})}>
          {t('clear')}
        </Button>
      )}
    </div>
  );
}
