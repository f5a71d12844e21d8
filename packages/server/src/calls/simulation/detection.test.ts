import { fileURLToPath } from 'node:url';
import { openNumbering } from '@fanzha/vocabulary';
import { describe, expect, it } from 'vitest';
import { createDecider, createEngineSignals } from '../../engine/index.ts';
import { createIntel } from '../../intel/index.ts';
import { openPack } from '../../platform/index.ts';
import { createCalls } from '../index.ts';
import { measureDetection } from './detection.service.ts';

const pack = openPack(fileURLToPath(new URL('../../../../../packs/cn', import.meta.url)));
const numbering = openNumbering(pack);
const FROM = Date.parse('2026-11-23T00:00:00+08:00');
const clock = { now: () => FROM, date: () => new Date(FROM) };

async function measured(seed: number) {
  const calls = createCalls({ pack, numbering });
  const signals = [
    ...createEngineSignals(pack),
    ...calls.signals,
    ...createIntel({ pack, numbering }).signals,
  ];
  const decider = createDecider({ pack, numbering, clock, kinds: calls.kinds, signals });
  const options = { seed, callers: 600, fraudulent: 3000, days: 1, from: FROM };
  const report = await measureDetection(
    { pack, numbering, decider, lines: calls.lines },
    options,
    () => undefined,
  );
  const { seconds: _, eventsPerSecond: __, ...figures } = report;
  return figures;
}

describe('detection on a simulated population', () => {
  it('finds every kind that acts at volume, hits no ordinary caller, and says the same of the same seed', async () => {
    const figures = await measured(1);
    expect(await measured(1)).toEqual(figures);
    const neverStopped = (kind: string) =>
      figures.kinds.find((each) => each.kind === kind)?.stopped.neverShare;
    for (const kind of ['wangiri', 'sim-box', 'gang', 'fresh-burst', 'foreign-scammer']) {
      expect(neverStopped(kind), kind).toBe(0);
    }
    const ordinary = figures.honest.find(({ profile }) => profile === 'ordinary');
    expect(ordinary?.callers).toBeGreaterThan(400);
    expect(ordinary?.stopped.hits).toBe(0);
    expect(figures.protection.returnTold).toBe(figures.protection.returnCalls);
    expect(figures.protection.bankTold).toBeGreaterThan(0);
  });

  it('counts what frauds did before they were found, and fraudulent numbers by themselves', async () => {
    const figures = await measured(2);
    for (const { calls, noticed, operations } of figures.kinds) {
      expect(noticed.found).toBeLessThanOrEqual(operations);
      expect(noticed.calls?.median ?? 1).toBeLessThanOrEqual(calls);
    }
    const box = figures.kinds.find(({ kind }) => kind === 'sim-box');
    expect(box).toMatchObject({ operations: 1, numbers: 16 });
  });
});
