import { setImmediate as breathe } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createListIndex } from '../packages/server/src/intel/list-index.model.ts';
import { percentiles } from './figures.ts';
import type { Bench } from './result.ts';

const ENTRIES = 1_000_000;
const LOOKUPS = 1_000_000;
const AT = '2026-11-23T10:00:00+08:00';
const TITLE = { 'zh-CN': '名单', en: 'list' };

type Kind = 'number' | 'host';
const SETS: Record<Kind, (index: number) => string> = {
  number: (index) => `+86138${String((index * 7919) % 100_000_000).padStart(8, '0')}`,
  host: (index) => `shop${index.toString(36)}.example${index % 97}.com`,
};

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes in use after a collection. */
function heldBytes(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** What was measured stays, so that its going does not count for what comes after it. */
const kept: unknown[] = [];

/** Look-up and memory of the lists, a million entries of one kind; beside a Map of the same strings. */
export const listsBench: Bench = async function* () {
  for (const kind of ['number', 'host'] as const) {
    const valueAt = SETS[kind];
    const before = heldBytes();
    const index = createListIndex({
      files: [],
      canonicalNumber: (value) => value,
      seed: 95,
      breathe: () => breathe(undefined),
    });
    const lists = [{ id: 'bad', title: TITLE, kind, purpose: 'block' as const, tags: [] }];
    const began = performance.now();
    for (let from = 0; from < ENTRIES; from += 50_000) {
      const steps = Array.from({ length: 50_000 }, (_, at) => ({ list: 'bad', value: valueAt(from + at) }));
      const version = from / 50_000;
      await index.apply({ from: version, to: version + 1, lists, steps });
    }
    const seconds = (performance.now() - began) / 1000;
    yield { name: `lists: ${kind}s put in`, value: ENTRIES / seconds, unit: 'entries/s' };
    const bytes = (heldBytes() - before) / ENTRIES;
    yield { name: `lists: ${kind}s, memory`, value: bytes, unit: 'bytes/entry' };
    const beforeMap = heldBytes();
    const map = new Map<string, readonly string[]>();
    const names = ['bad'];
    for (let at = 0; at < ENTRIES; at++) map.set(valueAt(at), names);
    const mapBytes = (heldBytes() - beforeMap) / ENTRIES;
    yield {
      name: `lists: ${kind}s, memory of a Map`,
      value: mapBytes,
      unit: 'bytes/entry',
      ratio: mapBytes / bytes,
    };

    const asked = Array.from({ length: 10_000 }, (_, at) => valueAt((at * 104_729) % (2 * ENTRIES)));
    const find = (value: string): number => index.lookUp({ kind, value }, AT).length;
    let hits = 0;
    for (let round = 0; round < 20; round++) for (const value of asked) hits += find(value);
    const started = performance.now();
    for (let round = 0; round < LOOKUPS / asked.length; round++)
      for (const value of asked) hits += find(value);
    const nanos = ((performance.now() - started) * 1e6) / LOOKUPS;
    yield { name: `lists: ${kind} looked up, mean`, value: nanos / 1000, unit: 'us' };
    const micros = Float64Array.from(asked, (value) => {
      const from = performance.now();
      hits += find(value);
      return (performance.now() - from) * 1000;
    });
    yield* percentiles(`lists: ${kind} looked up`, micros);
    kept.push(index, map);
    if (hits === 0) throw new Error('nothing was found');
  }
};
