import type { PolicyRule } from '@fanzha/contract';
import { VERDICTS } from '@fanzha/vocabulary';
import { Input, InputNumber, Select } from 'antd';
import { useRuleLanguage } from '../../api/rule-language.ts';
import { useLocalized } from '../../i18n/locale.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useWord } from '../../ui/use-word.ts';
import { VerdictMark } from '../../ui/verdict.tsx';
import { Field } from './field.tsx';
import { type DraftProblem, withField } from './rule-draft.model.ts';
import { ruleTexts } from './texts.ts';

interface RuleFieldsProps {
  readonly rule: PolicyRule;
  readonly isNew: boolean;
  readonly problems: ReadonlyMap<string, DraftProblem>;
  readonly readOnly: boolean;
  onChange(rule: PolicyRule): void;
}

/** Which rule it is and which events it is asked about. */
export function RuleName({ rule, isNew, problems, readOnly, onChange }: RuleFieldsProps) {
  const t = useTexts(ruleTexts);
  const word = useWord();
  const language = useRuleLanguage().data?.language;
  const kinds = language?.kinds.filter(({ decided }) => decided).map(({ kind }) => kind) ?? rule.on;
  const problem = problems.get('id');
  return (
    <div className="fz-edit-grid">
      {isNew ? (
        <Field label={t('id')} help={t('idHint')} problem={problem === undefined ? undefined : t(problem)}>
          {(id) => (
            <Input
              id={id}
              autoFocus
              value={rule.id}
              maxLength={80}
              autoComplete="off"
              onChange={({ target }) => onChange({ ...rule, id: target.value.trim() })}
            />
          )}
        </Field>
      ) : null}
      <Field label={t('on')}>
        {(id) => (
          <Select
            id={id}
            mode="multiple"
            disabled={readOnly}
            value={rule.on}
            options={kinds.map((value) => ({ value, label: word('kind', value) }))}
            onChange={(on: PolicyRule['on']) => (on.length === 0 ? undefined : onChange({ ...rule, on }))}
          />
        )}
      </Field>
    </div>
  );
}

/** Verdict, weight, what it judges, fraud type and what goes with the reason. */
export function VerdictFields({ rule, readOnly, onChange }: RuleFieldsProps) {
  const t = useTexts(ruleTexts);
  const localized = useLocalized();
  const language = useRuleLanguage().data?.language;
  const facts = (language?.facts ?? []).filter((fact) =>
    rule.on.every((kind) => fact.kinds.some((each) => each === kind)),
  );
  return (
    <>
      <Field label={t('verdict')}>
        {(id) => (
          <Select
            id={id}
            disabled={readOnly}
            value={rule.verdict}
            options={VERDICTS.map((value) => ({ value, label: <VerdictMark verdict={value} /> }))}
            onChange={(verdict) => onChange({ ...rule, verdict })}
          />
        )}
      </Field>
      <Field label={t('score')}>
        {(id) => (
          <InputNumber
            id={id}
            disabled={readOnly}
            min={0}
            max={1}
            step={0.05}
            value={rule.score}
            style={{ width: '100%' }}
            onChange={(score) => onChange({ ...rule, score: score ?? 0 })}
          />
        )}
      </Field>
      <Field label={t('judges')}>
        {(id) => (
          <Select
            id={id}
            disabled={readOnly}
            value={rule.judges}
            options={(['event', 'subject'] as const).map((value) => ({ value, label: t(`judges.${value}`) }))}
            onChange={(judges) => onChange({ ...rule, judges })}
          />
        )}
      </Field>
      <Field label={t('fraudType')}>
        {(id) => (
          <Select
            id={id}
            allowClear
            disabled={readOnly}
            showSearch={{ optionFilterProp: 'label' }}
            value={rule.fraudType ?? null}
            options={(language?.fraudTypes ?? []).map((each) => ({
              value: each.id,
              label: localized(each.title),
            }))}
            onChange={(chosen: string | null) => onChange(withField(rule, 'fraudType', chosen ?? undefined))}
          />
        )}
      </Field>
      <Field label={t('values')} help={t('valuesHint')} wide>
        {(id) => (
          <Select
            id={id}
            mode="multiple"
            disabled={readOnly}
            maxCount={12}
            value={rule.values}
            options={facts.map(({ name, title }) => ({
              value: name,
              label: `${localized(title)} · ${name}`,
            }))}
            showSearch={{ optionFilterProp: 'label' }}
            onChange={(values: string[]) => onChange({ ...rule, values })}
          />
        )}
      </Field>
    </>
  );
}

/** Who looks after it, when it is in force, what it rests on. */
export function GroundFields({ rule, problems, readOnly, onChange }: RuleFieldsProps) {
  const t = useTexts(ruleTexts);
  const owner = problems.get('owner');
  return (
    <>
      <Field label={t('owner')} problem={owner === undefined ? undefined : t(owner)}>
        {(id) => (
          <Input
            id={id}
            disabled={readOnly}
            value={rule.owner}
            maxLength={80}
            placeholder={t('ownerHint')}
            onChange={({ target }) => onChange({ ...rule, owner: target.value })}
          />
        )}
      </Field>
      {(['from', 'until'] as const).map((name) => (
        <Field key={name} label={t(name)}>
          {(id) => (
            <Input
              id={id}
              type="date"
              disabled={readOnly}
              value={rule[name] ?? ''}
              onChange={({ target }) => onChange(withField(rule, name, target.value))}
            />
          )}
        </Field>
      ))}
      <Field label={t('source')} wide>
        {(id) => (
          <Input.TextArea
            id={id}
            autoSize={{ minRows: 1, maxRows: 4 }}
            disabled={readOnly}
            value={rule.source ?? ''}
            maxLength={500}
            placeholder={t('sourceHint')}
            onChange={({ target }) => onChange(withField(rule, 'source', target.value))}
          />
        )}
      </Field>
    </>
  );
}
