import type { PolicyGuard, PolicyVersion } from '@fanzha/contract';
import { VERDICTS } from '@fanzha/vocabulary';
import { Button, Drawer, Input, Select } from 'antd';
import { useState } from 'react';
import { usePutGuards } from '../../api/policy-versions.ts';
import { useRuleLanguage } from '../../api/rule-language.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { uiTexts } from '../../ui/texts.ts';
import { useWord } from '../../ui/use-word.ts';
import { VerdictMark } from '../../ui/verdict.tsx';
import { policyTexts } from '../texts.ts';
import { ConditionEditor } from './condition-editor.tsx';
import './edit.css';
import { Field } from './field.tsx';
import { ruleTexts } from './texts.ts';
import { useCheck } from './use-check.ts';

interface GuardDialogProps {
  readonly version: PolicyVersion;
  /** The guard to change; absent for a new one. */
  readonly guard: PolicyGuard | undefined;
  onClose(): void;
}

const FRESH: PolicyGuard = {
  id: '',
  title: { 'zh-CN': '', en: '' },
  on: ['call.attempt'],
  when: '',
  cap: 'label',
  judges: ['subject'],
};
const GUARD_ID = /^[a-z][a-z0-9-]{1,79}$/;

/** Changes one guard, adds one, or removes it. */
export function GuardDialog({ version, guard, onClose }: GuardDialogProps) {
  const t = useTexts(policyTexts);
  const r = useTexts(ruleTexts);
  const u = useTexts(uiTexts);
  const word = useWord();
  const put = usePutGuards();
  const kinds = useRuleLanguage().data?.language.kinds.filter(({ decided }) => decided) ?? [];
  const [draft, setDraft] = useState(guard ?? FRESH);
  const [revision] = useState(version.revision);
  const checked = useCheck(draft.on, draft.when);
  const { guards } = version.content;
  const whole =
    GUARD_ID.test(draft.id) &&
    draft.when.trim() !== '' &&
    draft.title['zh-CN'].trim() !== '' &&
    draft.title.en.trim() !== '';
  const store = (next: PolicyGuard[]): void =>
    put.mutate(
      { params: { number: version.number }, body: { revision, guards: next } },
      { onSuccess: onClose },
    );
  const save = (): void =>
    store(
      guard === undefined ? [...guards, draft] : guards.map((each) => (each.id === guard.id ? draft : each)),
    );
  const setTitle = (locale: 'zh-CN' | 'en', text: string): void =>
    setDraft({ ...draft, title: { ...draft.title, [locale]: text } });
  return (
    <Drawer open size={640} title={r('guardTitle')} onClose={onClose}>
      <div className="fz-stack">
        <div className="fz-edit-grid">
          {guard === undefined ? (
            <Field label={t('guardId')} wide>
              {(id) => (
                <Input
                  id={id}
                  value={draft.id}
                  maxLength={80}
                  onChange={({ target }) => setDraft({ ...draft, id: target.value.trim() })}
                />
              )}
            </Field>
          ) : null}
          {(['zh-CN', 'en'] as const).map((locale) => (
            <Field key={locale} label={t(locale === 'en' ? 'guardTitleEn' : 'guardTitleZh')}>
              {(id) => (
                <Input
                  id={id}
                  value={draft.title[locale]}
                  maxLength={500}
                  onChange={({ target }) => setTitle(locale, target.value)}
                />
              )}
            </Field>
          ))}
          <Field label={t('on')}>
            {(id) => (
              <Select
                id={id}
                mode="multiple"
                value={draft.on}
                options={kinds.map(({ kind }) => ({ value: kind, label: word('kind', kind) }))}
                onChange={(on: PolicyGuard['on']) => (on.length > 0 ? setDraft({ ...draft, on }) : undefined)}
              />
            )}
          </Field>
          <Field label={t('cap')}>
            {(id) => (
              <Select
                id={id}
                value={draft.cap}
                options={VERDICTS.map((value) => ({ value, label: <VerdictMark verdict={value} /> }))}
                onChange={(cap) => setDraft({ ...draft, cap })}
              />
            )}
          </Field>
          <Field label={t('judges')} wide>
            {(id) => (
              <Select
                id={id}
                mode="multiple"
                value={draft.judges}
                options={(['event', 'subject'] as const).map((value) => ({
                  value,
                  label: t(`judges.${value}`),
                }))}
                onChange={(judges: PolicyGuard['judges']) =>
                  judges.length > 0 ? setDraft({ ...draft, judges }) : undefined
                }
              />
            )}
          </Field>
        </div>
        <ConditionEditor
          label={r('condition')}
          on={draft.on}
          value={draft.when}
          checked={checked}
          readOnly={false}
          onChange={(when) => setDraft({ ...draft, when })}
        />
        {put.error ? <ProblemNotice error={put.error} while="changing" /> : null}
        <div className="fz-row">
          <Button type="primary" disabled={!whole || put.isPending} onClick={save}>
            {u('save')}
          </Button>
          {guard === undefined ? null : (
            <Button
              disabled={put.isPending}
              onClick={() => store(guards.filter(({ id }) => id !== guard.id))}
            >
              {t('removeRule')}
            </Button>
          )}
        </div>
      </div>
    </Drawer>
  );
}
