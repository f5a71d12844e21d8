import type { DecisionTable, FormOperator, RuleLanguage } from '@fanzha/contract';
import type { Locale, Localized } from '@fanzha/vocabulary';

/** Everything that the reference is made from. */
export interface ReferenceParts {
  readonly language: RuleLanguage;
  /** The pack whose facts, values and words it lists. */
  readonly pack: { readonly id: string; readonly title: Localized };
}

type Say = (zh: string, en: string) => string;

/** A condition and a table that the reference shows; a test compiles them. */
export const REFERENCE_RULE =
  'call.ingress == "international" && caller.kind == "foreign" && count("caller", "10m") > pack.calls.manyFromAbroad';

export const REFERENCE_TABLE: DecisionTable = {
  id: 'call.night-table',
  title: 'calls at night',
  on: ['call.attempt'],
  owner: 'calls',
  hitPolicy: 'FIRST',
  inputs: [
    { expression: 'caller.kind', type: 'string' },
    { expression: 'count("caller", "1h")', type: 'double' },
    { expression: 'event.isNight', type: 'bool' },
    { expression: 'lists.caller', type: 'list<string>' },
  ],
  rows: [
    {
      id: 'known',
      cells: ['-', '-', '-', '"never-block"'],
      verdict: 'allow',
      reason: 'call.many-strangers',
      judges: 'subject',
      score: 0,
    },
    {
      id: 'many-at-night',
      cells: ['"mobile", "mvno"', '[20..60)', 'true', 'empty'],
      verdict: 'label',
      reason: 'call.many-strangers',
      judges: 'subject',
      score: 0.3,
    },
    {
      id: 'very-many',
      cells: ['not("emergency")', '>= pack.calls.manyStrangers', '-', '-'],
      verdict: 'challenge',
      reason: 'call.many-strangers',
      judges: 'subject',
      score: 0.5,
    },
  ],
};

/** The complete reference of the language of rules, as Markdown in one language. */
export function rulesReference({ language, pack }: ReferenceParts, locale: Locale): string {
  const say: Say = (zh, en) => (locale === 'zh-CN' ? zh : en);
  const words = (text: Localized) => text[locale];
  const sections = [
    head(say, words(pack.title)),
    conditionSection(language, say),
    factSection(language, say, words),
    packSection(language, say, words),
    counterSection(language, say, words),
    functionSection(language, say, words),
    formSection(language, say, words),
    tableSection(language, say),
    wordSection(language, say, words),
  ];
  return `${sections.join('\n\n')}\n`;
}

function head(say: Say, pack: string): string {
  return say(
    `# 规则语言参考\n\n<!-- 由 npm run docs:rules 生成，请勿手改 -->\n\n按政策包“${pack}”。入门见 [rules.md](rules.md)。`,
    `# Reference of the language of rules\n\n<!-- made by npm run docs:rules; do not edit -->\n\nFor the policy pack "${pack}". Begin with [rules.md](rules.md).`,
  );
}

function conditionSection({ limits }: RuleLanguage, say: Say): string {
  return say(
    `## 条件\n\n条件是 CEL 表达式，结果须为真或假，最多 ${limits.characters} 个字符、嵌套 ${limits.depth} 层。数值都是 double：\`3\` 与 \`3.0\` 相同。事实总有值：不知道时，文字为 \`""\`、数值为 0、真假为 false、列表为空。与事实永远不会取的值比较，会在保存时报错。不可用：\`matches()\`（时间无上限）、\`has()\`、时间与时长、映射、字节、\`null\`、可选取值。\n\n\`\`\`cel\n${REFERENCE_RULE}\n\`\`\``,
    `## Conditions\n\nA condition is a CEL expression that is true or false, of at most ${limits.characters} characters, nested at most ${limits.depth} deep. Numbers are doubles: \`3\` and \`3.0\` mean the same. A fact is always there: what is not known is \`""\`, 0, false or an empty list. Comparing a fact with a value that it never has is refused when the rule is saved. Not available: \`matches()\` (its time has no bound), \`has()\`, times and durations, maps, bytes, \`null\`, optional access.\n\n\`\`\`cel\n${REFERENCE_RULE}\n\`\`\``,
  );
}

const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``;

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

type Words = (text: Localized) => string;

function factSection({ kinds, facts }: RuleLanguage, say: Say, words: Words): string {
  const parts = kinds.map(({ kind, roles, decided }) => {
    const own = facts.filter((fact) => fact.kinds.includes(kind));
    const rows = own.map(({ name, type, title, format, values }) => [
      code(name),
      type,
      words(title),
      format ?? '',
      (values ?? []).map(({ value }) => code(value)).join(' '),
    ]);
    const note = decided
      ? ''
      : say(
          '只作记录：计数可用，规则不能对其裁决。\n\n',
          'Only recorded: counters read it, no rule judges it.\n\n',
        );
    const by = say('计数可按角色：', 'Roles that counters count by: ');
    const header = say('事实,类型,含义,格式,取值', 'fact,type,meaning,format,values').split(',');
    return `### ${kind}\n\n${note}${roles.length > 0 ? `${by}${roles.map(code).join(' ')}\n\n` : ''}${table(header, rows)}`;
  });
  return `## ${say('事实', 'Facts')}\n\n${parts.join('\n\n')}`;
}

