import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createExpressionCompiler } from './expression.service.ts';
import { counterSignatures } from './expression-counter.service.ts';
import { COUNTER_FUNCTIONS } from './window/counter.model.ts';

const guide = readFileSync(new URL('../../../../docs/guides/rules.md', import.meta.url), 'utf8');

describe('the guide to rules', () => {
  it('lists every counter function with its arguments as the engine takes them', () => {
    const rows = Object.entries(COUNTER_FUNCTIONS).map(([fn, { parameters, title }]) => {
      const args = parameters.map((name) => (name === 'where' ? '[where]' : name)).join(', ');
      return `| \`${fn}(${args})\` | ${title.en} | ${title['zh-CN']} |`;
    });
    const [, table = ''] = /<!-- counters:[^\n]*-->\n\n(.*?)\n\n<!-- end -->/s.exec(guide) ?? [];
    expect(table.replace(/ +/g, ' ').split('\n').slice(2)).toEqual(rows);
  });

  it('shows functions that rules can call, with and without what may be left out', () => {
    const title = { 'zh-CN': '事实', en: 'fact' };
    const facts = {
      'call.seconds': { type: 'double', title },
      'call.answered': { type: 'bool', title },
    } as const;
    const compiler = createExpressionCompiler(facts, ['caller', 'callee']);
    const literals: Record<string, string> = {
      by: 'caller',
      of: 'callee',
      feature: 'call.seconds',
      window: '1h',
    };
    for (const { fn, signature } of counterSignatures()) {
      const count = signature.split('string').length - 1;
      const args = COUNTER_FUNCTIONS[fn].parameters
        .slice(0, count)
        .map((name) => JSON.stringify(literals[name] ?? 'call.answered'));
      const { counters, term } = compiler.compile(`${fn}(${args}) > 1`, ['call.attempt']);
      expect(counters.map(({ spec }) => spec.fn)).toEqual([fn]);
      expect(term).toBeDefined();
    }
    expect(counterSignatures()).toHaveLength(17);
  });
});
