import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fieldOf, looksLikeHeader, missingColumns } from './columns.ts';

const GUIDE = new URL('../../../../../docs/guides/screening-files.md', import.meta.url);

/** Rows `| field | names |` of the guide's table for a kind. */
function documented(heading: string): [field: string, names: string[]][] {
  const guide = readFileSync(GUIDE, 'utf8');
  const table = guide.slice(guide.indexOf(heading)).split('\n\n')[1] ?? '';
  return [...table.matchAll(/^\| `(\w+)` \| (.+) \|$/gm)].map(([, field = '', names = '']) => [
    field,
    [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  ]);
}

describe('names of columns', () => {
  it.each([
    ['calls', 'Calls 通话', 16],
    ['messages', 'Messages 短信', 11],
  ] as const)(
    'every name that the guide promises for %s is understood, the first one first',
    (kind, heading, fields) => {
      const rows = documented(heading);
      expect(rows).toHaveLength(fields);
      for (const [field, names] of rows) {
        expect(names.map((name) => fieldOf(kind, name))).toEqual(names.map((_, rank) => [field, rank]));
      }
    },
  );

  it('are read in any writing', () => {
    expect(fieldOf('calls', ' Caller-ID.Number ')?.[0]).toBe('from');
    expect(fieldOf('calls', 'ＣＡＬＬＥＲ')?.[0]).toBe('from');
    expect(fieldOf('messages', 'x'.repeat(1_000_000))).toBeUndefined();
    expect(fieldOf('messages', '__proto__')).toBeUndefined();
  });

  it('tell a header from data, and what it lacks', () => {
    expect(looksLikeHeader('calls', ['13800000001', '95588'])).toBe(false);
    expect(missingColumns('calls', ['caller', 'note']).map(({ field }) => field)).toEqual(['to']);
    expect(missingColumns('messages', ['短信内容'])).toEqual([]);
  });
});
