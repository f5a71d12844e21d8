import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { isReject, type Read } from '../../platform/index.ts';
import { openInput } from './input.ts';
import { type ReadOptions, readRecords } from './records.ts';
import type { Screened } from './screened.ts';

const folder = mkdtempSync(join(tmpdir(), 'fanzha-readers-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function readAll(
  content: string | Uint8Array,
  options: Partial<ReadOptions> & { kind: Screened },
  chunk = 64,
): Promise<Read[]> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const reads: Read[] = [];
  for await (const batch of readRecords({ name: 'file', bytes: inChunks(bytes, chunk) }, options)) {
    reads.push(...batch);
  }
  return reads;
}

function brief(reads: readonly Read[]): unknown[] {
  return reads.map((read) =>
    isReject(read) ? `${read.line}: ${read.field} ${read.reason.en}` : read.values,
  );
}

const FREESWITCH =
  '"Ann","13800000001","95588","public","2026-11-23 10:00:00","2026-11-23 10:00:05","2026-11-23 10:01:05","65","60","NORMAL_CLEARING","3c1e6a3e-0000-4000-8000-000000000001","","acc"';
const ASTERISK =
  '"","02155500001","13900000002","from-trunk","""Ann, A"" <02155500001>","PJSIP/carrier-a-0000012f","","Dial","x","2026-11-23 10:00:00","","2026-11-23 10:00:20",20,0,"NO ANSWER","DOCUMENTATION","1763863200.17",""';

describe('formats', () => {
  it('reads JSON lines with a byte order mark, CR LF and blank lines', async () => {
    const reads = await readAll('\uFEFF{"text":"你好"}\r\n\r\n{"text":"b"}', { kind: 'messages' });
    expect(brief(reads)).toEqual([{ text: '你好' }, { text: 'b' }]);
    expect(reads.map((read) => read.line)).toEqual([1, 3]);
  });

  it('reads CSV with any of the usual delimiters and line ends inside quotes', async () => {
    const comma = await readAll('sender,text\n10690000,"a ""b"",\nc"\n1,d', { kind: 'messages' });
    expect(brief(comma)).toEqual([
      { sender: '10690000', text: 'a "b",\nc' },
      { sender: '1', text: 'd' },
    ]);
    for (const delimiter of [';', '\t', '|']) {
      const reads = await readAll(`发送方${delimiter}短信内容\n1${delimiter}x, y`, { kind: 'messages' });
      expect(brief(reads)).toEqual([{ 发送方: '1', 短信内容: 'x, y' }]);
    }
  });

  it('reads FreeSWITCH records with and without codecs, and the quotes that FreeSWITCH does not double', async () => {
    const quoted = FREESWITCH.replace('"Ann"', '"Ann "A" Lee"');
    const reads = await readAll(`${FREESWITCH}\n${FREESWITCH},"PCMA","PCMA"\n${quoted}\n`, { kind: 'calls' });
    expect(reads.map((read) => !isReject(read) && read.values)).toMatchObject([
      { caller_id_number: '13800000001', destination_number: '95588', context: 'public' },
      { read_codec: 'PCMA' },
      { caller_id_name: 'Ann "A" Lee', caller_id_number: '13800000001' },
    ]);
  });

  it('reads Asterisk records with the peer of the channel as trunk, also without unique id', async () => {
    const short = ASTERISK.split(',').slice(0, -2).join(',');
    const reads = await readAll(`${ASTERISK}\n${short}\n`, { kind: 'calls' });
    expect(reads.map((read) => !isReject(read) && read.values)).toMatchObject([
      { src: '02155500001', dst: '13900000002', uniqueid: '1763863200.17', trunk: 'carrier-a' },
      { dcontext: 'from-trunk', start: '2026-11-23 10:00:00' },
    ]);
  });

  it('tells the format although the first lines are damaged', async () => {
    const formats: string[] = [];
    const onFormat = (format: string) => formats.push(format);
    await readAll(`{"from": "1\n{"from":"1","to":"2"}\n`, { kind: 'calls', onFormat }, 4096);
    await readAll(`garbage\n${FREESWITCH}\n`, { kind: 'calls', onFormat }, 4096);
    await readAll(`garbage\n${ASTERISK}\n`, { kind: 'calls', onFormat }, 4096);
    expect(formats).toEqual(['jsonl', 'freeswitch', 'asterisk']);
  });

  it('takes no call record for a header because a value in it is the name of a column', async () => {
    const formats: string[] = [];
    const onFormat = (format: string) => formats.push(format);
    await readAll(FREESWITCH.replace('"acc"', '"line"'), { kind: 'calls', onFormat });
    await readAll(ASTERISK.replace('"",', '"trunk",'), { kind: 'calls', onFormat });
    expect(formats).toEqual(['freeswitch', 'asterisk']);
  });

  it('reads GB18030 where the file is not UTF-8, and says so', async () => {
    const gbk = Buffer.concat([
      Buffer.from('{"text":"'),
      Buffer.from('c4e3bac3', 'hex'),
      Buffer.from('"}\n'),
    ]);
    const encodings: string[] = [];
    const reads = await readAll(gbk, { kind: 'messages', onEncoding: (name) => encodings.push(name) });
    expect(brief(reads)).toEqual([{ text: '你好' }]);
    expect(encodings).toEqual(['gb18030']);
  });

  it.each([
    ['[{"text":"a"}]', 'is a JSON array'],
    ['name,age\nann,3\n', 'neither JSON'],
    ['sender,to\n1,2\n', 'the header has no column for text'],
    [
      `${Array.from({ length: 600 }, (_, index) => `text${index === 0 ? '' : index}`).join(',')}\n`,
      'more than 500',
    ],
  ])('refuses a file that holds no such records: %.20s', async (content, reason) => {
    await expect(readAll(content.slice(0, 60_000), { kind: 'messages' }, 8192)).rejects.toThrow(reason);
  });
});

