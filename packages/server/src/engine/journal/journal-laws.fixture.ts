import { describe, expect, it } from 'vitest';
import type { Journal, JournalRecord } from './journal.model.ts';

/** A journal under test that can be closed and opened again over what it stored. */
export interface JournalUnderTest {
  journal: Journal;
  reopen(): Promise<Journal>;
}

export const payload = (text: string): Uint8Array => Buffer.from(text);

/** Everything from a position on, as texts. */
export async function readAll(journal: Journal, from = 0): Promise<string[]> {
  const records: JournalRecord[] = [];
  for await (const batch of journal.read(from)) records.push(...batch);
  return records.map((record) => Buffer.from(record.payload).toString());
}

/** What every implementation of the journal keeps to; each runs these with its own way of opening one. */
export function journalLaws(name: string, open: () => Promise<JournalUnderTest>): void {
  describe(`the laws of a journal: ${name}`, () => {
    it('reads what was appended, in order, from any position', async () => {
      const { journal } = await open();
      const positions = [
        ...(await journal.append([payload('a'), payload('b')])),
        ...(await journal.append([payload('c')])),
      ];
      expect(positions).toEqual([...positions].sort((a, b) => a - b));
      expect(await readAll(journal)).toEqual(['a', 'b', 'c']);
      expect(await readAll(journal, positions[1])).toEqual(['b', 'c']);
      expect(await readAll(journal, journal.end)).toEqual([]);
      await journal.close();
    });

    it('keeps the order of appends that were made at once', async () => {
      const { journal } = await open();
      const texts = Array.from({ length: 500 }, (_, index) => `record ${index}`);
      await Promise.all(texts.map((text) => journal.append([payload(text)])));
      expect(await readAll(journal)).toEqual(texts);
      await journal.close();
    });

    it('has everything when it is opened again, and never uses a position twice', async () => {
      const { journal, reopen } = await open();
      const [first = 0] = await journal.append([payload('before')]);
      await journal.close();
      const again = await reopen();
      const [second = 0] = await again.append([payload('after')]);
      expect(second).toBeGreaterThan(first);
      expect(await readAll(again)).toEqual(['before', 'after']);
      await again.close();
    });

    it('finds one record by its position', async () => {
      const { journal } = await open();
      const positions = await journal.append(Array.from({ length: 3000 }, (_, index) => payload(`${index}`)));
      const found = await journal.get(positions[1234] ?? 0);
      expect(Buffer.from(found?.payload ?? []).toString()).toBe('1234');
      expect(await journal.get(journal.end + 5)).toBeUndefined();
      await journal.close();
    });

    it('lets a follower see records as they become durable, until it is stopped', async () => {
      const { journal } = await open();
      await journal.append([payload('old')]);
      const stop = new AbortController();
      const seen: string[] = [];
      const following = (async () => {
        for await (const batch of journal.read(0, stop.signal)) {
          for (const record of batch) seen.push(Buffer.from(record.payload).toString());
          if (seen.length === 1) void journal.append([payload('new')]);
          if (seen.length === 2) stop.abort();
        }
      })();
      await following;
      expect(seen).toEqual(['old', 'new']);
      await journal.close();
    });

    it('keeps any bytes as they are', async () => {
      const { journal, reopen } = await open();
      const odd = Buffer.from([0, 255, 10, 0x46, 0x5a, 0x4a, 0x31, 0]);
      await journal.append([odd, new Uint8Array(0), Buffer.alloc(200_000, 7)]);
      await journal.close();
      const records: JournalRecord[] = [];
      for await (const batch of (await reopen()).read(0)) records.push(...batch);
      expect(records.map((record) => record.payload.length)).toEqual([8, 0, 200_000]);
      expect(Buffer.from(records[0]?.payload ?? []).equals(odd)).toBe(true);
    });

    it('takes nothing after it was closed', async () => {
      const { journal } = await open();
      await journal.close();
      await expect(journal.append([payload('late')])).rejects.toThrow('journal unavailable');
    });
  });
}
