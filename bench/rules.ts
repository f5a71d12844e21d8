import { ZenEngine } from '@gorules/zen-engine';
import { Environment } from '@marcbachmann/cel-js';
import { LogicEngine } from 'json-logic-engine';
import { Engine as JsonRulesEngine } from 'json-rules-engine';
import { createExpressionCompiler } from '../packages/server/src/engine/expression.service.ts';
import { closureProgram, generatedProgram } from '../packages/server/src/engine/policy-program.model.ts';
import type { FactDeclaration, Facts } from '../packages/server/src/engine/signal.model.ts';
import { createRandom, type Random } from '../packages/server/src/engine/simulation.model.ts';
import { perSecond } from './figures.ts';
import type { Bench } from './result.ts';

const RULES = 50;
const RECORDS = 2000;
const CHECKED = 200;
const ROUNDS = 8;

type Sign = '>' | '<' | '>=' | '<=' | '==';
type Test =
  | {
      readonly on: string;
      readonly sign: Sign;
      readonly value: number | string | boolean;
      readonly times?: number;
    }
  | { readonly on: string; readonly among: readonly string[] }
  | { readonly on: string; readonly prefix: string };
/** All tests must hold. */
type Rule = readonly Test[];

const COUNTERS = ['caller', 'callee', 'trunk'].flatMap((by) =>
  ['Calls', 'Distinct', 'Short', 'Answered', 'Seconds'].map((what) => `${by}${what}`),
);
const KINDS = ['mobile', 'fixed', 'mvno', 'iot', 'foreign', 'service'];
const WORDS: Readonly<Record<string, readonly string[]>> = {
  kind: KINDS,
  networkKind: KINDS,
  ingress: ['international', 'interconnect', 'access'],
  validity: ['valid', 'unassigned', 'malformed', 'withheld'],
  country: ['CN', 'MM', 'KH', 'PH', 'US', 'JP'],
  operator: ['cmcc', 'unicom', 'telecom', 'broadnet'],
};
const NUMBERS = ['number', 'called'];
const FLAGS = ['roaming', 'signed', 'diverted', 'night'];
/** 27 fields: 15 counters, 6 words, 2 numbers, 4 flags. */
const FIELDS = [...COUNTERS, ...Object.keys(WORDS), ...NUMBERS, ...FLAGS];
const typeOf = (field: string): FactDeclaration['type'] => {
  if (COUNTERS.includes(field)) return 'double';
  return FLAGS.includes(field) ? 'bool' : 'string';
};

const drawRecord = (random: Random): Facts =>
  Object.fromEntries(
    FIELDS.map((field) => {
      if (COUNTERS.includes(field)) return [field, random.between(0, 100)];
      if (FLAGS.includes(field)) return [field, random.next() < 0.5];
      const words = WORDS[field];
      return [
        field,
        words ? random.pick(words) : `+861${random.between(30, 39)}${random.between(0, 99_999_999)}`,
      ];
    }),
  );

function drawTest(random: Random): Test {
  const kind = random.next();
  if (kind < 0.6) {
    const sign = random.pick(['>', '<', '>=', '<='] as const);
    return { on: random.pick(COUNTERS), sign, value: random.between(20, 80) };
  }
  if (kind < 0.8) {
    const on = random.pick(Object.keys(WORDS));
    return { on, among: (WORDS[on] ?? []).filter(() => random.next() < 0.6).concat('none') };
  }
  if (kind < 0.9) return { on: random.pick(NUMBERS), prefix: `+861${random.between(3, 3)}` };
  return { on: random.pick(FLAGS), sign: '==', value: random.next() < 0.5 };
}

/** 2 to 6 tests; the second of every rule compares a counter with ten times another. */
const drawRule = (random: Random): Rule => [
  drawTest(random),
  { on: random.pick(COUNTERS), sign: '<', value: random.pick(COUNTERS), times: random.between(1, 10) },
  ...Array.from({ length: random.between(0, 4) }, () => drawTest(random)),
];

