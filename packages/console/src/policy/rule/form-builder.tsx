import { DeleteOutlined } from '@ant-design/icons';
import type { FormNode, FormOperand, FormTest, RuleFault } from '@fanzha/contract';
import { AutoComplete, Button, InputNumber, Select } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { checkForm, type Kinds } from '../../api/rule-language.ts';
import { useLocalized } from '../../i18n/locale.ts';
import { useTexts } from '../../i18n/texts.ts';
import type { Editing } from './cel-completion.ts';
import './form-builder.css';
import {
  changedTest,
  type Group,
  groupOf,
  isWhole,
  nodeOf,
  operandKey,
  operandOf,
  takesOf,
  topOf,
  typeOf,
} from './form-tree.model.ts';
import { ruleTexts } from './texts.ts';

interface PartProps<Part> {
  readonly part: Part;
  readonly editing: Editing;
  readonly readOnly: boolean;
  onChange(part: Part): void;
}

const WINDOWS = ['10m', '1h', '24h', '7d'].map((value) => ({ value }));

function useOperandChoices({ language, kinds, text }: Editing) {
  const t = useTexts(ruleTexts);
  const facts = language.facts.filter((fact) =>
    kinds.every((kind) => fact.kinds.some((each) => each === kind)),
  );
  return [
    {
      label: t('facts'),
      options: facts.map(({ name, title }) => ({ value: `fact ${name}`, label: `${text(title)} · ${name}` })),
    },
    {
      label: t('counters'),
      options: language.counters.map(({ name, title }) => ({
        value: `counter ${name}`,
        label: `${name} · ${text(title)}`,
      })),
    },
    {
      label: t('packValues'),
      options: language.packValues.map(({ name, title }) => ({
        value: `pack ${name}`,
        label: `${text(title)} · ${name}`,
      })),
    },
  ];
}

function CounterArguments({
  part,
  editing,
  readOnly,
  onChange,
}: PartProps<Extract<FormOperand, { counter: string }>>) {
  const { language, kinds, text } = editing;
  const parameters = language.counters.find(({ name }) => name === part.counter)?.parameters ?? [];
  const choices = (takes: string): { value: string }[] => {
    if (takes === 'window') return WINDOWS;
    const type = { number: 'double', flag: 'bool', subject: 'string' }[takes];
    const roles = takes === 'subject' ? language.kinds.filter(({ kind }) => kinds.includes(kind)) : [];
    return [
      ...[...new Set(roles.flatMap((each) => each.roles))].map((value) => ({ value })),
      ...language.facts.filter((fact) => fact.type === type).map(({ name }) => ({ value: name })),
    ];
  };
  const set = (index: number, value: string): void => {
    const next = [...part.arguments];
    next[index] = value;
    // An optional argument that was emptied is left out.
    while (next.length > 0 && parameters[next.length - 1]?.optional && next.at(-1) === '') next.pop();
    onChange({ ...part, arguments: next });
  };
  return parameters.map((parameter, index) => (
    <AutoComplete
      key={parameter.name}
      disabled={readOnly}
      aria-label={text(parameter.title)}
      title={text(parameter.title)}
      placeholder={parameter.optional ? `${parameter.name}?` : parameter.name}
      value={part.arguments[index] ?? ''}
      options={choices(parameter.takes)}
      showSearch={{ filterOption: (typed, option) => String(option?.value ?? '').includes(typed) }}
      popupMatchSelectWidth={false}
      onChange={(value: string) => set(index, value)}
      style={{ width: parameter.takes === 'window' ? 66 : 104 }}
    />
  ));
}