describe('bad lines cost only themselves', () => {
  const GOOD = '{"text":"good"}';
  it.each([
    ['{"text":', 'is not valid JSON'],
    ['42', 'must be a JSON object'],
    ['[1]', 'must be a JSON object'],
    ['null', 'must be a JSON object'],
    [`{"text":"${'x'.repeat(1_100_000)}"}`, 'is longer than 1,048,576 bytes'],
  ])('JSON: %.20s', async (bad, reason) => {
    const reads = await readAll(`${GOOD}\n${bad}\n${GOOD}`, { kind: 'messages' }, 65_536);
    expect(brief(reads)).toEqual([
      { text: 'good' },
      expect.stringContaining(`2: (line) ${reason}`),
      { text: 'good' },
    ]);
  });

  it.each([
    ['1,"never closed', 'has a quoted field that is not closed properly'],
    ['1,"closed"then text', 'has a quoted field that is not closed properly'],
    ['1,2,3', 'has 3 columns instead of 2'],
    ['1', 'has 1 columns instead of 2'],
  ])('CSV: %s', async (bad, reason) => {
    const reads = await readAll(`sender,text\n1,a\n${bad}\n2,"b"\n3,"c"\n`, { kind: 'messages' });
    expect(brief(reads)).toEqual([
      { sender: '1', text: 'a' },
      `3: (line) ${reason}`,
      { sender: '2', text: 'b' },
      { sender: '3', text: 'c' },
    ]);
  });

  it('bytes that are no text in the encoding of the file', async () => {
    const bad = Buffer.from([0x7b, 0xff, 0xfe, 0x7d, 0x0a]);
    const good = Buffer.from('{"text":"好"}\n');
    const reads = await readAll(Buffer.concat([good, bad, good]), { kind: 'messages' }, 4096);
    expect(brief(reads)).toEqual([{ text: '好' }, '2: (line) is not valid utf-8 text', { text: '好' }]);
  });

  it('rows that are too short for a switch', async () => {
    const reads = await readAll(`${FREESWITCH}\na,b\n${FREESWITCH}`, { kind: 'calls' }, 4096);
    expect(reads.map(isReject)).toEqual([false, true, false]);
  });
});

