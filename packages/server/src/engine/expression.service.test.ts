import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createExpressionCompiler } from './expression.service.ts';
import { closureOf } from './expression-closure.model.ts';
import { ExpressionError } from './expression-error.model.ts';

const title = { 'zh-CN': '事实', en: 'fact' };
const FACTS = {
  'caller.kind': { type: 'string', title },
  'caller.calls': { type: 'double', title },
  'caller.area.code': { type: 'string', title },
  'call.roaming': { type: 'bool', title },
  'lists.caller': { type: 'list<string>', title },
} as const;
const compiler = createExpressionCompiler(FACTS, ['caller', 'callee']);
const FACT_VALUES = {
  'caller.kind': 'mobile',
  'caller.calls': 4,
  'caller.area.code': '010',
  'call.roaming': false,
  'lists.caller': ['banks', 'hotlines'],
};
const context = compiler.context(FACT_VALUES);

describe('an expression', () => {
  it.each([
    ['caller.kind == "mobile" && !call.roaming', true],
    ['caller.calls > 3', true],
    ['caller.calls > 3.0', true],
    ['caller.calls * 10 == 40', true],
    ['caller.calls in [3, 4]', true],
    ['caller.calls / 3 < 1.34 && caller.calls / 3 > 1.33', true],
    ['size(lists.caller) == 2', true],
    ['size(lists.caller) * 2 > caller.calls', false],
    ['size(lists.caller) + 1 > 2', true],
    ['(size(lists.caller) + 0.5) / 2 == 1.25', true],
    ['caller.kind.substring(1) == "obile"', true],
    ['lists.caller[1] == "hotlines"', true],
    ['caller.area.code.startsWith("01")', true],
    ['"banks" in lists.caller', true],
    ['lists.caller.exists(id, id == "hotlines")', true],
    ['caller.kind in ["fixed", "iot"]', false],
    ['-caller.calls < -3', true],
    ['caller.calls > 3 ? true : false', true],
  ])('%s is %s', (text, expected) => {
    expect(compiler.compile(text).run(context)).toBe(expected);
  });

  it.each([
    ['caller.kidn == "mobile"', 1, 'unknown fact caller.kidn (did you mean caller.kind?)'],
    ['call.roaming && calller.kind == "x"', 17, 'unknown fact calller.kind (did you mean caller.kind?)'],
    ['caller.knd.startsWith("x")', 1, 'unknown fact caller.knd (did you mean caller.kind?)'],
    ['caller.kind.startsWth("x")', 1, '(did you mean startsWith?)'],
    ['caller.area.cod == "1"', 1, 'did you mean caller.area.code?'],
    ['caller.kind ==', 15, 'Unexpected token: EOF'],
    ['caller.kind', 1, 'must be true or false, but is string'],
    ['caller.kind > 3', 1, 'no such overload'],
    ['caller.kind.matches("(a+)+$")', 1, 'matches() is not allowed'],
    ['nothing.like.it', 1, 'unknown fact nothing.like.it'],
  ])('%s is refused at character %i', (text, position, message) => {
    const error = (() => {
      try {
        compiler.compile(text);
        return undefined;
      } catch (caught) {
        return caught as ExpressionError;
      }
    })();
    expect(error).toBeInstanceOf(ExpressionError);
    expect(error?.message).toContain(message);
    expect(error?.position).toBe(position);
  });

  it.each([
    ['count("calller", "10m") > 3', 7, 'must be a role or a text fact, not calller (did you mean caller?)'],
    ['call.roaming && count("caller", "10x") > 3', 33, 'window: must be a time from "1m" to "30d"'],
    ['count(caller.kind, "10m") > 3', 7, 'by: must be a literal text'],
    ['count("caller") > 3', 1, 'takes 2 or 3 arguments, not 1'],
    ['3 < sum("caller.kind", "caller", "1h")', 9, 'must be a fact that is a number, not caller.kind'],
    ['share("call.roming", "caller", "1h") > 0.5', 7, '(did you mean call.roaming?)'],
    ['cuont("caller", "10m") > 3', 1, '(did you mean count?)'],
    ['count("caller", "10m")', 1, 'must be true or false, but is double'],
    ['count("caller", "10m") == "3"', 1, 'no such overload'],
  ])('%s is refused as a counter at character %i', (text, position, message) => {
    expect(() => compiler.compile(text)).toThrow(
      expect.objectContaining({ position, message: expect.stringContaining(message) }),
    );
  });

  it('reads a counter alike as a term and in the library, and tells which it reads', () => {
    const values = { ...FACT_VALUES, 'count("caller", "10m")': 31 };
    const plain = compiler.compile('count( "caller","10m") > 30', ['call.attempt']);
    expect(plain.counters.map(({ name, spec }) => [name, spec.kinds])).toEqual([
      ['count("caller", "10m")', ['call.attempt']],
    ]);
    expect(plain.term && closureOf(plain.term)(values)).toBe(true);
    expect(plain.run(compiler.context(values))).toBe(true);
    const both = compiler.compile('count("caller", "10m") > 30', ['sms.submit', 'call.attempt']);
    expect(both.run(compiler.context(values))).toBe(false);
    const name = 'count("caller", "10m") of call.attempt, sms.submit';
    expect(both.run(compiler.context({ ...values, [name]: 31 }))).toBe(true);
    const untranslated = compiler.compile('lists.caller[0] == "banks" && count("caller", "10m") > 30');
    expect(untranslated.term).toBeUndefined();
    expect(untranslated.run(compiler.context(values))).toBe(true);
    expect(untranslated.run(compiler.context(FACT_VALUES))).toBe(false);
  });

  it.each([
    ['caller.sort == "moblie"', 16, 'caller.sort is never "moblie" (did you mean "mobile"?)'],
    ['"moblie" != caller.sort', 1, 'did you mean "mobile"?'],
    ['caller.sort in ["mobile", "fxed"]', 27, 'did you mean "fixed"?'],
    ['"bank" in lists.sort', 1, 'lists.sort never has "bank" (did you mean "banks"?)'],
    ['lists.sort.exists(id, id == "bank")', 29, 'did you mean "banks"?'],
  ])('%s names a value that never occurs, at character %i', (text, position, message) => {
    const known = createExpressionCompiler({
      'caller.sort': { type: 'string', title, values: ['mobile', 'fixed'] },
      'lists.sort': { type: 'list<string>', title, values: ['banks', 'hotlines'] },
    });
    expect(() => known.compile(text)).toThrow(
      expect.objectContaining({ position, message: expect.stringContaining(message) }),
    );
    expect(known.compile('caller.sort != "" && "banks" in lists.sort').term).toBeDefined();
  });

  it.each([
    'has(caller.kind)',
    'timestamp("2026-01-01T00:00:00Z") < timestamp("2027-01-01T00:00:00Z")',
    'duration("1h") < duration("2h")',
    '{"a": 1}["a"] == 1',
    'b"a" == b"a"',
    'caller.kind == null',
    '1u == 1u',
    'type(caller.kind) == string',
    'dyn(caller.kind) == "a"',
    'cel.bind(x, caller.kind, x == "a")',
    'size(bytes(caller.kind)) == 1',
    'lists.caller.all(a, lists.caller.all(b, lists.caller.all(c, a == b && b == c)))',
  ])('%s is refused with a reason in both languages', (text) => {
    expect(() => compiler.compile(text)).toThrow(
      expect.objectContaining({ reason: { 'zh-CN': expect.stringMatching(/.{6}/), en: expect.any(String) } }),
    );
  });

  it('answers any text with a result or a fault at a character, however deep it is nested', () => {
    const repeated = [
      '(',
      '!',
      '-',
      '[',
      '!(',
      'true?',
      'a.',
      '{',
      'size(',
      '"',
      'true&&',
      'caller.calls+',
      '`',
    ];
    const text = fc.oneof(
      fc.constantFrom(...repeated).map((part) => part.repeat(4000 / part.length).slice(0, 4000)),
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc
        .array(fc.constantFrom(...repeated, 'caller.kind', '==', '"a"', ')', ']', ' in ', '3', '.', ','))
        .map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, (hostile) => {
        try {
          compiler.compile(hostile);
        } catch (error) {
          expect(error).toBeInstanceOf(ExpressionError);
          const { position } = error as ExpressionError;
          expect(position).toBeGreaterThanOrEqual(1);
          expect(position).toBeLessThanOrEqual(hostile.length + 1);
        }
      }),
      { numRuns: 300 },
    );
    expect(() => compiler.compile(`${'('.repeat(300)}true${')'.repeat(300)}`)).toThrow('deeper than 64');
    expect(() => compiler.compile(`${'!'.repeat(3900)}true`)).toThrow('deeper than 64');
    expect(compiler.compile(Array(300).fill('call.roaming').join(' || ')).run(context)).toBe(false);
  });

  it('refuses facts that cannot be told apart', () => {
    const type = 'string';
    expect(() => createExpressionCompiler({ 'a.b': { type, title }, 'a.b.c': { type, title } })).toThrow(
      'a.b',
    );
    expect(() => createExpressionCompiler({ 'a-b': { type, title } })).toThrow('a-b');
  });
});
