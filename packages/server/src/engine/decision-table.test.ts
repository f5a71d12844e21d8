import type { DecisionTable, HitPolicy } from '@fanzha/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cell, CellError, type CellOperand, parseCell, type UnaryTest } from './decision-cell.model.ts';
import { expandTable } from './decision-table.model.ts';
import { createExpressionCompiler } from './expression.service.ts';
import { TEST_KINDS, TEST_SIGNALS } from './policy.fixture.ts';
import { compilePolicy, policyFaults } from './policy.service.ts';
import { closureProgram, generatedProgram } from './policy-program.model.ts';
import type { Facts } from './signal.model.ts';

const title = { 'zh-CN': '事实', en: 'fact' };
const compiler = createExpressionCompiler({
  'a.word': { type: 'string', title },
  'a.count': { type: 'double', title },
  'a.flag': { type: 'bool', title },
  'a.list': { type: 'list<string>', title },
  'b.count': { type: 'double', title },
  'b.word': { type: 'string', title },
});
const INPUTS = [
  { expression: 'a.word', type: 'string' },
  { expression: 'a.count + 1', type: 'double' },
  { expression: 'a.flag', type: 'bool' },
  { expression: 'a.list', type: 'list<string>' },
] as const satisfies DecisionTable['inputs'];

function newTable(
  rows: readonly (readonly string[])[],
  hitPolicy: HitPolicy = 'FIRST',
  inputs: DecisionTable['inputs'] = INPUTS.map((input) => ({ ...input })),
): DecisionTable {
  return {
    id: 'test.table',
    title: 'test',
    on: ['call.attempt'],
    owner: 'test',
    hitPolicy,
    inputs,
    rows: rows.map((cells, index) => ({
      id: `r${index}`,
      cells: [...cells],
      verdict: 'label',
      reason: 'call.test',
      judges: 'event',
      score: 0.5,
    })),
  };
}

/** What a cell means, read straight off it. */
function covers(cell: Cell, input: unknown, facts: Facts): boolean {
  if (cell.tests.length === 0) return true;
  return cell.tests.some(({ test }) => holds(test, input as never, facts)) !== cell.negated;
}

function holds(test: UnaryTest, input: never, facts: Facts): boolean {
  const of = (operand: CellOperand) => ('name' in operand ? facts[operand.name] : operand.value) as never;
  const list = Array.isArray(input) ? (input as string[]) : undefined;
  switch (test.kind) {
    case 'compare': {
      const value = of(test.operand);
      if (list) return list.includes(value);
      const said = { '==': input === value, '!=': input !== value, '<': input < value, '<=': input <= value };
      return { ...said, '>': input > value, '>=': input >= value }[test.sign];
    }
    case 'range': {
      const [low, high] = [of(test.low), of(test.high)];
      return (
        (test.lowClosed ? input >= low : input > low) && (test.highClosed ? input <= high : input < high)
      );
    }
    case 'text':
      return { startsWith: 'startsWith', endsWith: 'endsWith', contains: 'includes' }[test.test] ===
        'includes'
        ? String(input).includes(of(test.operand))
        : String(input)[test.test as 'startsWith'](of(test.operand));
    case 'in':
      return (facts[test.name] as string[]).includes(input);
    case 'empty':
      return list ? list.length === 0 : input === '';
  }
}

const word = fc.constantFrom('', 'a', 'ab', 'b', '反诈', '"', '\\');
const quoted = word.map((text) => JSON.stringify(text));
const number = fc.constantFrom('0', '1', '-2', '2.5', '3', 'b.count');
const listed = (test: fc.Arbitrary<string>) =>
  fc.oneof(
    { arbitrary: fc.constantFrom('-', ''), weight: 2 },
    fc
      .tuple(fc.boolean(), fc.array(test, { minLength: 1, maxLength: 3 }))
      .map(([not, all]) => (not ? `not(${all.join(', ')})` : all.join(' , '))),
  );