function RightSide({ part, editing, readOnly, onChange }: PartProps<FormTest>) {
  const t = useTexts(ruleTexts);
  const { language, text } = editing;
  const type = typeOf(part.left, language);
  const takes = takesOf(part.operator, type, language);
  const { right } = part;
  const set = (value: string | number | (string | number)[]): void =>
    onChange({ ...part, right: { value } as FormOperand });
  if (takes === 'nothing') return null;
  if (right !== undefined && !('value' in right)) {
    return <code>{'fact' in right ? right.fact : 'pack' in right ? right.pack : right.counter}</code>;
  }
  const value = right?.value;
  const fact = 'fact' in part.left ? part.left.fact : '';
  const known = language.facts.find(({ name }) => name === fact)?.values ?? [];
  const options = known.map((each) => ({
    value: each.value,
    label: each.title === undefined ? each.value : `${text(each.title)} · ${each.value}`,
  }));
  const shared = { disabled: readOnly, 'aria-label': t('right2'), popupMatchSelectWidth: false } as const;
  if (takes === 'several') {
    const several = Array.isArray(value) ? value.map(String) : [];
    return (
      <Select
        {...shared}
        mode="tags"
        value={several}
        options={options}
        placeholder={t('fromList')}
        onChange={(chosen: string[]) =>
          set(type === 'double' ? chosen.map(Number).filter(Number.isFinite) : chosen)
        }
        style={{ minWidth: 200, flex: 1 }}
      />
    );
  }
  if (type === 'double') {
    return (
      <InputNumber
        disabled={readOnly}
        aria-label={t('right2')}
        value={typeof value === 'number' ? value : 0}
        onChange={(chosen) => set(chosen ?? 0)}
        style={{ width: 92 }}
      />
    );
  }
  return (
    <AutoComplete
      {...shared}
      value={typeof value === 'string' ? value : ''}
      options={options}
      placeholder={t('fromList')}
      onChange={(chosen: string) => set(chosen)}
      style={{ minWidth: 180, flex: 1 }}
    />
  );
}

function TestRow({ part, editing, readOnly, onChange }: PartProps<FormTest>) {
  const t = useTexts(ruleTexts);
  const choices = useOperandChoices(editing);
  const { language, text } = editing;
  const { left } = part;
  const type = typeOf(left, language);
  return (
    <>
      <Select
        disabled={readOnly}
        aria-label={t('left')}
        showSearch={{ optionFilterProp: 'label' }}
        value={operandKey(left)}
        options={choices}
        popupMatchSelectWidth={false}
        onChange={(key) => onChange(changedTest(part, { left: operandOf(key, language) }, language))}
        style={{ width: 220, maxWidth: '100%' }}
      />
      {'counter' in left ? (
        <CounterArguments
          part={left}
          editing={editing}
          readOnly={readOnly}
          onChange={(changed) => onChange({ ...part, left: changed })}
        />
      ) : null}
      <Select
        disabled={readOnly}
        aria-label={t('operator')}
        value={part.operator}
        popupMatchSelectWidth={false}
        options={language.formOperators
          .filter((each) => each.type === type)
          .map(({ operator, title }) => ({ value: operator, label: text(title) }))}
        onChange={(operator) => onChange(changedTest(part, { operator }, language))}
        style={{ width: 116 }}
      />
      <RightSide part={part} editing={editing} readOnly={readOnly} onChange={onChange} />
    </>
  );
}

