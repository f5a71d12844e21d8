import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { REFERENCE_RULE, REFERENCE_TABLE } from '../engine/index.ts';
import { openPack } from '../platform/index.ts';
import { languageOfPack, referenceFiles } from './rules-reference.ts';

const PACK = fileURLToPath(new URL('../../../../packs/cn', import.meta.url));
const guide = (name: string) =>
  readFileSync(new URL(`../../../../docs/guides/${name}`, import.meta.url), 'utf8');
const rules = languageOfPack(openPack(PACK), PACK);
const on = ['call.attempt'] as const;

describe('the reference of the language of rules', () => {
  it('is what the engine knows; `npm run docs:rules` writes it anew', () => {
    for (const [name, text] of referenceFiles(PACK)) expect(guide(name), name).toBe(text);
  });

  it('shows a condition, a table and examples that compile', () => {
    expect(rules.check({ on, when: REFERENCE_RULE }).faults).toEqual([]);
    const { faults, findings } = rules.checkTable(REFERENCE_TABLE);
    expect([faults, findings.filter(({ kind }) => kind !== 'gap')]).toEqual([[], []]);
    const { functions, counters } = rules.language().language;
    for (const { example } of functions)
      expect(rules.check({ on, when: example }).faults, example).toEqual([]);
    for (const { example } of counters) {
      expect(rules.check({ on, when: `${example} > 0` }).faults, example).toEqual([]);
    }
  });

  it('has everything that rules of the pack use, and no list that is not there', () => {
    expect(rules.check({ on, when: '"never-block" in lists.caller' }).faults).toEqual([]);
    expect(rules.check({ on, when: '"hotline" in lists.caller' }).faults[0]?.meant).toBe('hotlines');
    expect(rules.check({ on, when: 'caller.kind == "moblie"' }).faults[0]?.meant).toBe('mobile');
  });
});