const bound = fc.constantFrom('0', '1', '2.5');
const cells = fc.tuple(
  listed(
    fc.oneof(
      quoted,
      quoted.map((text) => `!= ${text}`),
      fc
        .tuple(fc.constantFrom('starts with', 'ends with', 'contains'), quoted)
        .map((parts) => parts.join(' ')),
      fc.constantFrom('in a.list', 'empty', 'b.word'),
    ),
  ),
  listed(
    fc.oneof(
      fc.tuple(fc.constantFrom('', '<', '<=', '>', '>=', '!=', '='), number).map((parts) => parts.join(' ')),
      fc
        .tuple(
          fc.constantFrom('[', '('),
          bound,
          bound.map((text) => `${Number(text) + 3}`),
          fc.constantFrom(']', ')'),
        )
        .map(([open, low, high, close]) => `${open}${low}..${high}${close}`),
    ),
  ),
  fc.constantFrom('-', 'true', 'false', 'not(true)'),
  listed(fc.oneof(quoted, fc.constantFrom('empty'))),
);
const facts = fc.record({
  'a.word': word,
  'a.count': fc.constantFrom(-3, -1, 0, 1, 1.5, 2, 9),
  'a.flag': fc.boolean(),
  'a.list': fc.array(word, { maxLength: 3 }),
  'b.count': fc.constantFrom(0, 1, 2.5),
  'b.word': word,
});

const inputsOf = (values: Facts): unknown[] => [
  values['a.word'],
  Number(values['a.count']) + 1,
  values['a.flag'],
  values['a.list'],
];

