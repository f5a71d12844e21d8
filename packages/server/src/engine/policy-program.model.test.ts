import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createExpressionCompiler } from './expression.service.ts';
import { closureOf } from './expression-closure.model.ts';
import { ExpressionError } from './expression-error.model.ts';
import type { Term } from './expression-term.model.ts';
import { closureProgram, generatedProgram } from './policy-program.model.ts';
import type { FactDeclaration, Facts } from './signal.model.ts';

const fact = (type: FactDeclaration['type']): FactDeclaration => ({
  type,
  title: { 'zh-CN': '事实', en: 'fact' },
});
const DECLARED = {
  'a.flag': fact('bool'),
  'a.b.flag': fact('bool'),
  'a.count': fact('double'),
  'b.count': fact('double'),
  'a.word': fact('string'),
  'b.word': fact('string'),
  'a.list': fact('list<string>'),
  'b.list': fact('list<string>'),
};
const compiler = createExpressionCompiler(DECLARED);
const always = { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY };
const NEVER = () => false;

const word = fc.constantFrom(
  '',
  'a',
  'ab',
  'b',
  '138',
  '反诈',
  '😀',
  '\ud800',
  '"',
  "'",
  '\\',
  '\n',
  '__proto__',
);
const number = fc.oneof(
  fc.constantFrom(0, -0, 1, -1, 2, 3, 0.5, 1e300, 2 ** 53),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const words = fc.array(word, { maxLength: 4 });
const facts: fc.Arbitrary<Facts> = fc.record({
  'a.flag': fc.boolean(),
  'a.b.flag': fc.boolean(),
  'a.count': number,
  'b.count': number,
  'a.word': word,
  'b.word': word,
  'a.list': words,
  'b.list': words,
});

const quoted = word.filter((text) => text.isWellFormed()).map((text) => JSON.stringify(text));
const signed = (signs: readonly string[], side: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(side, fc.constantFrom(...signs), side).map(([left, sign, right]) => `(${left} ${sign} ${right})`);
const COMPARE = ['==', '!=', '<', '<=', '>', '>='];

/** Texts of rules: most are right by the types, some fail while they run. */
const { rule } = fc.letrec<Record<'rule' | 'num' | 'size' | 'str' | 'list' | 'each', string>>((tie) => ({
  each: fc.oneof(
    tie('str').map((of) => `each == ${of}`),
    fc.constantFrom('size(each) > 1', 'each in a.list', 'each in ["a", "b"]', 'a.flag && each < "b"'),
    fc.constantFrom(
      'b.list.exists(other, other != each && other.startsWith(each))',
      'a.list.all(each, each < "b")',
    ),
  ),
  rule: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.constantFrom('a.flag', 'a.b.flag', 'true', 'false'),
    tie('rule').map((of) => `!(${of})`),
    signed(['&&', '||', '==', '!='], tie('rule')),
    signed(COMPARE, tie('num')),
    signed(COMPARE, tie('size')),
    signed(COMPARE, tie('str')),
    fc.tuple(tie('str'), tie('list')).map(([item, list]) => `(${item} in ${list})`),
    fc
      .tuple(fc.constantFrom('a.count', '1'), fc.array(tie('num')))
      .map(([item, of]) => `(${item} in [${of}])`),
    fc
      .tuple(tie('str'), fc.constantFrom('contains', 'startsWith', 'endsWith'), tie('str'))
      .map(([of, test, part]) => `${of}.${test}(${part})`),
    fc.tuple(tie('rule'), tie('rule'), tie('rule')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
    fc
      .tuple(tie('list'), fc.constantFrom('exists', 'all', 'exists_one'), tie('each'))
      .map(([list, macro, of]) => `${list}.${macro}(each, ${of})`),
  ),
  num: fc.oneof(
    fc.constantFrom('a.count', 'b.count', '0', '3', '0.5', '1e300'),
    tie('num').map((of) => `-(${of})`),
    signed(['+', '-', '*', '/', '%'], tie('num')),
    fc.tuple(tie('size'), fc.constantFrom('+', '-', '*', '/')).map(([of, sign]) => `(a.count ${sign} ${of})`),
    fc.tuple(tie('size'), fc.constantFrom('+', '-', '*', '/')).map(([of, sign]) => `(${of} ${sign} b.count)`),
    fc.tuple(tie('rule'), tie('num'), tie('num')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
  ),
  size: fc.oneof(
    tie('list').map((of) => `size(${of})`),
    tie('str').map((of) => `${of}.size()`),
    tie('size').map((of) => `-(${of})`),
    signed(['+', '-', '+', '-', '+', '-', '*', '/', '%'], tie('size')),
  ),
  str: fc.oneof(
    { arbitrary: fc.constantFrom('a.word', 'b.word'), weight: 8 },
    { arbitrary: quoted, weight: 8 },
    { arbitrary: signed(['+'], tie('str')), weight: 4 },
    {
      arbitrary: fc
        .tuple(tie('str'), fc.constantFrom('lowerAscii', 'upperAscii', 'trim'))
        .map(([of, to]) => `${of}.${to}()`),
      weight: 2,
    },
    { arbitrary: tie('list').map((of) => `${of}[1]`), weight: 1 },
  ),
  list: fc.oneof(
    { arbitrary: fc.constantFrom('a.list', 'b.list'), weight: 6 },
    fc.array(tie('str'), { maxLength: 3 }).map((items) => `[${items}]`),
    fc.tuple(tie('list'), tie('each')).map(([of, test]) => `${of}.filter(each, ${test})`),
    fc.tuple(tie('list'), tie('str')).map(([of, more]) => `${of}.map(each, each + ${more})`),
    fc.tuple(tie('list'), tie('each')).map(([of, test]) => `${of}.map(each, ${test}, each.upperAscii())`),
  ),
}));

/** What one term says in generated code and in closures. */
function both(term: Term, values: Facts): boolean[] {
  const step = { ...always, term };
  return [generatedProgram, closureProgram].map((make) => make([step])(values, 0, NEVER).length === 1);
}

describe('a program of rules', () => {
  it('means the same generated, as closures and in the library', () => {
    let [terms, accepted] = [0, 0];
    fc.assert(
      fc.property(rule, fc.array(facts, { minLength: 3, maxLength: 6 }), (text, many) => {
        const checked = (() => {
          try {
            return compiler.compile(text);
          } catch (error) {
            if (error instanceof ExpressionError) return undefined;
            throw error;
          }
        })();
        if (!checked) return;
        accepted += 1;
        const { term } = checked;
        if (!term) return;
        terms += 1;
        for (const values of many) {
          const said = checked.run(compiler.context(values));
          expect(both(term, values)).toEqual([said, said]);
        }
      }),
      { numRuns: 1500 },
    );
    expect(accepted).toBeGreaterThan(500);
    expect(terms).toBeGreaterThan(400);
  });

  it('leaves to the library what may fail or has no equal in JavaScript', () => {
    const left = [
      'size(a.list) / size(b.list) == 0',
      'size(a.list) * size(b.list) == 0',
      'size(a.list) % size(b.list) == 0',
      'a.list[0] == "a"',
      'a.list == b.list',
      'a.word.substring(1) == "b"',
      'double(a.word) == 1',
    ];
    for (const text of left) {
      try {
        expect(compiler.compile(text).term, text).toBeUndefined();
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error;
      }
    }
  });

  it('keeps the order of the rules and their days, beyond one function and with rules that the library runs', () => {
    const { term } = compiler.compile('a.flag');
    if (!term) throw new Error('no term');
    const steps = Array.from({ length: 250 }, (_, index) => ({
      from: index === 7 ? 100 : Number.NEGATIVE_INFINITY,
      until: index === 8 ? 100 : Number.POSITIVE_INFINITY,
      ...(index % 50 === 49 ? {} : { term }),
    }));
    const values: Facts = { 'a.flag': true };
    const odd = (step: number) => step !== 99;
    for (const make of [generatedProgram, closureProgram]) {
      const all = steps.map((_, index) => index).filter((index) => index !== 99);
      expect(make(steps)(values, 99, odd)).toEqual(all.filter((index) => index !== 7));
      expect(make(steps)(values, 100, odd)).toEqual(all.filter((index) => index !== 8));
      expect(make(steps)({ 'a.flag': false }, 100, NEVER)).toEqual([]);
    }
  });

  it('tells only the first of a group that holds, alike in both forms and as read one by one', () => {
    const condition = fc.record({
      fact: fc.constantFrom('a.flag', '!a.flag', 'a.b.flag', 'a.count > 0', 'a.count <= 0', undefined),
      from: fc.constantFrom(Number.NEGATIVE_INFINITY, 5),
    });
    const runs = fc.array(
      fc.record({ grouped: fc.boolean(), of: fc.array(condition, { minLength: 1, maxLength: 70 }) }),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(runs, facts, fc.integer({ min: 0, max: 9 }), (made, values, at) => {
        const steps = made.flatMap(({ grouped, of }, run) =>
          of.map(({ fact: text, from }) => {
            const term = text === undefined ? undefined : compiler.compile(text).term;
            const until = Number.POSITIVE_INFINITY;
            return { from, until, ...(term ? { term } : {}), ...(grouped ? { group: `g${run}` } : {}) };
          }),
        );
        const other = (step: number) => step % 3 === 0;
        const expected: number[] = [];
        const spoken = new Set<string>();
        steps.forEach(({ term, from, group }, step) => {
          if (at < from || (group !== undefined && spoken.has(group))) return;
          if (!(term ? closureOf(term)(values) : other(step))) return;
          expected.push(step);
          if (group !== undefined) spoken.add(group);
        });
        for (const make of [generatedProgram, closureProgram]) {
          expect(make(steps)(values, at, other)).toEqual(expected);
        }
      }),
      { numRuns: 200 },
    );
    const apart = ['g', 'h', 'g'].map((group) => ({ ...always, group }));
    expect(() => closureProgram(apart)).toThrow('the steps of group g are apart');
  });

  it('runs where generating code is forbidden', () => {
    const file = fileURLToPath(new URL('./policy-program.model.ts', import.meta.url));
    const script = `
      import { createProgram } from ${JSON.stringify(file)};
      const term = { op: 'fact', type: 'bool', name: 'x' };
      console.log(createProgram([{ term, from: 0, until: 1 }])({ x: true }, 0, () => false).join());`;
    const said = execFileSync(
      process.execPath,
      ['--disallow-code-generation-from-strings', '--input-type=module', '--eval', script],
      { encoding: 'utf8' },
    );
    expect(said).toBe('0\n');
  });
});