describe('hostile files', () => {
  const damage = fc.array(
    fc.uint8Array({ maxLength: 40 }).map((bytes) => bytes.map((b) => (b === 10 ? 11 : b))),
    {
      maxLength: 8,
    },
  );
  const chunk = fc.integer({ min: 1, max: 200 });

  it('random bytes as a line never throw and never cost a good JSON line', async () => {
    await fc.assert(
      fc.asyncProperty(damage, chunk, async (bad, size) => {
        const good = (index: number) => Buffer.from(`{"text":"好 ${index}"}\n`);
        const parts = bad.flatMap((bytes, index) => [bytes, Buffer.from('\n'), good(index)]);
        const reads = await readAll(
          Buffer.concat([good(99), ...parts]),
          { kind: 'messages', encoding: 'utf-8' },
          size,
        );
        const texts = reads.flatMap((read) => (isReject(read) ? [] : [read.values.text]));
        const wanted = ['好 99', ...bad.map((_, index) => `好 ${index}`)];
        expect(texts.filter((text) => wanted.includes(text as string))).toEqual(wanted);
      }),
      { numRuns: 200 },
    );
  });

  it('random bytes as a line never cost a good call record', async () => {
    await fc.assert(
      fc.asyncProperty(damage, chunk, async (bad, size) => {
        const parts = bad.flatMap((bytes) => [bytes, Buffer.from(`\n${FREESWITCH}\n`)]);
        const reads = await readAll(
          Buffer.concat([Buffer.from(`${FREESWITCH}\n`), ...parts]),
          {
            kind: 'calls',
            format: 'freeswitch',
            encoding: 'utf-8',
          },
          size,
        );
        const good = reads.filter(
          (read) => !isReject(read) && read.values.caller_id_number === '13800000001',
        );
        expect(good).toHaveLength(bad.length + 1);
      }),
      { numRuns: 200 },
    );
  });

  it('random text as a CSV line never costs the quoted lines after it, once one of them shows that it was damage', async () => {
    const text = fc.string({ unit: fc.constantFrom('"', ',', 'a', ' ', '\\', "'"), maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 5 }), chunk, async (bad, size) => {
        const parts = bad.flatMap((line, index) => [line, `"good ${index}","x"`]);
        const reads = await readAll(['text,sender', ...parts, ''].join('\n'), { kind: 'messages' }, size);
        const texts = reads.flatMap((read) => (isReject(read) ? [] : [String(read.values.text)]));
        const lost = bad.filter((_, index) => !texts.includes(`good ${index}`));
        // Only a damaged field that closes exactly where a later record ends is CSV as good as any other.
        expect(lost.length === 0 || texts.some((found) => found.includes('\n'))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('any bytes at all either read or are refused with a reason', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 600 }),
        fc.constantFrom('jsonl', 'freeswitch', 'asterisk'),
        chunk,
        async (bytes, format, size) => {
          for (const read of await readAll(bytes, { kind: 'calls', format: format as 'jsonl' }, size)) {
            if (isReject(read)) expect(read.reason.en).not.toBe('');
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('a quote on every line is read in time that grows with the file only', async () => {
    const lines = Array.from({ length: 20_000 }, () => '1,"open').join('\n');
    const reads = await readAll(`sender,text\n${lines}`, { kind: 'messages' }, 65_536);
    expect(reads.every(isReject)).toBe(true);
  });
});

describe('opening files', () => {
  const write = (name: string, bytes: Uint8Array | string) => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  };
  const bytesOf = async (path: string) => {
    const parts: Uint8Array[] = [];
    for await (const part of (await openInput(path)).bytes) parts.push(part);
    return Buffer.concat(parts).toString();
  };

  it('unpacks gzip whatever the name says', async () => {
    expect(await bytesOf(write('packed.jsonl', gzipSync('{"text":"a"}\n')))).toBe('{"text":"a"}\n');
  });

  it('reads an empty file as no records', async () => {
    expect(await bytesOf(write('empty', ''))).toBe('');
  });

  it.each([
    ['missing', undefined, 'no such file'],
    ['cut.gz', gzipSync('x'.repeat(10_000)).subarray(0, 20), 'damaged or ends early'],
    ['sheet.xlsx', Buffer.from('504b030400', 'hex'), 'save the sheet as CSV'],
    ['utf16.csv', Buffer.from('\uFEFFtext', 'utf16le'), 'is UTF-16'],
  ])('%s is refused with its reason', async (name, bytes, reason) => {
    const path = bytes === undefined ? join(folder, name) : write(name, bytes);
    await expect(bytesOf(path)).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining(reason),
    });
  });

  it('a folder is refused', async () => {
    await expect(bytesOf(folder)).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('is a folder'),
    });
  });
});
