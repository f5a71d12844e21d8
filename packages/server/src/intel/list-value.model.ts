import { type Locale, parseHost } from '@fanzha/vocabulary';
import type { ListKind, ListPurpose, Lists } from './list.model.ts';
import type { ValueReader } from './list-change.model.ts';

/** The part of the number plan that values need. */
export interface ValueNumbering {
  parse(presented: string): { readonly canonical?: string };
}

const REASONS = {
  number: { 'zh-CN': '不是可识别的号码', en: 'is not a number that can be read' },
  host: { 'zh-CN': '不是主机名', en: 'is not a host name' },
  suffix: {
    'zh-CN': '是公共后缀，会连带其下所有网站',
    en: 'is a public suffix: it would cover every site below it',
  },
} as const;

/**
 * Reads the values of a list into canonical form. What a never-block list holds is refused for every list that is not
 * one itself, and so is a host below which a protected one stands.
 */
export function valueReader(
  { kind, purpose }: { kind: ListKind; purpose: ListPurpose },
  act: 'add' | 'remove',
  { lists, numbering, locale }: { lists: Lists; numbering: ValueNumbering; locale: Locale },
): ValueReader {
  const canonical = kind === 'number' ? numberReader(numbering, locale) : hostReader(act, locale);
  if (act === 'remove' || purpose === 'protect') return canonical;
  return (written) => {
    const read = canonical(written);
    const protector = 'value' in read ? lists.protector(kind, read.value) : undefined;
    return protector ? { reason: protectedReason(protector.title[locale], locale) } : read;
  };
}

function protectedReason(title: string, locale: Locale): string {
  return locale === 'zh-CN' ? `受“${title}”保护，不得列入` : `is protected by the list “${title}”`;
}

function numberReader(numbering: ValueNumbering, locale: Locale): ValueReader {
  return (written) => {
    const { canonical } = numbering.parse(written);
    return canonical === undefined ? { reason: REASONS.number[locale] } : { value: canonical };
  };
}

function hostReader(act: 'add' | 'remove', locale: Locale): ValueReader {
  return (written) => {
    const host = parseHost(written);
    if (host === undefined || !(host.ip || host.name.includes('.'))) return { reason: REASONS.host[locale] };
    const coversSites = !host.ip && host.known && host.domain === undefined;
    return coversSites && act === 'add' ? { reason: REASONS.suffix[locale] } : { value: host.name };
  };
}
