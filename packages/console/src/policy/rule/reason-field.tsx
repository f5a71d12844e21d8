import { Button, Input, Select } from 'antd';
import { useRuleLanguage } from '../../api/rule-language.ts';
import { useLocalized } from '../../i18n/locale.ts';
import { useTexts } from '../../i18n/texts.ts';
import { Field } from './field.tsx';
import type { DraftProblem, RuleDraft } from './rule-draft.model.ts';
import { ruleTexts } from './texts.ts';

interface ReasonFieldProps {
  readonly draft: RuleDraft;
  /** Codes that the version has words for itself. */
  readonly own: Readonly<
    Record<string, { readonly title: { readonly 'zh-CN': string; readonly en: string } }>
  >;
  readonly problems: ReadonlyMap<string, DraftProblem>;
  readonly readOnly: boolean;
  onChange(draft: RuleDraft): void;
}

const EMPTY = { title: { 'zh-CN': '', en: '' }, text: { 'zh-CN': '', en: '' } };
const PARTS = [
  ['title', 'zh-CN', 'reasonTitleZh'],
  ['title', 'en', 'reasonTitleEn'],
  ['text', 'zh-CN', 'reasonTextZh'],
  ['text', 'en', 'reasonTextEn'],
] as const;

/** Which reason the rule gives: one that exists, or new words in both languages. */
export function ReasonField({ draft, own, problems, readOnly, onChange }: ReasonFieldProps) {
  const t = useTexts(ruleTexts);
  const localized = useLocalized();
  const language = useRuleLanguage().data?.language;
  const { rule, words } = draft;
  const said = (field: string): string | undefined => {
    const problem = problems.get(field);
    return problem === undefined ? undefined : t(problem);
  };
  if (words === undefined) {
    const options = [
      ...Object.entries(own).map(([value, { title }]) => ({
        value,
        label: `${localized(title)} · ${value}`,
      })),
      ...(language?.reasons ?? []).map(({ id, title }) => ({
        value: id,
        label: `${localized(title)} · ${id}`,
      })),
    ];
    return (
      <Field label={t('reason')} problem={said('reason')} wide>
        {(id) => (
          <div className="fz-row" style={{ flexWrap: 'nowrap' }}>
            <Select
              id={id}
              disabled={readOnly}
              showSearch={{ optionFilterProp: 'label' }}
              value={rule.reason === '' ? null : rule.reason}
              options={options}
              onChange={(reason: string) => onChange({ rule: { ...rule, reason } })}
              style={{ flex: 1, minWidth: 0 }}
            />
            {readOnly ? null : (
              <Button onClick={() => onChange({ rule: { ...rule, reason: rule.id }, words: EMPTY })}>
                {t('reasonOwn')}
              </Button>
            )}
          </div>
        )}
      </Field>
    );
  }
  return (
    <>
      <Field label={t('reasonCode')} help={t('reasonCodeHint')} problem={said('reason')} wide>
        {(id) => (
          <div className="fz-row" style={{ flexWrap: 'nowrap' }}>
            <Input
              id={id}
              disabled={readOnly}
              value={rule.reason}
              maxLength={80}
              onChange={({ target }) => onChange({ rule: { ...rule, reason: target.value }, words })}
            />
            {readOnly ? null : (
              <Button onClick={() => onChange({ rule: { ...rule, reason: '' } })}>{t('reasonPick')}</Button>
            )}
          </div>
        )}
      </Field>
      {PARTS.map(([part, locale, label]) => (
        <Field
          key={label}
          label={t(label)}
          wide={part === 'text'}
          problem={said(`${part}.${locale}`)}
          help={part === 'text' && locale === 'en' ? t('reasonTextHint') : undefined}
        >
          {(id) => (
            <Input
              id={id}
              disabled={readOnly}
              value={words[part][locale]}
              maxLength={500}
              onChange={({ target }) =>
                onChange({ rule, words: { ...words, [part]: { ...words[part], [locale]: target.value } } })
              }
            />
          )}
        </Field>
      ))}
    </>
  );
}
