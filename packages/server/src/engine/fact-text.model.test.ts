import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutDefaults } from './fact-default.model.ts';
import { factWriter } from './fact-text.model.ts';
import { defaultFact, type FactType } from './signal.model.ts';

const title = { 'zh-CN': '一', en: 'one' };

describe('facts as text', () => {
  it('are those that were known, whatever their names and values hold', () => {
    const value = {
      bool: fc.boolean(),
      double: fc
        .double({ noNaN: true, noDefaultInfinity: true })
        .map((number) => (number === 0 ? 0 : number)),
      string: fc.string({ unit: 'binary' }).map((text) => text.toWellFormed()),
      'list<string>': fc.array(fc.string(), { maxLength: 3 }),
    } as const;
    const fact = fc
      .constantFrom<FactType>('bool', 'double', 'string', 'list<string>')
      .chain((type) =>
        fc.record({ type: fc.constant(type), value: fc.oneof(value[type], fc.constant(defaultFact(type))) }),
      );
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fact, { noNullPrototype: true }),
        fc.double({ min: 1, noNaN: true, noDefaultInfinity: true }),
        (known, counter) => {
          const declared = Object.fromEntries(
            Object.entries(known).map(([name, { type }]) => [name, { type, title }]),
          );
          const facts = {
            ...Object.fromEntries(Object.entries(known).map(([name, { value: held }]) => [name, held])),
            'count("caller", "10m")': counter,
          };
          expect(JSON.parse(factWriter(facts, declared)(facts))).toEqual(withoutDefaults(facts, declared));
        },
      ),
    );
  });
});
