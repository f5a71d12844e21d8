import { VERDICTS } from '@fanzha/vocabulary';
import Type, { type Static } from 'typebox';
import { EventKindEnum, FactValue } from './decision.ts';
import {
  DecisionTable,
  FactTypeName,
  HIT_POLICIES,
  RULE_LIMITS,
  TableFault,
  TableFinding,
} from './decision-table.ts';
import { operation } from './operation.ts';
import { FORM_OPERATORS, FormTree } from './rule-form.ts';
import { Instant, LocalizedText } from './shared.ts';

const closed = { additionalProperties: false };

const RuleText = Type.String({ minLength: 1, maxLength: RULE_LIMITS.characters });
const Kinds = Type.Array(EventKindEnum, { minItems: 1, maxItems: 10, uniqueItems: true });

/** Something wrong in a text: characters are counted from 1 in UTF-16 code units. */
export const RuleFault = Type.Object(
  {
    position: Type.Integer({ minimum: 1 }),
    message: LocalizedText,
    kind: Type.Optional(EventKindEnum),
    meant: Type.Optional(Type.String({ description: 'what was probably meant' })),
  },
  { $id: 'RuleFault', ...closed },
);
export type RuleFault = Static<typeof RuleFault>;

const KnownValue = Type.Object({ value: Type.String(), title: Type.Optional(LocalizedText) }, closed);

const LanguageFact = Type.Object(
  {
    name: Type.String(),
    kinds: Type.Array(EventKindEnum),
    type: FactTypeName,
    title: LocalizedText,
    format: Type.Optional(Type.String()),
    signal: Type.String(),
    values: Type.Optional(
      Type.Array(KnownValue, { description: 'every value it can have, where these are known' }),
    ),
  },
  closed,
);

const Parameter = Type.Object(
  {
    name: Type.String(),
    takes: Type.Enum(['subject', 'number', 'flag', 'window']),
    optional: Type.Boolean(),
    title: LocalizedText,
  },
  closed,
);

const LanguageCounter = Type.Object(
  {
    name: Type.String(),
    parameters: Type.Array(Parameter),
    title: LocalizedText,
    example: Type.String(),
  },
  closed,
);

/** `method` is called on a value, `macro` binds a name for each item of a list. */
const LanguageFunction = Type.Object(
  {
    name: Type.String(),
    form: Type.Enum(['operator', 'function', 'method', 'macro']),
    signatures: Type.Array(Type.String()),
    title: LocalizedText,
    example: Type.String(),
  },
  closed,
);

const LanguagePackValue = Type.Object(
  {
    name: Type.String({ description: 'as written in a rule: `pack.<name>`' }),
    type: FactTypeName,
    title: LocalizedText,
    value: Type.Optional(FactValue),
    periods: Type.Array(
      Type.Object(
        {
          value: FactValue,
          from: Type.Optional(Type.String()),
          until: Type.Optional(Type.String()),
          source: Type.String(),
        },
        closed,
      ),
    ),
  },
  closed,
);

const Titled = Type.Object({ id: Type.String(), title: LocalizedText }, closed);

/** Everything that a condition may hold, for editors: completion, hover, the form builder and the reference. */
export const RuleLanguage = Type.Object(
  {
    kinds: Type.Array(
      Type.Object({ kind: EventKindEnum, roles: Type.Array(Type.String()), decided: Type.Boolean() }, closed),
    ),
    facts: Type.Array(LanguageFact),
    counters: Type.Array(LanguageCounter),
    functions: Type.Array(LanguageFunction),
    formOperators: Type.Array(
      Type.Object(
        {
          operator: Type.Enum([...FORM_OPERATORS]),
          type: FactTypeName,
          takes: Type.Enum(['nothing', 'one', 'several']),
          title: LocalizedText,
        },
        closed,
      ),
    ),
    packValues: Type.Array(LanguagePackValue),
    reasons: Type.Array(Titled),
    fraudTypes: Type.Array(Titled),
    guards: Type.Array(Titled),
    verdicts: Type.Array(Type.Enum([...VERDICTS])),
    hitPolicies: Type.Array(Type.Enum([...HIT_POLICIES])),
    limits: Type.Object({ characters: Type.Integer(), depth: Type.Integer() }, closed),
  },
  { $id: 'RuleLanguage', ...closed },
);
export type RuleLanguage = Static<typeof RuleLanguage>;

export const rulesLanguage = operation({
  id: 'rules.language',
  method: 'GET',
  path: '/v1/rules/language',
  access: 'policy:read',
  summary: {
    'zh-CN': '规则可用的全部事实、计数与函数',
    en: 'All facts, counters and functions that rules can use',
  },
  query: Type.Object(
    {
      known: Type.Optional(
        Type.String({
          maxLength: 100,
          description: 'version that the caller has: left out when it still stands',
        }),
      ),
    },
    closed,
  ),
  response: Type.Object({ version: Type.String(), language: Type.Optional(RuleLanguage) }, closed),
  errors: [],
});

/** What was found out about a condition. */
export const RuleCheck = Type.Object(
  {
    ok: Type.Boolean(),
    faults: Type.Array(RuleFault),
    text: Type.Optional(
      Type.String({ description: 'in canonical writing; absent when it has a syntax fault' }),
    ),
    form: Type.Optional(FormTree),
    facts: Type.Array(Type.String(), { description: 'facts that it reads' }),
    packValues: Type.Array(Type.String()),
    counters: Type.Array(
      Type.Object(
        {
          call: Type.String(),
          state: Type.Enum(['counting', 'new'], { description: '`new`: counts from when the rule is used' }),
          since: Type.Optional(Instant),
        },
        closed,
      ),
    ),
    runs: Type.Optional(
      Type.Enum(['compiled', 'library'], {
        description: 'compiled into the one function of all rules, or slower',
      }),
    ),
  },
  { $id: 'RuleCheck', ...closed },
);
export type RuleCheck = Static<typeof RuleCheck>;

export const rulesCheck = operation({
  id: 'rules.check',
  method: 'POST',
  path: '/v1/rules/check',
  access: 'policy:read',
  summary: { 'zh-CN': '检查规则条件', en: 'Check the condition of a rule' },
  body: Type.Object(
    {
      on: Kinds,
      when: Type.Optional(RuleText),
      form: Type.Optional(FormTree),
    },
    { ...closed, description: 'either `when` or `form`' },
  ),
  response: RuleCheck,
  errors: [],
});

export const tablesCheck = operation({
  id: 'tables.check',
  method: 'POST',
  path: '/v1/tables/check',
  access: 'policy:read',
  summary: { 'zh-CN': '检查决策表', en: 'Check a decision table' },
  body: DecisionTable,
  response: Type.Object(
    {
      ok: Type.Boolean(),
      faults: Type.Array(TableFault),
      findings: Type.Array(TableFinding),
      rules: Type.Array(Type.Object({ id: Type.String(), when: Type.String() }, closed)),
    },
    closed,
  ),
  errors: [],
});
