import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openPack } from '../platform/index.ts';
import { createIntel } from './index.ts';
import { createListIndex } from './list-index.model.ts';

const pack = openPack(resolve(import.meta.dirname, '../../../../packs/cn'));
const { lists, signals } = createIntel({ pack, numbering: { parse: (canonical) => ({ canonical }) } });
const number = (value: string) => lists.lookUp({ kind: 'number', value });
const host = (value: string) => lists.lookUp({ kind: 'host', value });

describe('the lists of the pack', () => {
  it.each([
    '110',
    '119',
    '120',
    '122',
    '96110',
    '12381',
    '12345',
    '10086',
    '10010',
    '10000',
    '95588',
    '95598',
  ])('protect %s from being blocked', (value) => {
    expect(number(value)).toContain('never-block');
    expect(lists.lookUp({ kind: 'sender', value })).toContain('never-block');
  });

  it('protect nobody else', () => {
    expect(number('+8613812345678')).toEqual([]);
    expect(number('110086')).toEqual([]);
    expect(lists.lookUp({ kind: 'account', value: '110' })).toEqual([]);
  });

  it('know a host by its parents, but not by its children or its look', () => {
    expect(host('bit.ly')).toContain('shorteners');
    expect(host('www.icbc.com.cn')).toContain('bank-hosts');
    expect(host('com.cn')).toEqual([]);
    expect(host('icbc.com.cn.evil.example')).toEqual([]);
    expect(host('notbit.ly')).not.toContain('shorteners');
  });

  it('each name their source, licence and date', () => {
    expect(lists.all.length).toBeGreaterThanOrEqual(8);
    for (const list of lists.all) expect(list.source.length).toBeGreaterThan(10);
  });

  it('write every host in canonical form, and whole top-level domains only in the lists that are about them', () => {
    const ofEndings = ['abused-endings.json', 'government-hosts.json'];
    for (const file of pack.list('lists')) {
      const { kind, entries } = JSON.parse(pack.bytes(`lists/${file}`).toString()) as {
        kind: string;
        entries: string[];
      };
      if (kind !== 'host') continue;
      const form = ofEndings.includes(file) ? /^[a-z0-9-]+(\.[a-z]+)?$/ : /^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/;
      expect(entries.filter((entry) => !form.test(entry))).toEqual([]);
    }
  });
});

describe('the list signals', () => {
  it('say which lists know each role', () => {
    const reading = {
      subjects: [
        { kind: 'sender' as const, role: 'sender', value: '95588' },
        { kind: 'host' as const, role: 'link', value: 'bit.ly' },
        { kind: 'host' as const, role: 'link', value: 'm.icbc.com.cn' },
      ],
    };
    const facts = signals[1]?.evaluate({} as never, reading);
    expect(facts?.['lists.sender']).toEqual(['banks', 'never-block', 'official']);
    // Nothing known is what a fact says where nobody says anything.
    expect(facts?.['lists.recipient']).toBeUndefined();
    expect(facts?.['lists.link']).toEqual(expect.arrayContaining(['shorteners', 'bank-hosts']));
  });
});

describe('look-up', () => {
  it('takes any text without harm', () => {
    fc.assert(fc.property(fc.string({ maxLength: 2000 }), (text) => Array.isArray(host(text))));
    expect(host('a.'.repeat(100_000))).toEqual([]);
  });

  it('finds numbers however the list writes them', () => {
    const title = { 'zh-CN': '一', en: 'one' };
    const file = {
      id: 'one',
      title,
      kind: 'number' as const,
      date: '2026-01-01',
      source: 's',
      licence: 'l',
      tags: [],
    };
    const found = createListIndex({
      files: [{ ...file, entries: ['138-1234'] }],
      canonicalNumber: (value) => value.replace('-', ''),
      seed: 1,
      breathe: async () => undefined,
    });
    expect(found.lookUp({ kind: 'number', value: '1381234' })).toEqual(['one']);
  });
});