type Rooms = 'cel' | 'js' | 'zen';
function text(rule: Rule, language: Rooms): string {
  const name = (field: string): string => (language === 'js' ? `r.${field}` : field);
  const tests = rule.map((test) => {
    const on = name(test.on);
    if ('among' in test) {
      const list = JSON.stringify(test.among);
      if (language === 'js')
        return `(${test.among.map((word) => `${on}===${JSON.stringify(word)}`).join('||')})`;
      return `${on} in ${list}`;
    }
    if ('prefix' in test) {
      return language === 'zen'
        ? `startsWith(${on}, "${test.prefix}")`
        : `${on}.startsWith("${test.prefix}")`;
    }
    const { sign, value, times } = test;
    if (times !== undefined) return `${on} ${sign} ${name(String(value))} * ${times}`;
    return `${on} ${language === 'js' && sign === '==' ? '===' : sign} ${JSON.stringify(value)}`;
  });
  return tests.join(language === 'zen' ? ' and ' : ' && ');
}

const logic = (rule: Rule): unknown => ({
  and: rule.map((test) => {
    const on = { var: test.on };
    if ('among' in test) return { in: [on, test.among] };
    if ('prefix' in test) return { startsWith: [on, test.prefix] };
    const { sign, value, times } = test;
    return { [sign]: [on, times === undefined ? value : { '*': [{ var: String(value) }, times] }] };
  }),
});

const OPERATORS: Readonly<Record<Sign, string>> = {
  '>': 'greaterThan',
  '<': 'lessThan',
  '>=': 'greaterThanInclusive',
  '<=': 'lessThanInclusive',
  '==': 'equal',
};

/** json-rules-engine multiplies in a fact of its own: one for each product that a rule needs. */
const jsonRule = (rule: Rule, index: number) => ({
  conditions: {
    all: rule.map((test) => {
      if ('among' in test) return { fact: test.on, operator: 'in', value: test.among };
      if ('prefix' in test) return { fact: test.on, operator: 'startsWith', value: test.prefix };
      const { sign, value, times } = test;
      const wanted = times === undefined ? value : { fact: 'product', params: { of: value, times } };
      return { fact: test.on, operator: OPERATORS[sign], value: wanted };
    }),
  },
  event: { type: String(index) },
});

type Hits = (record: Facts) => readonly number[] | Promise<readonly number[]>;

function handWritten(rules: readonly Rule[]): Hits {
  const lines = rules.map((rule, index) => `if(${text(rule, 'js')})hits.push(${index});`);
  return new Function(`return (r)=>{const hits=[];${lines.join('\n')}return hits;}`)();
}

function ours(rules: readonly Rule[], make: typeof generatedProgram): Hits {
  const title = { 'zh-CN': '', en: '' };
  const compiler = createExpressionCompiler(
    Object.fromEntries(FIELDS.map((field) => [field, { type: typeOf(field), title }])),
  );
  const steps = rules.map((rule) => {
    const { term } = compiler.compile(text(rule, 'cel'));
    if (!term) throw new Error('a rule of the bench is not compiled');
    return { term, from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY };
  });
  const program = make(steps);
  return (record) => program(record, 0, () => false);
}

