import { closeSync, openSync, readSync, unlinkSync } from 'node:fs';
import { mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { PutAway, RepeatStore } from './repeat.model.ts';
import { farKey, type RepeatPartition, SLOT_BYTES, TABLES } from './repeat-partition.model.ts';

/** What a file of ids says of itself, as JSON before its tables. */
interface Head {
  readonly id: number;
  readonly first: number;
  readonly size: number;
  readonly replayFrom: number;
  readonly far: readonly (readonly [number, number])[];
  /** Slots of each table, in order. */
  readonly slots: readonly number[];
}

const NAME = /^(\d+)-(\d+)\.ids$/;
const MAGIC = 'FZREPEA1';
/** magic (8), length of the head (4, big-endian) */
const LEAD_BYTES = 12;
const MAX_HEAD = 8 * 1024 * 1024;
/** Bytes read at once for one look-up; runs of full slots are shorter as a rule. */
const WINDOW_BYTES = 512;

/** Files of ids in a folder. */
export interface RepeatFiles extends RepeatStore {
  /** Journal position from which ids must be read again; undefined when nothing was put away. */
  readonly replayFrom: number | undefined;
}

/** Opens the files that are there; one that is not whole is removed, since the journal has what it held. */
export async function openRepeatFiles(folder: string): Promise<RepeatFiles> {
  await mkdir(folder, { recursive: true });
  const kept: RepeatFile[] = [];
  for (const name of (await readdir(folder)).sort()) {
    if (!NAME.test(name)) {
      await unlink(join(folder, name)).catch(() => undefined);
      continue;
    }
    const file = await openFile(join(folder, name));
    if (file) kept.push(file);
    else await unlink(join(folder, name));
  }
  return {
    kept,
    replayFrom: kept.length === 0 ? undefined : Math.max(...kept.map(({ replayFrom }) => replayFrom)),
    put: (id, partition, replayFrom) => write(folder, id, partition, replayFrom),
  };
}

async function write(
  folder: string,
  id: number,
  partition: RepeatPartition,
  replayFrom: number,
): Promise<PutAway> {
  const tables = partition.tables();
  const head: Head = {
    id,
    first: partition.first,
    size: partition.size,
    replayFrom,
    far: partition.far(),
    slots: tables.map((slots) => (slots?.length ?? 0) / 2),
  };
  const text = Buffer.from(JSON.stringify(head));
  const lead = Buffer.alloc(LEAD_BYTES);
  lead.write(MAGIC, 'latin1');
  lead.writeUInt32BE(text.length, MAGIC.length);
  const path = join(folder, `${id}-${partition.first}.ids`);
  const file = await open(`${path}.new`, 'w');
  try {
    await file.write(Buffer.concat([lead, text]));
    // Table by table: between two of them events are decided.
    for (const slots of tables) {
      if (slots) await file.write(Buffer.from(slots.buffer, slots.byteOffset, slots.byteLength));
    }
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  const opened = await openFile(path);
  if (!opened) throw new Error(`${path} cannot be read after it was written`);
  return opened;
}

async function openFile(path: string): Promise<RepeatFile | undefined> {
  const { size: bytes } = await stat(path);
  const fd = openSync(path, 'r');
  const lead = Buffer.alloc(LEAD_BYTES);
  readSync(fd, lead, 0, LEAD_BYTES, 0);
  const length = lead.readUInt32BE(MAGIC.length);
  if (lead.toString('latin1', 0, MAGIC.length) === MAGIC && length <= MAX_HEAD) {
    const text = Buffer.alloc(length);
    readSync(fd, text, 0, length, LEAD_BYTES);
    const head = headOf(text);
    const tables = head?.slots.reduce((sum, slots) => sum + slots * SLOT_BYTES, 0);
    if (head && bytes === LEAD_BYTES + length + (tables ?? 0))
      return new RepeatFile(path, fd, bytes, head, length);
  }
  closeSync(fd);
  return undefined;
}

function headOf(text: Buffer): Head | undefined {
  try {
    const head = JSON.parse(text.toString()) as Head;
    return head.slots.length === TABLES ? head : undefined;
  } catch {
    return undefined;
  }
}

class RepeatFile implements PutAway {
  readonly id: number;
  readonly size: number;
  readonly bytes: number;
  readonly replayFrom: number;
  readonly #path: string;
  readonly #fd: number;
  readonly #first: number;
  readonly #slots: Uint32Array;
  readonly #offsets = new Float64Array(TABLES);
  readonly #far: ReadonlyMap<number, number>;
  readonly #window = Buffer.alloc(WINDOW_BYTES);

  constructor(path: string, fd: number, bytes: number, head: Head, headBytes: number) {
    this.#path = path;
    this.#fd = fd;
    this.bytes = bytes;
    this.id = head.id;
    this.size = head.size;
    this.replayFrom = head.replayFrom;
    this.#first = head.first;
    this.#far = new Map(head.far);
    this.#slots = Uint32Array.from(head.slots);
    let offset = LEAD_BYTES + headBytes;
    for (let table = 0; table < TABLES; table++) {
      this.#offsets[table] = offset;
      offset += (this.#slots[table] ?? 0) * SLOT_BYTES;
    }
  }

  /** One small read of the disk, or of what the system still has of it. */
  find(low: number, high: number): number | undefined {
    const table = low % TABLES;
    const slots = this.#slots[table] ?? 0;
    if (slots === 0) return this.#far.get(farKey(low, high));
    let slot = high & (slots - 1);
    for (let seen = 0; seen < slots; ) {
      const count = Math.min(WINDOW_BYTES / SLOT_BYTES, slots - slot);
      const place = (this.#offsets[table] ?? 0) + slot * SLOT_BYTES;
      readSync(this.#fd, this.#window, 0, count * SLOT_BYTES, place);
      for (let index = 0; index < count; index++) {
        const relative = this.#window.readUInt32LE(index * SLOT_BYTES + 4);
        if (relative === 0) return this.#far.get(farKey(low, high));
        if (this.#window.readUInt32LE(index * SLOT_BYTES) === high) return this.#first + relative - 1;
      }
      seen += count;
      slot = (slot + count) % slots;
    }
    return undefined;
  }

  remove(): void {
    closeSync(this.#fd);
    unlinkSync(this.#path);
  }
}
