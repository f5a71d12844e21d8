import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Kept } from './bounded-memory.model.ts';
import { type Subjects, SubjectsMap } from './subjects-map.model.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 90 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.constantFrom('+8613800138000', 'trunk-1', '北京'),
);
const key = fc.oneof(
  fc.nat(40).map((call) => `call.attempt\ncall-${call}`),
  fc.string({ unit: 'binary', maxLength: 200 }),
);
const step = fc.record({
  key,
  subjects: fc.option(fc.array(fc.option(text, { nil: undefined }), { minLength: 1, maxLength: 8 })),
  position: fc.nat(2 ** 40),
});

/** Nothing and an empty name say the same. */
const said = ({ position, value }: Kept<Subjects>) => ({
  position,
  value: value.map((subject) => (subject === '' ? undefined : subject)),
});

describe('who took part in calls that are under way', () => {
  it('is kept like in a map, whatever the names hold and however often calls come and go', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        // Made for fewer than there are: what finds no place is kept all the same.
        const map = new SubjectsMap(20);
        const model = new Map<string, Kept<Subjects>>();
        for (const { key: name, subjects, position } of steps) {
          if (subjects === null) expect(map.delete(name)).toBe(model.delete(name));
          else {
            map.set(name, { position, value: subjects });
            model.set(name, { position, value: subjects });
          }
          expect(map.has(name)).toBe(model.has(name));
          const [kept, wanted] = [map.get(name), model.get(name)];
          expect(kept && said(kept)).toEqual(wanted && said(wanted));
          expect(map.size).toBe(model.size);
        }
        const sorted = (all: Iterable<[string, Kept<Subjects>]>) =>
          [...all].map(([name, kept]) => [name, said(kept)] as const).sort(([a], [b]) => (a < b ? -1 : 1));
        expect(sorted(map)).toEqual(sorted(model));
      }),
    );
  });

  it('keeps those of half a million calls, and gives the places of those that ended to others', () => {
    const map = new SubjectsMap(500_000);
    const subjects = (call: number) => [
      `+8613${String(call).padStart(9, '0')}`,
      '+8613900000001',
      undefined,
      'trunk-1',
    ];
    for (let call = 0; call < 500_000; call++) {
      map.set(`call.attempt\ncall-${call}`, { position: call, value: subjects(call) });
      if (call >= 1000 && call % 2 === 0) expect(map.delete(`call.attempt\ncall-${call - 1000}`)).toBe(true);
    }
    expect(map.size).toBe(250_500);
    expect(map.get('call.attempt\ncall-499001')).toEqual({ position: 499_001, value: subjects(499_001) });
    expect(map.has('call.attempt\ncall-400000')).toBe(false);
  });
});
