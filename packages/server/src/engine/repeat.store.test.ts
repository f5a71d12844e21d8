import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { RepeatIndex } from './repeat.model.ts';
import { openRepeatFiles } from './repeat.store.ts';

const home = mkdtempSync(join(tmpdir(), 'fanzha-ids-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const newFolder = (): string => mkdtempSync(join(home, 'f-'));

const AT = Date.UTC(2026, 10, 23);
const TEN_MINUTES = 600_000;
const EVENTS = 60_000;
/** An hour and a half of events, some of each ten minutes hours late, in little memory. */
async function fill(folder: string): Promise<RepeatIndex> {
  const index = new RepeatIndex({ budgetBytes: 300_000, seed: 7, store: await openRepeatFiles(folder) });
  for (let event = 0; event < EVENTS; event++) {
    index.add(`event ${event}`, timeOf(event), positionOf(event));
    if (event % 5000 === 0) await index.settled();
  }
  await index.settled();
  return index;
}
const timeOf = (event: number): number =>
  AT + Math.floor((event / EVENTS) * 9) * TEN_MINUTES - (event % 100 === 0 ? TEN_MINUTES : 0);
const positionOf = (event: number): number => 1e15 + event + (event % 1000 === 999 ? 2 ** 40 : 0);

describe('ids for which there is no room in memory', () => {
  it('are known from files, all of them, and others are not', async () => {
    const folder = newFolder();
    const index = await fill(folder);
    expect(index.bytes).toBeLessThan(400_000);
    expect(index.awayBytes).toBeGreaterThan(300_000);
    expect(index.forgotten).toBe(0);
    for (let event = 0; event < EVENTS; event += 7) {
      expect(index.positionOf(`event ${event}`, timeOf(event))).toBe(positionOf(event));
      expect(index.positionOf(`other ${event}`, timeOf(event))).toBeUndefined();
    }
  });

  it('are known after a start, from where the files say on', async () => {
    const folder = newFolder();
    await fill(folder);
    const store = await openRepeatFiles(folder);
    const from = store.replayFrom ?? 0;
    const index = new RepeatIndex({ budgetBytes: 300_000, seed: 7, store });
    for (let event = 0; event < EVENTS; event++) {
      if (positionOf(event) >= from) index.add(`event ${event}`, timeOf(event), positionOf(event));
    }
    await index.settled();
    for (let event = 0; event < EVENTS; event += 11) {
      expect(index.positionOf(`event ${event}`, timeOf(event))).toBe(positionOf(event));
    }
  });

  it('go when they are a day old, and the oldest when they take too much room', async () => {
    const folder = newFolder();
    const index = await fill(folder);
    const files = readdirSync(folder).length;
    index.forgetBefore(AT, index.awayBytes / 2);
    expect(readdirSync(folder).length).toBeLessThan(files);
    index.forgetBefore(AT + 100 * TEN_MINUTES, 1e9);
    expect(readdirSync(folder)).toEqual([]);
    expect(index.size).toBe(0);
    expect(index.bytes).toBe(0);
  });

  it('a file that is not whole is put out of the way', async () => {
    const folder = newFolder();
    await fill(folder);
    const [first = '', second = '', ...others] = readdirSync(folder).sort();
    writeFileSync(join(folder, first), readFileSync(join(folder, first)).subarray(0, -8));
    writeFileSync(join(folder, second), 'no ids');
    const { kept } = await openRepeatFiles(folder);
    expect(kept).toHaveLength(others.length);
    expect(readdirSync(folder).sort()).toEqual(others);
  });
});
