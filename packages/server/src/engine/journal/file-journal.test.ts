import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { openVault, silentLogger } from '../../platform/index.ts';
import { testClock } from '../../platform/testing/index.ts';
import { openFileJournal } from './file-journal.store.ts';
import { FRAME_HEADER, scanFrames, writeFrame } from './frame.store.ts';
import { JournalUnavailable } from './journal.model.ts';
import { journalLaws, payload, readAll } from './journal-laws.fixture.ts';

const home = mkdtempSync(join(tmpdir(), 'fanzha-journal-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const sealer = openVault(home);
const newFolder = (): string => mkdtempSync(join(home, 'j-'));
const DAY_MS = 86_400_000;

const openAt = (folder: string, segmentBytes = 1_000_000, clock = testClock()) =>
  openFileJournal({ folder, fsync: true, sealer, clock, log: silentLogger, segmentBytes });

const opener = (segmentBytes: number) => async () => {
  const folder = newFolder();
  return { journal: await openAt(folder, segmentBytes), reopen: () => openAt(folder, segmentBytes) };
};
journalLaws('files', opener(1_000_000));
journalLaws('files, a new one every few records', opener(100));

const segmentsOf = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .sort()
    .map((name) => join(folder, name));

describe('after a crash', () => {
  it('cuts a record that was not finished and goes on behind the last sound one', async () => {
    const folder = newFolder();
    const journal = await openAt(folder);
    for (const text of ['kept 1', 'kept 2', 'torn']) await journal.append([payload(text)]);
    await journal.close();
    const [path = ''] = segmentsOf(folder);
    writeFileSync(path, readFileSync(path).subarray(0, -3));
    const again = await openAt(folder);
    await again.append([payload('next')]);
    expect(await readAll(again)).toEqual(['kept 1', 'kept 2', 'next']);
    await again.close();
    expect(await readAll(await openAt(folder))).toEqual(['kept 1', 'kept 2', 'next']);
  });

  it('passes over a damaged record in the middle, reports it once and keeps its bytes', async () => {
    const folder = newFolder();
    const journal = await openAt(folder);
    for (const text of ['one', 'two', 'three']) await journal.append([payload(text)]);
    await journal.close();
    const [path = ''] = segmentsOf(folder);
    const bytes = readFileSync(path);
    const { offset = 0 } = scanFrames(bytes, true).frames[1] ?? {};
    bytes[offset + FRAME_HEADER] = (bytes[offset + FRAME_HEADER] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    const again = await openAt(folder);
    expect(await readAll(again)).toEqual(['one', 'three']);
    expect(await readAll(again)).toEqual(['one', 'three']);
    expect(again.status().damaged).toBe(1);
    expect(readdirSync(join(folder, 'quarantine'))).toHaveLength(1);
  });

  it('never loses a record before the damage, nor an undamaged one after it, and never fails to open', async () => {
    const texts = Array.from({ length: 40 }, (_, index) => `record ${index} ${'x'.repeat(index)}`);
    const folder = newFolder();
    const journal = await openAt(folder);
    for (const text of texts) await journal.append([payload(text)]);
    await journal.close();
    const [path = ''] = segmentsOf(folder);
    const sound = readFileSync(path);
    const frames = scanFrames(sound, true).frames;
    const untouched = (from: number, to: number): string[] =>
      texts.filter((_, index) => {
        const start = frames[index]?.offset ?? 0;
        const end = frames[index + 1]?.offset ?? sound.length;
        return end <= from || start >= to;
      });
    const check = async (bytes: Buffer, expected: readonly string[]): Promise<void> => {
      const place = newFolder();
      writeFileSync(join(place, '0000000000000001.log'), bytes);
      const reopened = await openAt(place);
      expect(await readAll(reopened)).toEqual(expected);
      await reopened.append([payload('after')]);
      expect((await readAll(reopened)).at(-1)).toBe('after');
      await reopened.close();
      rmSync(place, { recursive: true });
    };
    await fc.assert(
      fc.asyncProperty(fc.nat(sound.length - 1), (cut) =>
        check(sound.subarray(0, cut), untouched(cut, sound.length)),
      ),
      { numRuns: 60 },
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(sound.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const bytes = Buffer.from(sound);
        bytes[at] = (bytes[at] ?? 0) ^ flip;
        return check(bytes, untouched(at, at + 1));
      }),
      { numRuns: 100 },
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(sound.length - 1), fc.uint8Array({ maxLength: 300 }), (at, noise) => {
        const bytes = Buffer.concat([sound.subarray(0, at), noise]);
        // Noise may begin with the very bytes that stood there: then less was touched.
        const same = sound.findIndex((byte, index) => bytes[index] !== byte);
        return check(bytes, untouched(same < 0 ? sound.length : same, sound.length));
      }),
      { numRuns: 40, examples: [[sound.length - 1, sound.subarray(-1)]] },
    );
  });
});

describe('what lies on the disk', () => {
  it('shows nothing of what was written', async () => {
    const folder = newFolder();
    const journal = await openAt(folder);
    await journal.append([payload('13812345678 '.repeat(100)), payload('short')]);
    await journal.close();
    const bytes = Buffer.concat(segmentsOf(folder).map((path) => readFileSync(path)));
    expect(bytes.includes('138123')).toBe(false);
    expect(bytes.includes('short')).toBe(false);
  });

  it('is not taken for what it says when it was moved to another place', async () => {
    const folder = newFolder();
    const journal = await openAt(folder);
    for (const text of ['one', 'two']) await journal.append([payload(text)]);
    await journal.close();
    const [path = ''] = segmentsOf(folder);
    const frames = scanFrames(readFileSync(path), true).frames;
    const bytes = Buffer.alloc(1000);
    const [first, second] = frames;
    if (!first || !second) throw new Error('two frames were written');
    const end = writeFrame(bytes, 0, { ...first, payload: second.payload });
    writeFileSync(path, bytes.subarray(0, end));
    const again = await openAt(folder);
    expect(await readAll(again)).toEqual([]);
    expect(again.status().damaged).toBe(1);
  });
});

describe('a journal that cannot write', () => {
  it('acknowledges nothing that is not there, and goes on by itself when it can write again', async () => {
    const folder = newFolder();
    const journal = await openAt(folder, 60);
    await journal.append([payload('first, long enough to fill the segment')]);
    renameSync(folder, `${folder}-gone`);
    await expect(journal.append([payload('lost')])).rejects.toThrow(JournalUnavailable);
    expect(journal.status().state).toBe('down');
    renameSync(`${folder}-gone`, folder);
    await journal.append([payload('second')]);
    expect(journal.status().state).toBe('ok');
    expect(await readAll(journal)).toEqual(['first, long enough to fill the segment', 'second']);
    await journal.close();
  });
});

describe('letting go', () => {
  it('deletes only segments that are behind the given position and old enough', async () => {
    const clock = testClock();
    const folder = newFolder();
    const journal = await openAt(folder, 40, clock);
    const [, , third = 0] = [
      ...(await journal.append([payload('one')])),
      ...(await journal.append([payload('two')])),
      ...(await journal.append([payload('three')])),
    ];
    await journal.release(journal.end, clock.now() - DAY_MS, 1e9);
    expect(segmentsOf(folder)).toHaveLength(3);
    clock.advance(DAY_MS + 1);
    await journal.release(third, clock.now() - DAY_MS, 1e9);
    expect(await readAll(journal)).toEqual(['three']);
    expect(await journal.get(third)).toBeDefined();
    await journal.close();
  });

  it('says from where the last day can be read', async () => {
    const clock = testClock();
    const journal = await openAt(newFolder(), 40, clock);
    await journal.append([payload('old')]);
    clock.advance(2 * DAY_MS);
    await journal.append([payload('new')]);
    expect(await readAll(journal, await journal.since(clock.now() - DAY_MS, 1_000_000))).toEqual(['new']);
    expect(await readAll(journal, await journal.since(0, 1_000_000))).toEqual(['old', 'new']);
    expect(await readAll(journal, await journal.since(0, 10))).toEqual([]);
    await journal.close();
  });
});
