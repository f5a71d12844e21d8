import type { FactValue } from '@fanzha/contract';
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { decisionTexts } from './texts.ts';

/** Whether a fact says that nothing was found: its default. */
export function isNothing(value: FactValue): boolean {
  return value === '' || value === false || value === 0 || (Array.isArray(value) && value.length === 0);
}

/** A fact or field as a person reads it: yes and no, numbers with separators, lists with commas. */
export function FactText({ value }: { readonly value: unknown }) {
  const t = useTexts(decisionTexts);
  const format = useFormat();
  if (typeof value === 'boolean') return t(value ? 'yes' : 'no');
  if (typeof value === 'number') return format.number(value, Number.isInteger(value) ? 0 : 3);
  if (value === '' || value === undefined || value === null || (Array.isArray(value) && value.length === 0)) {
    return <span className="fz-quiet">{t('nothing')}</span>;
  }
  if (Array.isArray(value)) return value.map(String).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