function packSection({ packValues }: RuleLanguage, say: Say, words: Words): string {
  const rows = packValues.map(({ name, type, title, periods }) => [
    code(name),
    type,
    words(title),
    periods
      .map(({ value, from, source }) => `${code(JSON.stringify(value))} ${from}: ${source}`)
      .join('<br>'),
  ]);
  const note = say(
    '在包的 `values.json` 中，按事件发生时有效的取值。改动取值不用改规则，也不影响计数历史。',
    'In `values.json` of the pack: the value in force when the event happened. Changing one touches no rule, and counters keep their history.',
  );
  const header = say('取值,类型,含义,自何日起与依据', 'value,type,meaning,since and source').split(',');
  return `## ${say('政策包取值', 'Values of the pack')}\n\n${note}\n\n${table(header, rows)}`;
}

function counterSection({ counters }: RuleLanguage, say: Say, words: Words): string {
  const rows = counters.map(({ name, parameters, title, example }) => [
    code(`${name}(${parameters.map((each) => (each.optional ? `[${each.name}]` : each.name)).join(', ')})`),
    words(title),
    code(example),
  ]);
  const seen = new Map(
    counters.flatMap(({ parameters }) => parameters.map((each) => [each.name, each.title])),
  );
  const parameters = [...seen].map(([name, title]) => `- ${code(name)}: ${words(title)}`).join('\n');
  const header = say('函数,值,例', 'function,value,example').split(',');
  return `## ${say('计数', 'Counters')}\n\n${table(header, rows)}\n\n${parameters}`;
}

function functionSection({ functions }: RuleLanguage, say: Say, words: Words): string {
  const rows = functions.map(({ name, signatures, title, example }) => [
    code(name),
    signatures.map(code).join('<br>'),
    words(title),
    code(example),
  ]);
  const header = say('名称,类型,含义,例', 'name,types,meaning,example').split(',');
  const note = say(
    '此外的 CEL 函数一律拒绝。宏最多嵌套两层。',
    'Other functions of CEL are refused. Macros nest at most two deep.',
  );
  return `## ${say('运算符、函数与宏', 'Operators, functions and macros')}\n\n${note}\n\n${table(header, rows)}`;
}

function formSection({ formOperators }: RuleLanguage, say: Say, words: Words): string {
  const types = new Map<FormOperator, string[]>();
  for (const { operator, type } of formOperators) types.set(operator, [...(types.get(operator) ?? []), type]);
  const once = [...new Map(formOperators.map((each) => [each.operator, each])).values()];
  const rows = once.map(({ operator, title }) => [
    code(operator),
    words(title),
    (types.get(operator) ?? []).map(code).join(' '),
  ]);
  const header = say('运算符,含义,类型', 'operator,meaning,types').split(',');
  return `## ${say('表单运算符', 'Operators of the form')}\n\n${table(header, rows)}`;
}

function tableSection({ hitPolicies }: RuleLanguage, say: Say): string {
  const cells = table(say('类型,单元格', 'type,cells').split(','), [
    [
      'string',
      '`"a", "b"` · `!= "a"` · `starts with "a"` · `ends with "a"` · `contains "a"` · `in lists.caller` · `empty`',
    ],
    ['double', '`3` · `> 3` · `<= pack.calls.manyStrangers` · `[1..5)` · `(0..1], 7` · `!= 0`'],
    ['bool', '`true` · `false`'],
    [
      'list&lt;string&gt;',
      say('`"a", "b"`（有其中之一）', '`"a", "b"` (has one of them)').concat(' · `empty`'),
    ],
  ]);
  const text = say(
    `每列是一个 CEL 表达式，每行是一条规则，编号为 \`<表>/<行>\`。单元格用逗号分隔表示“任一”，\`not(…)\` 表示“都不”，\`-\` 表示“不论”。命中策略：${hitPolicies.join('、')}（FIRST 取第一行，COLLECT 取所有行，UNIQUE 须能证明至多一行成立）。永远轮不到的行与没有覆盖的情形会在检查时指出。`,
    `Each column is a CEL expression, each row speaks as the rule \`<table>/<row>\`. A comma in a cell means any of, \`not(...)\` none of, \`-\` whatever it is. Hit policies: ${hitPolicies.join(', ')} (FIRST: the first row that holds; COLLECT: every row; UNIQUE: one at most, which the cells must prove). A check tells rows that never speak and what no row covers.`,
  );
  const rows = REFERENCE_TABLE.rows.map((row) => [...row.cells.map(code), row.verdict]);
  const header = [
    ...REFERENCE_TABLE.inputs.map(({ expression }) => code(expression)),
    say('裁决', 'verdict'),
  ];
  return `## ${say('决策表', 'Decision tables')}\n\n${text}\n\n${cells}\n\n${table(header, rows)}`;
}

function wordSection(language: RuleLanguage, say: Say, words: Words): string {
  const list = (title: string, items: RuleLanguage['reasons']) =>
    `### ${title}\n\n${items.map(({ id, title: text }) => `- ${code(id)}: ${words(text)}`).join('\n')}`;
  return [
    `## ${say('裁决与代码', 'Verdicts and codes')}`,
    `${say('裁决由轻到重：', 'Verdicts, mildest first: ')}${language.verdicts.map(code).join(' ')}`,
    list(say('护栏', 'Guards'), language.guards),
    list(say('诈骗类型', 'Fraud types'), language.fraudTypes),
    list(say('理由', 'Reasons'), language.reasons),
  ].join('\n\n');
}