describe('a decision table', () => {
  it('means the same generated, as closures, in the library, and read cell by cell', () => {
    const rows = fc.array(cells, { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(
        rows,
        fc.constantFrom('FIRST', 'COLLECT'),
        fc.array(facts, { minLength: 3 }),
        (made, policy, many) => {
          const { rules, faults } = expandTable(newTable(made, policy));
          expect(faults).toEqual([]);
          const compiled = rules.map(({ rule, group }) => ({
            ...compiler.compile(rule.when),
            ...(group === undefined ? {} : { group }),
            from: Number.NEGATIVE_INFINITY,
            until: Number.POSITIVE_INFINITY,
          }));
          const read = made.map((row) =>
            row.map((text, column) => parseCell(text, INPUTS[column]?.type ?? 'bool')),
          );
          for (const values of many) {
            const inputs = inputsOf(values);
            const all = read.flatMap((row, index) =>
              row.every((cell, column) => covers(cell, inputs[column], values)) ? [index] : [],
            );
            const expected = policy === 'FIRST' ? all.slice(0, 1) : all;
            const context = compiler.context(values);
            const library = compiled.map(({ term: _, ...rest }) => rest);
            const run = (step: number) => compiled[step]?.run(context) === true;
            expect(generatedProgram(compiled)(values, 0, run)).toEqual(expected);
            expect(closureProgram(compiled)(values, 0, run)).toEqual(expected);
            expect(generatedProgram(library)(values, 0, run)).toEqual(expected);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('names only rows that indeed never speak, and gaps that indeed nothing covers', () => {
    const inputs = [
      { expression: 'a.count', type: 'double' as const },
      { expression: 'a.flag', type: 'bool' as const },
    ];
    const cell = fc.constantFrom('-', '1', '> 1', '<= 2', '[0..2]', '(1..3)', 'not(1, 2)');
    const rows = fc.array(fc.tuple(cell, fc.constantFrom('-', 'true', 'false')), {
      minLength: 1,
      maxLength: 6,
    });
    const values = [-1, 0, 0.5, 1, 1.5, 2, 2.5, 3, 4].flatMap((count) => [
      { count, flag: true },
      { count, flag: false },
    ]);
    fc.assert(
      fc.property(rows, (made) => {
        const { findings } = expandTable(newTable(made, 'FIRST', inputs));
        const read = made.map(
          ([first, second]) => [parseCell(first, 'double'), parseCell(second, 'bool')] as const,
        );
        const firsts = values.map(({ count, flag }) =>
          read.findIndex(([first, second]) => covers(first, count, {}) && covers(second, flag, {})),
        );
        const silent = findings.filter(({ kind }) => kind === 'never-hits').map(({ rows: [row] }) => row);
        expect(silent.sort()).toEqual(
          made
            .map((_, index) => `r${index}`)
            .filter((_, index) => !firsts.includes(index))
            .sort(),
        );
        expect(findings.some(({ kind }) => kind === 'gap')).toBe(firsts.includes(-1));
      }),
      { numRuns: 200 },
    );
  });

  it('is refused as UNIQUE unless its cells show that no two rows hold together', () => {
    const inputs = [{ expression: 'a.count', type: 'double' as const }];
    const faults = (rows: string[]) =>
      expandTable(
        newTable(
          rows.map((row) => [row]),
          'UNIQUE',
          inputs,
        ),
      ).faults;
    expect(faults(['< 1', '[1..5)', '>= 5'])).toEqual([]);
    expect(faults(['<= 1', '[1..5)']).map(({ row, message }) => [row, message.en])).toEqual([
      ['r1', 'rows r0 and r1 may hold together'],
    ]);
    expect(faults(['< b.count', '> 7'])).toHaveLength(1);
  });

  it.each([
    ['string', 'mobile', 1, undefined],
    ['string', '"a" "b"', 5, 'expected a comma'],
    ['string', '> 3', 1, 'holds texts'],
    ['double', '[3..1]', 6, 'lower bound'],
    ['double', '> "a"', 3, 'holds numbers'],
    ['double', '1e999', 1, 'too large'],
    ['bool', '"true"', 1, 'true or false'],
    ['string', '"\\q"', 1, 'escape'],
    ['double', 'not(1', 6, 'expected )'],
  ] as const)('a %s cell %s is read or refused at its character', (type, text, position, message) => {
    if (message === undefined)
      expect(parseCell(text, type).tests[0]?.test).toMatchObject({ operand: { name: text } });
    else {
      expect(() => parseCell(text, type)).toThrow(
        expect.objectContaining({ position, message: expect.stringContaining(message) }),
      );
    }
  });

  it('answers any cell with tests or a fault at a character of it', () => {
    const type = fc.constantFrom('bool', 'double', 'string', 'list<string>');
    const part = fc.constantFrom(
      'not(',
      '[',
      '..',
      '(',
      ')',
      ']',
      '"',
      '"a"',
      '1',
      ',',
      'in ',
      'starts with ',
      '-',
      '>',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.array(part).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(type, text, (column, cell) => {
        try {
          parseCell(cell, column as 'bool');
        } catch (error) {
          expect(error).toBeInstanceOf(CellError);
          expect((error as CellError).position).toBeLessThanOrEqual(cell.length + 1);
        }
      }),
    );
  });

  it('tells faults of a policy by row, column and character', () => {
    const inputs = [
      { expression: 'call.ingres', type: 'string' as const },
      { expression: 'caller.risk', type: 'double' as const },
    ];
    const source = {
      id: 'p',
      version: '1',
      rules: [],
      guards: [],
      reasons: { 'call.test': { title, text: title } },
    };
    const words = { reasons: new Map(), labels: new Map() };
    const ground = { kinds: TEST_KINDS, signals: TEST_SIGNALS, words, timeZone: 'UTC' };
    const table = newTable([['"x"', '> caller.rsk']], 'FIRST', inputs);
    expect(policyFaults({ ...source, tables: [table] }, ground)).toEqual([
      expect.objectContaining({
        part: 'table',
        id: 'test.table',
        field: 'inputs[1].expression',
        position: 1,
      }),
    ]);
    const right = [{ ...inputs[0], expression: 'call.ingress', type: 'string' as const }, ...inputs.slice(1)];
    const cell = newTable([['"x"', '> caller.rsk']], 'FIRST', right);
    expect(policyFaults({ ...source, tables: [cell] }, ground)).toEqual([
      expect.objectContaining({ field: 'rows[r0].cells[2]', position: 1 }),
    ]);
    const good = newTable(
      [
        ['"access"', '> 0.1'],
        ['-', '-'],
        ['-', '> 0'],
      ],
      'FIRST',
      right,
    );
    const policy = compilePolicy({ ...source, tables: [good] }, ground);
    const hits = policy.evaluate('call.attempt', { 'call.ingress': 'other', 'caller.risk': 1 }, 0);
    expect(hits.spoke.map(({ id }) => id)).toEqual(['test.table/r1']);
  });
});
