import { expect, it } from 'vitest';
import type { ListStep } from './list.model.ts';
import type { ListFeed } from './list-follow.service.ts';
import { createListIndex } from './list-index.model.ts';

const TITLE = { 'zh-CN': '一', en: 'one' };
const EMERGENCY = {
  id: 'emergency',
  title: TITLE,
  kind: 'number' as const,
  date: '2026-01-01',
  source: 's',
  licence: 'l',
  tags: ['never-block'],
  entries: ['110'],
};

export interface ListStoreHarness {
  /** A view of the same store as another process has it. */
  open(): ListFeed;
  /** Writes one change to the lists `blocked` (blocks), `watched` (watch) or `safe` (protects). */
  write(steps: readonly ListStep[]): Promise<void>;
}

export const newIndex = (breathe: () => Promise<void> = async () => undefined) =>
  createListIndex({ files: [EMERGENCY], canonicalNumber: (value) => value, seed: 7, breathe });

async function follow(feed: ListFeed, index = newIndex()) {
  for (;;) {
    const delta = await feed.changesSince(index.version);
    if (delta.to === index.version) return index;
    expect(await index.apply(delta)).toBe('applied');
  }
}

const names = (index: ReturnType<typeof newIndex>, value: string, at?: string) =>
  index.lookUp({ kind: 'number', value }, at);

/** What every place where lists are kept has to do, whatever it is made of. Each law uses values of its own. */
export function listStoreLaws(harness: () => ListStoreHarness): void {
  it('tells the same to whoever starts anew as to whoever followed all along', async () => {
    const followed = await follow(harness().open());
    await harness().write([{ list: 'watched', value: '+8613800000001' }]);
    await follow(harness().open(), followed);
    await harness().write([{ list: 'watched', value: '+8613800000001', gone: true }]);
    await harness().write([{ list: 'watched', value: '+8613800000002' }]);
    await follow(harness().open(), followed);
    const restarted = await follow(harness().open());
    for (const index of [followed, restarted]) {
      expect(names(index, '+8613800000001')).toEqual([]);
      expect(names(index, '+8613800000002')).toEqual(['watched']);
    }
    expect(restarted.version).toBe(followed.version);
  });

  it('changes nothing when a change comes again, and refuses one that skips another', async () => {
    const feed = harness().open();
    const index = await follow(feed);
    await harness().write([{ list: 'watched', value: '+8613800000003' }]);
    const first = await feed.changesSince(index.version);
    await index.apply(first);
    await harness().write([{ list: 'watched', value: '+8613800000003', gone: true }]);
    const second = await feed.changesSince(index.version);
    await index.apply(second);
    expect(await index.apply(first)).toBe('known');
    expect(await index.apply(second)).toBe('known');
    expect(await index.apply({ ...second, from: second.to + 1, to: second.to + 2 })).toBe('gap');
    expect(names(index, '+8613800000003')).toEqual([]);
  });

  it('keeps the order of changes to one subject', async () => {
    const index = await follow(harness().open());
    const value = '+8613800000004';
    for (const gone of [false, true, false]) {
      await harness().write([{ list: 'watched', value, ...(gone ? { gone: true as const } : {}) }]);
    }
    expect(names(await follow(harness().open(), index), value)).toEqual(['watched']);
  });

  it('keeps what blocks silent about whoever must never be blocked', async () => {
    const index = await follow(harness().open());
    await harness().write([{ list: 'blocked', value: '+8613800000005' }]);
    await follow(harness().open(), index);
    expect(names(index, '+8613800000005')).toEqual(['blocked']);
    await harness().write([{ list: 'safe', value: '+8613800000005' }]);
    await follow(harness().open(), index);
    expect(names(index, '+8613800000005')).toEqual(['never-block', 'safe']);
  });

  it('lets entries end at their time, by the time of the event', async () => {
    const until = Date.parse('2026-12-01T00:00:00+08:00') / 1000;
    await harness().write([{ list: 'watched', value: '+8613800000006', until }]);
    const index = await follow(harness().open());
    expect(names(index, '+8613800000006', '2026-11-30T23:59:59+08:00')).toEqual(['watched']);
    expect(names(index, '+8613800000006', '2026-12-01T00:00:00+08:00')).toEqual([]);
  });

  it('shows a change whole or not at all, however long it takes to put in', async () => {
    const values = Array.from({ length: 6000 }, (_, index) => `+86139${String(index).padStart(8, '0')}`);
    const seen = new Set<number>();
    const index = newIndex(async () => {
      seen.add(values.filter((value) => names(index, value).length > 0).length);
    });
    await follow(harness().open(), index);
    await harness().write(values.map((value) => ({ list: 'watched', value })));
    await follow(harness().open(), index);
    await harness().write(values.map((value) => ({ list: 'watched', value, gone: true as const })));
    await follow(harness().open(), index);
    expect([...seen].sort((a, b) => a - b)).toEqual([0, values.length]);
    expect(names(index, values[0] ?? '')).toEqual([]);
  });
}
