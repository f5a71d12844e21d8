import type { FactValue } from '@fanzha/contract';
import { LOCALES, type Locale, type Localized, type ReasonCode, type Verdict } from '@fanzha/vocabulary';
import type { EngineDecision, SpokenReason } from './decision.model.ts';
import type { Guard, ReasonWords } from './policy.model.ts';
import type { FactDeclaration, Facts } from './signal.model.ts';

/** Words of a pack for codes: group (`area`, `numberKind`, `channel` ...) → code → text. */
export type Labels = ReadonlyMap<string, ReadonlyMap<string, Localized>>;

/** What texts are made from: all of it data of the pack and of the registered signals. */
export interface TextSources {
  readonly reasons: ReadonlyMap<ReasonCode, ReasonWords>;
  readonly labels: Labels;
  readonly facts: Readonly<Record<string, FactDeclaration>>;
  readonly guards: ReadonlyMap<string, Guard>;
  /** How a canonical number is written in the country, e.g. `+8613812345678` → `138 1234 5678`. */
  displayNumber(canonical: string): string;
}

/** Turns what is journalled (codes and values) into what a person reads. */
export interface ReasonTexts {
  /** Text of a reason with its values filled in. An unknown code reads as itself. */
  text(reason: { readonly code: ReasonCode; readonly values: Facts }): Localized;
  /** Short general name of a reason, without values. */
  title(code: ReasonCode): Localized;
  /** One sentence: what was done and why. */
  sentence(decision: Pick<EngineDecision, 'verdict' | 'reasons' | 'kind'>, decided?: boolean): Localized;
  /** A fact's value in words, in the fact's own format. */
  value(name: string, value: FactValue): Localized;
  label(group: string, code: string): Localized;
  /** All labels of a group, in the pack's order. */
  labels(group: string): { code: string; title: Localized }[];
  displayNumber(canonical: string): string;
}

/** Formats that are computed; every other format is the name of a group of labels. */
export const COMPUTED_FORMATS: readonly string[] = ['number', 'country', 'percent', 'list'];

export interface Placeholder {
  readonly fact: string;
  readonly format?: string;
}

const PLACEHOLDER = /\{([A-Za-z][^{}|]*)(?:\|([A-Za-z]+))?\}/g;

/** Placeholders of a template, in order: `{caller.country|country}`, `{count("caller", "10m")}`. */
export function placeholders(template: string): Placeholder[] {
  return [...template.matchAll(PLACEHOLDER)].map(([, fact = '', format]) => ({
    fact,
    ...(format === undefined ? {} : { format }),
  }));
}

const VERDICT_WORDS: Readonly<Record<Verdict, Localized>> = {
  allow: { 'zh-CN': '放行', en: 'Allowed' },
  label: { 'zh-CN': '已标注', en: 'Labelled' },
  challenge: { 'zh-CN': '需要验证', en: 'Challenged' },
  hold: { 'zh-CN': '已暂扣', en: 'Held' },
  limit: { 'zh-CN': '已限制', en: 'Limited' },
  block: { 'zh-CN': '已拦截', en: 'Blocked' },
};
const RECORDED: Localized = { 'zh-CN': '仅作记录', en: 'Recorded only' };
const NO_REASON: Localized = { 'zh-CN': '没有规则命中', en: 'no rule spoke' };
const UNKNOWN: Localized = { 'zh-CN': '未知', en: 'unknown' };
const YES: Localized = { 'zh-CN': '是', en: 'yes' };
const NO: Localized = { 'zh-CN': '否', en: 'no' };
const BETWEEN: Readonly<Record<Locale, { item: string; reason: string; colon: string }>> = {
  'zh-CN': { item: '、', reason: '；', colon: '：' },
  en: { item: ', ', reason: '; ', colon: ': ' },
};
/** A sentence with more reasons than this is no longer one that a person would say. */
const REASONS_IN_SENTENCE = 3;

const both = (make: (locale: Locale) => string): Localized => ({ 'zh-CN': make('zh-CN'), en: make('en') });

