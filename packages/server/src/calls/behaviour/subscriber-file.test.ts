import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newSubscribers, subscriberCsv } from './subscriber.fixture.ts';
import { groupsOf } from './subscriber.model.ts';
import { readSubscribers } from './subscriber-file.service.ts';

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(text: string | Uint8Array, size = 1000) {
  const faults: string[] = [];
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const subscribers = await readSubscribers(chunksOf(bytes, size), (line, { field, reason }) =>
    faults.push(`${line}: ${field} ${reason}`),
  );
  return { subscribers, faults };
}

const made = newSubscribers(12);
const good = subscriberCsv(made);
const lines = good.trimEnd().split('\r\n');

describe('a file of labelled subscribers', () => {
  it('is read as it was written, however its bytes come, whatever the order of its columns', async () => {
    const reversed = lines.map((line) => line.split(',').reverse().join(',')).join('\n');
    for (const [text, size] of [
      [good, 7],
      [`\ufeff${good}`, 100_000],
      [reversed, 333],
      [good.replaceAll(',', ';'), 50],
    ] as const) {
      const { subscribers, faults } = await read(text, size);
      expect(faults).toEqual([]);
      expect(subscribers).toEqual(made);
    }
  });

  it('loses only the lines that are wrong, and says which and why', async () => {
    const [header = '', first = '', ...rest] = lines;
    const cells = first.split(',');
    const wrong = (at: number, value: string) =>
      cells.map((cell, index) => (index === at ? value : cell)).join(',');
    const text = [
      header,
      wrong(1, 'many'),
      wrong(2, '1e300'),
      wrong(cells.length - 1, '2'),
      wrong(cells.length - 1, ''),
      'a,b',
      '',
      ...rest,
    ].join('\n');
    const { subscribers, faults } = await read(text);
    expect(subscribers).toHaveLength(rest.length);
    expect(faults).toEqual([
      '2: opposite_count is not a number',
      '3: opposite_unique is not a number',
      '4: label must be 0 or 1',
      '5: label must be 0 or 1',
      expect.stringMatching(/^6: \(line\) has 2 columns instead of 57/),
    ]);
  });

  it('is refused where the header lacks a column or names one twice, or no line is good', async () => {
    await expect(read('a,b\n1,2\n')).rejects.toThrow(/lacks 56 columns: opposite_count/);
    await expect(read(good.replace('opposite_unique', 'opposite_count'))).rejects.toThrow(
      /opposite_count" twice/,
    );
    await expect(read(lines[0] ?? '')).rejects.toThrow(/no line/);
    await expect(read('')).rejects.toThrow(/no line/);
  });

  it('never breaks the reader: damage costs the lines it touches, all others stay', async () => {
    const bytes = Buffer.from(good);
    const headerEnd = (lines[0] ?? '').length + 2;
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(fc.integer({ min: headerEnd, max: bytes.length - 1 }), fc.integer({ min: 0, max: 255 })),
          {
            minLength: 1,
            maxLength: 4,
          },
        ),
        fc.integer({ min: 1, max: 5000 }),
        async (damage, size) => {
          const broken = Buffer.from(bytes);
          for (const [at, value] of damage) broken[at] = value;
          const { subscribers } = await read(broken, size);
          for (const { columns, fraud } of subscribers) {
            expect(columns.every((value) => Number.isNaN(value) || Math.abs(value) <= 1e12)).toBe(true);
            expect(typeof fraud).toBe('boolean');
          }
          const touched = new Set(
            damage.map(([at]) => bytes.subarray(0, at).toString().split('\n').length - 2),
          );
          const whole = made.filter(
            (_, index) => !touched.has(index) && !touched.has(index - 1) && !touched.has(index + 1),
          );
          const read0 = subscribers.map(({ person }) => person);
          expect(read0).toEqual(expect.arrayContaining(whole.map(({ person }) => person)));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps rows of one person and rows with the same values together', () => {
    const [a, b, c, d] = made;
    if (!a || !b || !c || !d) throw new Error('four');
    const groups = groupsOf([a, { ...b, person: a.person }, { ...c, person: '' }, { ...c, person: 'x' }, d]);
    expect(groups[0]).toBe(groups[1]);
    expect(groups[2]).toBe(groups[3]);
    expect(new Set(groups).size).toBe(3);
  });
});