function GroupBox({ part, editing, readOnly, onChange }: PartProps<Group>) {
  const t = useTexts(ruleTexts);
  const { kind, parts } = part;
  const setPart = (index: number, node: FormNode): void =>
    onChange({ kind, parts: parts.map((each, at) => (at === index ? node : each)) });
  const add = (node: FormNode): void => onChange({ kind, parts: [...parts, node] });
  const firstFact = editing.language.facts.find((fact) =>
    editing.kinds.every((each) => fact.kinds.some((known) => known === each)),
  );
  const fresh: FormNode = {
    test: changedTest(
      { left: { fact: '' }, operator: 'is' },
      { left: { fact: firstFact?.name ?? 'event.hour' } },
      editing.language,
    ),
  };
  return (
    <div className="fz-form-group">
      <Select
        disabled={readOnly}
        aria-label={t('group')}
        value={kind}
        popupMatchSelectWidth={false}
        options={(['all', 'any', 'not'] as const).map((value) => ({ value, label: t(value) }))}
        onChange={(chosen) => onChange({ kind: chosen, parts })}
        style={{ width: 168 }}
      />
      <ul className="fz-form-parts">
        {[...parts.entries()].map(([index, node]) => {
          const inner = groupOf(node);
          // Parts have no identity but their place.
          return (
            <li key={index}>
              {inner !== undefined ? (
                <GroupBox
                  part={inner}
                  editing={editing}
                  readOnly={readOnly}
                  onChange={(changed) => setPart(index, nodeOf(changed))}
                />
              ) : null}
              {'test' in node ? (
                <TestRow
                  part={node.test}
                  editing={editing}
                  readOnly={readOnly}
                  onChange={(test) => setPart(index, { test })}
                />
              ) : null}
              {readOnly ? null : (
                <Button
                  type="text"
                  size="small"
                  icon={<DeleteOutlined />}
                  aria-label={t('removePart')}
                  title={t('removePart')}
                  onClick={() => onChange({ kind, parts: parts.filter((_, at) => at !== index) })}
                />
              )}
            </li>
          );
        })}
      </ul>
      {readOnly ? null : (
        <div className="fz-row">
          <Button size="small" onClick={() => add(fresh)}>
            + {t('addTest')}
          </Button>
          <Button size="small" onClick={() => add({ any: [fresh] })}>
            + {t('addGroup')}
          </Button>
        </div>
      )}
    </div>
  );
}

interface FormBuilderProps {
  readonly on: Kinds;
  readonly editing: Editing;
  /** The form of the text; absent while it is asked, or when the text is beyond the form. */
  readonly form: FormNode | undefined;
  readonly faulty: boolean;
  readonly waiting: boolean;
  readonly readOnly: boolean;
  onText(text: string): void;
}

const CHECK_AFTER_MS = 200;

/** The same condition as tests in groups. What is put together here becomes the text at once. */
export function FormBuilder({ on, editing, form, faulty, waiting, readOnly, onText }: FormBuilderProps) {
  const t = useTexts(ruleTexts);
  const localized = useLocalized();
  // What was put together here and not yet become text; else the form of the text is shown.
  const [own, setOwn] = useState<FormNode>();
  const [faults, setFaults] = useState<readonly RuleFault[]>([]);
  const told = useRef(onText);
  told.current = onText;
  const kinds = on.join(' ');
  useEffect(() => {
    if (own === undefined || !isWhole(own)) return;
    const cancel = new AbortController();
    const timer = window.setTimeout(() => {
      checkForm(kinds.split(' ') as Kinds, own, cancel.signal).then(
        ({ text, faults: found }) => {
          setFaults(found);
          if (text !== undefined) told.current(text);
        },
        () => undefined,
      );
    }, CHECK_AFTER_MS);
    return () => {
      window.clearTimeout(timer);
      cancel.abort();
    };
  }, [own, kinds]);
  const shown = own ?? form;
  if (shown === undefined) {
    if (waiting) return <p className="fz-quiet">{t('checking')}</p>;
    return (
      <p className="fz-notice" role="note">
        {t(faulty ? 'formFaulty' : 'beyondForm')}
      </p>
    );
  }
  const top = groupOf(topOf(shown));
  return (
    <div className="fz-stack" style={{ gap: 6 }}>
      {top === undefined ? null : (
        <GroupBox
          part={top}
          editing={editing}
          readOnly={readOnly}
          onChange={(changed) => setOwn(nodeOf(changed))}
        />
      )}
      {faults.length === 0 ? null : (
        <p role="status">
          {t('formProblem')}
          {faults.map(({ message }) => localized(message)).join(' ')}
        </p>
      )}
    </div>
  );
}
