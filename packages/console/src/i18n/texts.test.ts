import { describe, expect, it } from 'vitest';
import type { Texts } from './texts.ts';

const modules = import.meta.glob<Record<string, unknown>>(['../**/texts.ts', '../ui/words.ts'], {
  eager: true,
});

function isTexts(value: unknown): value is Texts<string> {
  return typeof value === 'object' && value !== null && 'namespace' in value && 'en' in value;
}

const all = Object.values(modules).flatMap((module) => Object.values(module).filter(isTexts));
const holesOf = (text = ''): string[] =>
  [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name ?? '').sort();

describe('texts of the console', () => {
  it('are found', () => {
    expect(all.length).toBeGreaterThan(8);
  });

  it.each(all.map((texts) => [texts.namespace, texts] as const))(
    '%s says the same in both languages',
    (_, texts) => {
      for (const [key, zh] of Object.entries(texts['zh-CN'])) {
        const en = texts.en[key];
        expect(en?.trim(), key).not.toBe('');
        expect(zh.trim(), key).not.toBe('');
        expect(holesOf(en), key).toEqual(holesOf(zh));
      }
    },
  );
});