const countryNames = Object.fromEntries(
  LOCALES.map((locale) => [locale, new Intl.DisplayNames([locale], { type: 'region' })]),
) as Record<Locale, Intl.DisplayNames>;
const decimals = Object.fromEntries(
  LOCALES.map((locale) => [locale, new Intl.NumberFormat(locale, { maximumFractionDigits: 2 })]),
) as Record<Locale, Intl.NumberFormat>;

/** A blank between Han and Latin or figures, which a template cannot foresee: `显示为 95 客服号码`, `显示为手机号`. */
function spaced(before: string, said: string, after: string): string {
  const first = /\p{Script=Han}$/u.test(before) && /^[A-Za-z0-9+]/.test(said) ? ' ' : '';
  const last = /[A-Za-z0-9%]$/.test(said) && /^\p{Script=Han}/u.test(after) ? ' ' : '';
  return `${first}${said}${last}`;
}

/** Builds the texts from their sources; nothing is read or looked up elsewhere. */
export function createReasonTexts(sources: TextSources): ReasonTexts {
  const label = (group: string, code: string): Localized =>
    sources.labels.get(group)?.get(code) ?? { 'zh-CN': code, en: code };
  const scalar = (value: string | number | boolean, format: string | undefined, locale: Locale): string => {
    if (value === '') return UNKNOWN[locale];
    if (typeof value === 'boolean') return (value ? YES : NO)[locale];
    if (format === 'percent') return `${decimals[locale].format(Math.round(Number(value) * 1000) / 10)}%`;
    if (typeof value === 'number') return decimals[locale].format(value);
    if (format === 'number') return sources.displayNumber(value);
    if (format === 'country') return countryName(value, locale);
    if (format === undefined || format === 'list') return value;
    return label(format, value)[locale];
  };
  const countryName = (code: string, locale: Locale): string => {
    const own = sources.labels.get('country')?.get(code);
    if (own) return own[locale];
    return /^[A-Z]{2}$/.test(code) ? (countryNames[locale].of(code) ?? code) : code;
  };
  const say = (value: FactValue, format: string | undefined, locale: Locale): string =>
    Array.isArray(value)
      ? value.map((item) => scalar(item, format, locale)).join(BETWEEN[locale].item) || UNKNOWN[locale]
      : scalar(value, format, locale);
  const fillIn = (template: string, values: Facts, locale: Locale): string =>
    template.replace(PLACEHOLDER, (place: string, fact: string, format: string | undefined, at: number) => {
      const said = say(values[fact] ?? '', format ?? sources.facts[fact]?.format, locale);
      return spaced(template.slice(0, at), said, template.slice(at + place.length));
    });
  const text: ReasonTexts['text'] = ({ code, values }) => {
    const words = sources.reasons.get(code);
    return both((locale) => (words ? fillIn(words.text[locale], values, locale) : code));
  };
  const why = (reason: SpokenReason): Localized => {
    if (reason.snoozed !== undefined) {
      const said = text(reason);
      return { 'zh-CN': `${said['zh-CN']}（已暂停）`, en: `${said.en} (snoozed)` };
    }
    const guard = reason.capped === undefined ? undefined : sources.guards.get(reason.capped);
    const said = text(reason);
    if (!guard) return said;
    return {
      'zh-CN': `${said['zh-CN']}（受保护：${guard.title['zh-CN']}）`,
      en: `${said.en} (protected: ${guard.title.en})`,
    };
  };
  return {
    text,
    title: (code) => sources.reasons.get(code)?.title ?? { 'zh-CN': code, en: code },
    label,
    labels: (group) => [...(sources.labels.get(group) ?? [])].map(([code, title]) => ({ code, title })),
    displayNumber: sources.displayNumber,
    value: (name, value) => both((locale) => say(value, sources.facts[name]?.format, locale)),
    sentence: (decision, decided = true) => {
      if (!decided) return RECORDED;
      const foremost = decision.reasons.filter((reason) => reason.verdict === decision.verdict);
      const told = foremost.slice(0, REASONS_IN_SENTENCE).map(why);
      return both((locale) => {
        const reasons = told.map((each) => each[locale]).join(BETWEEN[locale].reason) || NO_REASON[locale];
        return `${VERDICT_WORDS[decision.verdict][locale]}${BETWEEN[locale].colon}${reasons}`;
      });
    },
  };
}