function celLibrary(rules: readonly Rule[]): Hits {
  const environment = new Environment({ unlistedVariablesAreDyn: false });
  for (const field of FIELDS) environment.registerVariable(field, typeOf(field));
  const asked = rules.map((rule) =>
    environment.parse(text(rule, 'cel').replace(/\b(\d+)(?!["\d])/g, '$1.0')),
  );
  return (record) => asked.flatMap((ask, index) => (ask(record) === true ? [index] : []));
}

function jsonLogic(rules: readonly Rule[]): Hits {
  const engine = new LogicEngine();
  engine.addMethod('startsWith', ([of, prefix]: [string, string]) => of.startsWith(prefix));
  const asked = rules.map((rule) => engine.build(logic(rule)) as (record: Facts) => unknown);
  return (record) => asked.flatMap((ask, index) => (ask(record) === true ? [index] : []));
}

function jsonRulesEngine(rules: readonly Rule[]): Hits {
  const engine = new JsonRulesEngine(rules.map(jsonRule) as never);
  engine.addOperator('startsWith', (of: string, prefix: string) => of.startsWith(prefix));
  engine.addFact('product', async (params, almanac) => {
    const { of, times } = params as { of: string; times: number };
    return (await almanac.factValue<number>(of)) * times;
  });
  return async (record) => {
    const { events } = await engine.run(record);
    return events.map(({ type }) => Number(type)).sort((a, b) => a - b);
  };
}

/** One expression node with all rules, as its own documentation batches them. */
function zenEngine(rules: readonly Rule[]): Hits {
  const node = (id: string, type: string, content?: unknown) => ({
    id,
    name: id,
    type,
    position: { x: 0, y: 0 },
    content,
  });
  const expressions = rules.map((rule, index) => ({
    id: `${index}`,
    key: `r${index}`,
    value: text(rule, 'zen'),
  }));
  const graph = {
    nodes: [
      node('in', 'inputNode'),
      node('rules', 'expressionNode', { expressions }),
      node('out', 'outputNode'),
    ],
    edges: [
      { id: 'a', sourceId: 'in', targetId: 'rules', type: 'edge' },
      { id: 'b', sourceId: 'rules', targetId: 'out', type: 'edge' },
    ],
  };
  const decision = new ZenEngine().createDecision(Buffer.from(JSON.stringify(graph)));
  return async (record) => {
    const { result } = await decision.evaluate(record);
    return rules.flatMap((_, index) => (result[`r${index}`] === true ? [index] : []));
  };
}

/** Records a second. */
async function rate(hits: Hits, records: readonly Facts[], count: number): Promise<number> {
  const began = performance.now();
  for (let index = 0; index < count; index++) {
    const held = hits(records[index % records.length] as Facts);
    if (held instanceof Promise) await held;
  }
  return perSecond(count, began);
}

/** The same 50 rules on the same records in every engine; the ratio is to hand-written JavaScript. */
export const rulesBench: Bench = async function* (say) {
  const random = createRandom(7);
  const rules = Array.from({ length: RULES }, () => drawRule(random));
  const drawn = Array.from({ length: RECORDS }, () => drawRecord(random));
  // Parsed from JSON, as records come in.
  const records = drawn.map((record) => JSON.parse(JSON.stringify(record)) as Facts);
  const reference = handWritten(rules);
  const engines: readonly (readonly [string, Hits, number])[] = [
    ['hand-written JavaScript', reference, 400_000],
    ['ours, generated', ours(rules, generatedProgram), 400_000],
    ['ours, closures', ours(rules, closureProgram), 60_000],
    ['@marcbachmann/cel-js 8', celLibrary(rules), 20_000],
    ['json-logic-engine 5', jsonLogic(rules), 60_000],
    ['@gorules/zen-engine 0.54', zenEngine(rules), 1000],
    ['json-rules-engine 7', jsonRulesEngine(rules), 200],
  ];
  let total = 0;
  for (const [name, hits] of engines) {
    for (const record of records.slice(0, CHECKED)) {
      const [expected, held] = [await reference(record), await hits(record)];
      total += expected.length;
      if (expected.join() !== held.join()) throw new Error(`${name} says ${held}, not ${expected}`);
    }
  }
  say(`rules: ${(total / engines.length / CHECKED).toFixed(1)} of ${RULES} rules hold on a record`);
  // In turns, and the best of each: other work on the machine then meets all of them alike.
  const best = engines.map(() => 0);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, [, hits, count]] of engines.entries()) {
      best[index] = Math.max(best[index] ?? 0, await rate(hits, records, count));
    }
  }
  for (const [index, [name]] of engines.entries()) {
    const value = best[index] ?? 0;
    yield { name: `rules: ${name}`, value, unit: 'records/s', ratio: value / (best[0] ?? 1) };
  }
};
