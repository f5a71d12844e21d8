import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { openVault } from '../../platform/index.ts';
import { type CdrPlace, headPrints, openPlace, printOf, readRange } from './cdr-place.store.ts';
import { CdrUnreadable } from './cdr-reading.model.ts';
import { SpoolFull, writeSpool } from './cdr-spool.store.ts';

const folder = mkdtempSync(join(tmpdir(), 'fanzha-place-'));
afterAll(() => rmSync(folder, { recursive: true }));
const vault = openVault(folder);
let files = 0;
const newPath = (): string => join(folder, `file-${++files}`);

async function* chunks(bytes: Uint8Array, size = 70_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function place(kind: 'plain' | 'gzip' | 'zstd' | 'spool', content: Uint8Array): Promise<CdrPlace> {
  const path = newPath();
  if (kind === 'spool') {
    await writeSpool(path, chunks(content), vault, 10_000_000);
    return { kind: 'spool', path };
  }
  const pack = { plain: (bytes: Uint8Array) => bytes, gzip: gzipSync, zstd: zstdCompressSync };
  writeFileSync(path, pack[kind](content));
  return { kind: 'file', path };
}

async function readAll(of: CdrPlace, from = 0): Promise<Buffer> {
  const { bytes } = await openPlace(of, vault, from);
  const parts: Uint8Array[] = [];
  for await (const part of bytes) parts.push(part);
  return Buffer.concat(parts);
}

const KINDS = ['plain', 'gzip', 'zstd', 'spool'] as const;
const content = Buffer.from(Array.from({ length: 60_000 }, (_, n) => `line ${n}\n`).join(''));

describe('files of records', () => {
  it.each(KINDS)('%s: the same content from any byte on', async (kind) => {
    const of = await place(kind, content);
    for (const from of [0, 1, 4096, 300_001, content.length - 1, content.length]) {
      expect((await readAll(of, from)).equals(content.subarray(from))).toBe(true);
    }
    expect((await readRange(of, vault, 10, 20)).toString()).toBe(content.toString('utf8', 10, 20));
  });

  it('sealed on the disk, and no larger than it may be', async () => {
    const { path } = await place('spool', content);
    expect(readFileSync(path).includes('line 1')).toBe(false);
    await expect(writeSpool(newPath(), chunks(content), vault, 1000)).rejects.toBeInstanceOf(SpoolFull);
  });

  it('damaged anywhere, it ends in the one error that is said, or reads on', async () => {
    const damage = fc.tuple(
      fc.constantFrom(...KINDS),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      fc.boolean(),
    );
    const short = content.subarray(0, 3000);
    await fc.assert(
      fc.asyncProperty(damage, async ([kind, at, flip, cut]) => {
        const of = await place(kind, short);
        const bytes = readFileSync(of.path);
        const where = at % bytes.length;
        bytes[where] = (bytes[where] ?? 0) ^ flip;
        writeFileSync(of.path, cut ? bytes.subarray(0, where) : bytes);
        await readAll(of).catch((error: unknown) => expect(error).toBeInstanceOf(CdrUnreadable));
      }),
      { numRuns: 150 },
    );
  });

  it('is known by what was read of it while it was shorter', () => {
    for (const read of [7, 70, 4096]) {
      const whole = content.subarray(0, 4096);
      const end = read === 4096 ? read : content.indexOf(10, read) + 1;
      expect(headPrints(whole)).toContain(printOf(content.subarray(0, end)));
    }
  });
});
