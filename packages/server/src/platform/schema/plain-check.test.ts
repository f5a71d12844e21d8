import { CallAttempt, CallEnd, SmsSubmit } from '@fanzha/contract';
import fc from 'fast-check';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { describe, expect, it } from 'vitest';
import { plainCheck } from './plain-check.ts';

const EVENTS: readonly TSchema[] = [CallAttempt, CallEnd, SmsSubmit];

const text = fc.oneof(
  fc.string({ maxLength: 4 }),
  fc.string({ unit: 'grapheme', minLength: 195, maxLength: 205 }),
  fc.constantFrom('international', 'access', 'smpp', 'CN', 'cn', 'call.attempt', 'call.end', 'sms.submit'),
  fc.constantFrom(
    '2026-11-23T10:00:00Z',
    '2026-11-23T10:00:60Z',
    '2026-11-23t23:59:60z',
    '2026-02-30T10:00:00Z',
  ),
);
const value = fc.oneof(
  text,
  fc.double(),
  fc.integer({ min: -1, max: 700_000 }),
  fc.boolean(),
  fc.constantFrom<unknown>(null, undefined, [], {}),
);

/** What is certainly right of a schema's fields: each is then left, changed or taken away. */
const RIGHT: Readonly<Record<string, unknown>> = {
  id: '1',
  at: '2026-11-23T10:00:00+08:00',
  from: '13800000000',
  to: '10086',
  sender: '',
  text: 'x',
  ingress: 'access',
  channel: 'smpp',
  attempt: '1',
  ringSeconds: 1.5,
  talkSeconds: 0,
  answered: true,
  originCountry: 'CN',
  roaming: false,
  diversionRoaming: false,
  simulated: true,
  certificates: [],
  sipDate: '2026-11-23T10:00:00+08:00',
};

function recordOf(schema: TSchema): fc.Arbitrary<Record<string, unknown>> {
  const { properties } = schema as unknown as { properties: Record<string, { const?: unknown }> };
  const names = Object.keys(properties);
  const right = Object.fromEntries(
    names.map((name) => [name, properties[name]?.const ?? RIGHT[name] ?? 'x']),
  );
  const changes = fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), value, { maxKeys: 2 });
  return fc.tuple(changes, fc.subarray(names, { maxLength: 3 })).map(([changed, gone]) => {
    const record: Record<string, unknown> = { ...right, ...changed };
    for (const name of gone) delete record[name];
    return record;
  });
}

describe('the plain check', () => {
  it.each(EVENTS.map((schema) => [(schema as { $id?: string }).$id ?? '', schema] as const))(
    'accepts nothing of %s that the schema refuses, and nearly all that it takes',
    (_, schema) => {
      const plain = plainCheck(schema);
      const library = Compile(schema);
      let [right, accepted] = [0, 0];
      fc.assert(
        fc.property(recordOf(schema), (record) => {
          const isRight = library.Check(record);
          const isPlain = plain?.(record) === true;
          if (isRight) right++;
          if (isPlain) accepted++;
          if (isPlain) expect(isRight).toBe(true);
        }),
        { numRuns: 5000 },
      );
      expect(right).toBeGreaterThan(100);
      expect(accepted / right).toBeGreaterThan(0.8);
    },
  );

  it('takes only a record for one', () => {
    const plain = plainCheck(CallEnd);
    const right = Object.fromEntries(Object.entries(RIGHT).filter(([name]) => name in CallEnd.properties));
    const event = { ...right, kind: 'call.end' };
    expect(plain?.(event)).toBe(true);
    for (const other of [null, undefined, 'x', [], Object.create(event), JSON.parse('{"__proto__":{}}')]) {
      expect(plain?.(other)).toBe(false);
    }
  });
});
