import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openVault, silentLogger } from '../platform/index.ts';
import { testClock } from '../platform/testing/index.ts';
import { windowSeed } from './counting.service.ts';
import type { Decider } from './decider.model.ts';
import { newDataFolder } from './engine.fixture.ts';
import { eventOfNumber, newCountingDecider, toldAfter } from './window-snapshot.fixture.ts';
import { createWindowKeeper, type WindowKeeper } from './window-snapshot.service.ts';

const dataFolder = newDataFolder();
afterAll(() => rmSync(dataFolder, { recursive: true, force: true }));
const vault = openVault(dataFolder);
const seed = windowSeed(vault);
const clock = testClock();

interface Kept {
  readonly decider: Decider;
  readonly keeper: WindowKeeper;
  readonly folder: string;
}

let folders = 0;
function open(folder = join(dataFolder, `windows-${folders++}`), sealer = vault, secret = seed): Kept {
  const decider = newCountingDecider(secret);
  const parts = { everyMs: 1000, clock, log: silentLogger, durableEnd: () => 1e9 };
  return {
    decider,
    folder,
    keeper: createWindowKeeper({ ...parts, folder, counting: decider.counting, sealer }),
  };
}

function decide({ decider }: Kept, from: number, to: number): void {
  for (let number = from; number < to; number++)
    decider.decide(eventOfNumber(decider, number), { position: number });
}

/** Starts anew on a folder and replays what the snapshot lacks. */
async function reopen(folder: string, events: number, sealer = vault, secret = seed): Promise<Kept> {
  const again = open(folder, sealer, secret);
  const from = (await again.keeper.restore()) ?? 0;
  for (let number = from; number < events; number++) {
    again.decider.recount(eventOfNumber(again.decider, number), number);
  }
  return again;
}

/** Two generations: after 900 events and after 1,500; 2,000 events in all. */
async function twoGenerations(): Promise<{ kept: Kept; files: string[] }> {
  const kept = open();
  for (const [from, to] of [
    [0, 400],
    [400, 900],
    [900, 1500],
  ] as const) {
    decide(kept, from, to);
    clock.advance(1000);
    expect(await kept.keeper.write()).toBe(true);
  }
  decide(kept, 1500, 2000);
  const files = readdirSync(kept.folder).sort().reverse();
  return { kept, files: files.map((name) => join(kept.folder, name)) };
}

describe('snapshots of the counters', () => {
  it('are kept in two generations, and the journal is needed from the older one on', async () => {
    const { kept, files } = await twoGenerations();
    expect(files).toHaveLength(2);
    expect(kept.keeper.neededFrom()).toBe(900);
    const again = await reopen(kept.folder, 2000);
    expect(again.keeper.status().restoredFrom).toBe('newest');
    expect(again.keeper.neededFrom()).toBe(900);
    expect(toldAfter(again.decider, 2000)).toEqual(toldAfter(kept.decider, 2000));
  });

  it('may be written while events come, and hold then what the journal tells again', async () => {
    const kept = open();
    decide(kept, 0, 1000);
    let number = 1000;
    const written = kept.keeper.write();
    const busy = setInterval(() => {
      decide(kept, number, number + 1);
      number += 1;
    }, 0);
    expect(await written).toBe(true);
    clearInterval(busy);
    const again = await reopen(kept.folder, number);
    expect(toldAfter(again.decider, number)).toEqual(toldAfter(kept.decider, number));
  });

  it('that are damaged anywhere give way to the older one, and to the journal alone', async () => {
    const { kept, files } = await twoGenerations();
    const told = toldAfter(kept.decider, 2000);
    const [newest = '', older = ''] = files;
    const bytes = readFileSync(newest);
    for (const at of [0, 5, 20, 40, Math.floor(bytes.length / 2), bytes.length - 3]) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      writeFileSync(newest, changed);
      const again = await reopen(kept.folder, 2000);
      expect(again.keeper.status()).toMatchObject({ restoredFrom: 'older', problem: expect.any(String) });
      expect(toldAfter(again.decider, 2000)).toEqual(told);
    }
    writeFileSync(older, readFileSync(older).subarray(0, -30));
    writeFileSync(newest, bytes.subarray(0, 1000));
    const again = await reopen(kept.folder, 2000);
    expect(again.keeper.status().restoredFrom).toBe('journal');
    expect(toldAfter(again.decider, 2000)).toEqual(told);
  });

  it('of another installation are passed over, and no subject can be read in them', async () => {
    const { kept, files } = await twoGenerations();
    const stranger = openVault(newDataFolder());
    const again = await reopen(kept.folder, 2000, stranger, windowSeed(stranger));
    expect(again.keeper.status().restoredFrom).toBe('journal');
    for (const file of files) expect(readFileSync(file).includes('6216000')).toBe(false);
  });

  it('are not written for events whose place in the journal nobody knows', async () => {
    const kept = open();
    kept.decider.decide(eventOfNumber(kept.decider, 0));
    expect(await kept.keeper.write()).toBe(false);
  });

  it('are not valid before the journal is durable up to what they hold', async () => {
    const { decider, folder } = open();
    decide({ decider } as Kept, 0, 10);
    let end = 5;
    let asked = 0;
    const keeper = createWindowKeeper({
      folder,
      counting: decider.counting,
      sealer: vault,
      everyMs: 1000,
      clock,
      log: silentLogger,
      durableEnd: () => {
        if (asked++ === 1) {
          expect(readdirSync(folder)).toEqual(['windows.new']);
          end = 10;
        }
        return end;
      },
    });
    expect(await keeper.write()).toBe(true);
    expect(asked).toBe(2);
    expect(readdirSync(folder)).toHaveLength(1);
  });
});
