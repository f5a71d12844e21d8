import type { FormNode, FormOperand, FormOperator, FormTest } from '@fanzha/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createExpressionCompiler } from './expression.service.ts';
import { expressionText } from './expression-tree.model.ts';
import { celToForm, FORM_SHAPES, FormError, formToCel } from './rule-form.model.ts';

const title = { 'zh-CN': '事实', en: 'fact' };
const FACTS = {
  'a.word': { type: 'string', title },
  'a.count': { type: 'double', title },
  'a.flag': { type: 'bool', title },
  'a.list': { type: 'list<string>', title },
  'pack.limit': { type: 'double', title, constant: 3 },
} as const;
const compiler = createExpressionCompiler(FACTS, ['caller']);
const typeOf = (name: string) => FACTS[name as keyof typeof FACTS]?.type;

const word = fc.string({ unit: 'grapheme', maxLength: 6 });
const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
);
const counter: FormOperand = { counter: 'count', arguments: ['caller', '1h'] };
const subjects: Readonly<Record<string, FormOperand>> = {
  string: { fact: 'a.word' },
  double: { fact: 'a.count' },
  bool: { fact: 'a.flag' },
  'list<string>': { fact: 'a.list' },
};
const rightOf = (type: string, takes: string): fc.Arbitrary<FormOperand | undefined> => {
  if (takes === 'nothing') return fc.constant(undefined);
  const one = type === 'double' ? number : word;
  if (takes === 'several')
    return fc.array(one as fc.Arbitrary<string>, { minLength: 1, maxLength: 3 }).map((value) => ({ value }));
  const written = one.map((value) => ({ value }));
  return type === 'double'
    ? fc.oneof(written, fc.constantFrom({ pack: 'limit' }, counter, { fact: 'a.count' }))
    : written;
};
const test: fc.Arbitrary<FormTest> = fc
  .constantFrom(
    ...(Object.keys(FORM_SHAPES) as FormOperator[]).flatMap((operator) =>
      FORM_SHAPES[operator].types.map((type) => ({ operator, type, takes: FORM_SHAPES[operator].takes })),
    ),
  )
  .chain(({ operator, type, takes }) =>
    fc.tuple(rightOf(type, takes), fc.boolean()).map(([right, counted]) => ({
      left: type === 'double' && counted ? counter : (subjects[type] ?? counter),
      operator,
      ...(right === undefined ? {} : { right }),
    })),
  );
const { form } = fc.letrec<{ form: FormNode }>((tie) => ({
  form: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    test.map((each) => ({ test: each })),
    fc.array(tie('form'), { minLength: 1, maxLength: 4 }).map((all) => ({ all })),
    fc.array(tie('form'), { minLength: 1, maxLength: 4 }).map((any) => ({ any })),
    tie('form').map((not) => ({ not })),
  ),
}));

describe('the form of a condition', () => {
  it('becomes an expression that compiles and comes back as the same form', () => {
    fc.assert(
      fc.property(form, (made) => {
        const text = formToCel(made);
        fc.pre(text.length <= 4000);
        const { ast, type } = compiler.inspect(text);
        expect(type).toBe('bool');
        const back = celToForm(ast, typeOf);
        if (!back) throw new Error(`no form of ${text}`);
        const again = compiler.inspect(formToCel(back)).ast;
        expect(expressionText(again)).toBe(expressionText(ast));
        expect(celToForm(again, typeOf)).toEqual(back);
        expect(compiler.compile(text).term).toBeDefined();
      }),
      { numRuns: 400 },
    );
  });

  it.each<[string, FormNode | undefined]>([
    [
      'a.word in ["a", "b"] && count("caller", "1h") > pack.limit',
      {
        all: [
          { test: { left: { fact: 'a.word' }, operator: 'is-one-of', right: { value: ['a', 'b'] } } },
          { test: { left: counter, operator: 'greater', right: { pack: 'limit' } } },
        ],
      },
    ],
    [
      '!("banks" in a.list)',
      { test: { left: { fact: 'a.list' }, operator: 'has-not', right: { value: 'banks' } } },
    ],
    ['!a.flag', { test: { left: { fact: 'a.flag' }, operator: 'is-false' } }],
    ['a.count / 2 > 3', undefined],
    ['a.flag ? a.count > 1 : a.count > 2', undefined],
    ['3 < a.count', undefined],
  ])('of %s', (text, expected) => {
    expect(celToForm(compiler.inspect(text).ast, typeOf)).toEqual(expected);
  });

  it('is refused with a reason, whatever is sent as one', () => {
    let deep: unknown = { test: { left: { fact: 'a.flag' }, operator: 'is-true' } };
    for (let level = 0; level < 10_000; level++) deep = { not: deep };
    expect(() => formToCel(deep)).toThrow(FormError);
    expect(() => formToCel({ test: { left: { fact: 'a) || (true' }, operator: 'is-true' } })).toThrow(
      FormError,
    );
    fc.assert(
      fc.property(
        fc.oneof(fc.anything(), fc.record({ test: fc.anything() }), fc.record({ all: fc.anything() })),
        (any) => {
          try {
            formToCel(any);
          } catch (error) {
            expect(error).toBeInstanceOf(FormError);
          }
        },
      ),
    );
  });
});
