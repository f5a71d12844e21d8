import {
  type Completion,
  type CompletionContext,
  type CompletionResult,
  snippetCompletion,
} from '@codemirror/autocomplete';
import type { RuleLanguage } from '@fanzha/contract';
import type { Localized } from '@fanzha/vocabulary';
import { type CallContext, contextAt } from './cel-context.model.ts';

/** What completion and hints are made of: the language, the kinds of the rule, the reader's language. */
export interface Editing {
  readonly language: RuleLanguage;
  readonly kinds: readonly string[];
  text(localized: Localized): string;
}

const WINDOWS = ['1m', '5m', '10m', '30m', '1h', '6h', '12h', '24h', '7d', '30d'];

/** Facts that every kind of the rule has. */
function factsOf({ language, kinds }: Editing) {
  return language.facts.filter((fact) => kinds.every((kind) => fact.kinds.some((each) => each === kind)));
}

function names(editing: Editing): Completion[] {
  const { language, text } = editing;
  return [
    ...factsOf(editing).map(({ name, type, title }) => ({
      label: name,
      type: 'variable',
      detail: type,
      info: text(title),
      boost: 2,
    })),
    ...language.counters.map(({ name, parameters, title, example }) => {
      const holes = parameters
        .filter(({ optional }) => !optional)
        .map((parameter) => `"\${${parameter.name}}"`)
        .join(', ');
      return snippetCompletion(`${name}(${holes})`, {
        label: name,
        type: 'function',
        detail: `(${parameters.map((each) => (each.optional ? `${each.name}?` : each.name)).join(', ')})`,
        info: `${text(title)}\n${example}`,
        boost: 1,
      });
    }),
    ...language.functions
      .filter(({ form }) => form === 'function')
      .map(({ name, signatures, title }) =>
        snippetCompletion(`${name}(\${})`, {
          label: name,
          type: 'function',
          detail: signatures[0] ?? '',
          info: text(title),
        }),
      ),
    ...language.packValues.map(({ name, value, title }) => ({
      label: name,
      type: 'constant',
      detail: value === undefined ? '' : String(value),
      info: text(title),
    })),
    ...['true', 'false', 'in'].map((label) => ({ label, type: 'keyword' })),
  ];
}

function methods({ language, text }: Editing): Completion[] {
  return language.functions
    .filter(({ form }) => form === 'method' || form === 'macro')
    .map(({ name, form, signatures, title }) =>
      snippetCompletion(form === 'macro' ? `${name}(\${each}, \${})` : `${name}(\${})`, {
        label: name,
        type: 'method',
        detail: signatures[0] ?? '',
        info: text(title),
      }),
    );
}

function valuesOf({ language, text }: Editing, fact: string, quoted: boolean): Completion[] {
  const values = language.facts.find(({ name }) => name === fact)?.values ?? [];
  return values.map(({ value, title }) => ({
    label: quoted ? value : `"${value}"`,
    type: 'text',
    ...(title === undefined ? {} : { detail: text(title) }),
  }));
}

function argumentsFor(editing: Editing, { name, index }: CallContext): Completion[] {
  const { language, kinds, text } = editing;
  const takes = language.counters.find((each) => each.name === name)?.parameters[index]?.takes;
  const facts = (type: string): Completion[] =>
    factsOf(editing)
      .filter((fact) => fact.type === type)
      .map((fact) => ({ label: fact.name, type: 'variable', detail: text(fact.title) }));
  if (takes === 'window') return WINDOWS.map((label, at) => ({ label, type: 'text', boost: -at }));
  if (takes === 'number') return facts('double');
  if (takes === 'flag') return facts('bool');
  if (takes !== 'subject') return [];
  const roles = language.kinds.filter(({ kind }) => kinds.includes(kind)).map((each) => each.roles);
  const shared = roles[0]?.filter((role) => roles.every((each) => each.includes(role))) ?? [];
  return [...shared.map((label) => ({ label, type: 'type', boost: 5 })), ...facts('string')];
}

/** After the whole name of a fact a dot asks for a method; within a name, for the rest of it. */
function completeName(editing: Editing, context: CompletionContext, from: number): CompletionResult | null {
  if (from === context.pos && !context.explicit) return null;
  const written = context.state.sliceDoc(from, context.pos);
  const parent = written.slice(0, written.lastIndexOf('.'));
  const isFact = editing.language.facts.some(({ name }) => name === parent);
  if (isFact) return { from: from + parent.length + 1, options: methods(editing), validFor: /^\w*$/ };
  return { from, options: names(editing), validFor: /^[\w.]*$/ };
}

function offered(options: Completion[], from: number, validFor: RegExp): CompletionResult | null {
  return options.length === 0 ? null : { from, options, validFor };
}

/** Offers what may be written at the cursor. */
export function completeCel(editing: () => Editing | undefined) {
  return (context: CompletionContext): CompletionResult | null => {
    const now = editing();
    if (now === undefined) return null;
    const found = contextAt(context.state.doc.toString(), context.pos);
    switch (found.kind) {
      case 'nothing':
        return null;
      case 'method':
        return { from: found.from, options: methods(now) };
      case 'value':
        return offered(valuesOf(now, found.of, found.quoted), found.from, /^"?[^"]*$/);
      case 'argument':
        return offered(found.call ? argumentsFor(now, found.call) : [], found.from, /^[\w.]*$/);
      case 'name':
        return completeName(now, context, found.from);
    }
  };
}

export interface CallHint {
  readonly name: string;
  readonly title: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly title: string;
    readonly optional: boolean;
    readonly current: boolean;
  }[];
}

/** The counter around the cursor and its parameters, for the hint above the line. */
export function hintAt(editing: Editing, document: string, position: number): CallHint | undefined {
  const { call } = contextAt(document, position);
  const counter = editing.language.counters.find(({ name }) => name === call?.name);
  if (call === undefined || counter === undefined) return undefined;
  return {
    name: counter.name,
    title: editing.text(counter.title),
    parameters: counter.parameters.map(({ name, title, optional }, index) => ({
      name,
      title: editing.text(title),
      optional,
      current: index === call.index,
    })),
  };
}
