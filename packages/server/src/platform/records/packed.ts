import { pipeline, Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import type { Localized } from '@fanzha/vocabulary';

/** How a file is packed. */
export type Packing = 'gzip' | 'zstd';

/** Told by the first four bytes; undefined for what is not packed in a way that is unpacked here. */
export function packingOf(first: Uint8Array): Packing | undefined {
  const hex = Buffer.from(first.subarray(0, 4)).toString('hex');
  if (hex.startsWith('1f8b')) return 'gzip';
  return hex === '28b52ffd' ? 'zstd' : undefined;
}

const FOREIGN: readonly (readonly [magic: string, reason: Localized])[] = [
  [
    '504b0304',
    {
      'zh-CN': '是 ZIP 或 Excel 文件：请解压，或将表格另存为 CSV',
      en: 'is a ZIP or Excel file: unpack it, or save the sheet as CSV',
    },
  ],
  ['fffe', { 'zh-CN': '是 UTF-16：请另存为 UTF-8', en: 'is UTF-16: save it as UTF-8' }],
  ['feff', { 'zh-CN': '是 UTF-16：请另存为 UTF-8', en: 'is UTF-16: save it as UTF-8' }],
  [
    '25504446',
    {
      'zh-CN': '是 PDF 文件：需要 JSON 行或 CSV',
      en: 'is a PDF file: records are needed as JSON lines or CSV',
    },
  ],
  [
    'd0cf11e0',
    {
      'zh-CN': '是旧版 Excel 文件：请将表格另存为 CSV',
      en: 'is an old Excel file: save the sheet as CSV',
    },
  ],
  ['fd377a58', { 'zh-CN': '是 xz 压缩文件：请先解压', en: 'is packed with xz: unpack it first' }],
];

/** Why a file that begins like this cannot hold records; undefined when it may. */
export function foreignFile(first: Uint8Array): Localized | undefined {
  const hex = Buffer.from(first.subarray(0, 4)).toString('hex');
  return FOREIGN.find(([magic]) => hex.startsWith(magic))?.[1];
}

const CHUNK = 256 * 1024;

/** Unpacks as it is read. Throws the error of the library when the data is damaged or ends early. */
export async function* unpacked(
  packed: AsyncIterable<Uint8Array>,
  packing: Packing,
): AsyncGenerator<Uint8Array> {
  const unpack =
    packing === 'gzip' ? createGunzip({ chunkSize: CHUNK }) : createZstdDecompress({ chunkSize: CHUNK });
  // The failure reaches the reader through the iteration below; pipeline only has to close both ends.
  pipeline(Readable.from(packed, { objectMode: false }), unpack, () => undefined);
  yield* unpack as AsyncIterable<Uint8Array>;
}
