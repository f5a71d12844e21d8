import type { Subject } from '@fanzha/vocabulary';
import {
  type ListDelta,
  type ListFile,
  type ListInfo,
  type ListKind,
  type ListStep,
  type Lists,
  NEVER_BLOCK,
  type OwnList,
} from './list.model.ts';
import { MAX_VALUE, SubjectTable } from './subject-table.model.ts';

export interface ListIndexParts {
  readonly files: readonly ListFile[];
  readonly canonicalNumber: (value: string) => string;
  /** Makes the places of values in the table unforeseeable. */
  readonly seed: number;
  /** Lets other work run between two pieces of a large change. */
  readonly breathe: () => Promise<void>;
}

/** Entries that are put in at once: well under a millisecond of work. */
const PIECE = 2000;
/** Numbers of lists are 16 bits. */
const MOST_LISTS = 65_535;
const NONE: readonly string[] = [];

const isLatin = (value: string): boolean =>
  value.length <= MAX_VALUE && !Array.from(value).some((char) => (char.codePointAt(0) ?? 256) > 255);

/** The lists of a pack, and own lists that may change at any time without a look-up seeing half of it. */
export function createListIndex(parts: ListIndexParts): Lists {
  return new ListIndex(parts);
}

class ListIndex implements Lists {
  readonly #parts: ListIndexParts;
  readonly #pack: readonly ListInfo[];
  /** What a look-up answers for each numbered list. */
  #infos: ListInfo[] = [];
  #names: (readonly string[])[] = [];
  #numbers = new Map<string, number>();
  #tables: Record<ListKind, SubjectTable>;
  /** Hosts that are never to be blocked, and every name above them. */
  #protectedParents = new Map<string, ListInfo>();
  #unions = new Map<string, readonly string[]>();
  #version = 0;
  #work: Promise<unknown> = Promise.resolve();

  constructor(parts: ListIndexParts) {
    this.#parts = parts;
    this.#pack = parts.files.map(packInfo);
    this.#tables = this.#packTables();
  }

  get all(): readonly ListInfo[] {
    return this.#infos;
  }

  get version(): number {
    return this.#version;
  }

  lookUp({ kind, value }: Pick<Subject, 'kind' | 'value'>, at?: string): readonly string[] {
    if (kind === 'host') return this.#known('host', value, true, at);
    if (kind !== 'number' && kind !== 'sender') return NONE;
    return this.#tables.number.holds(value) ? this.#known('number', value, false, at) : NONE;
  }

  names(kind: ListKind): readonly string[] {
    const names = this.#infos.flatMap((info) => (info.kind === kind ? namesOf(info) : []));
    return [...new Set(names)].sort();
  }

  protector(kind: ListKind, value: string): ListInfo | undefined {
    let found: ListInfo | undefined;
    this.#tables[kind].visit(value, kind === 'host', (list) => {
      const info = this.#infos[list];
      if (info && isProtecting(info)) found ??= info;
    });
    return found ?? (kind === 'host' ? this.#protectedParents.get(value) : undefined);
  }

  apply(delta: ListDelta): Promise<'applied' | 'known' | 'gap'> {
    const next = this.#work.then(() => this.#apply(delta));
    this.#work = next.catch(() => undefined);
    return next;
  }

  reset(): Promise<void> {
    this.#work = this.#work.then(() => {
      this.#tables = this.#packTables();
      this.#version = 0;
    });
    return this.#work as Promise<void>;
  }

  async #apply({ from, to, lists, steps }: ListDelta): Promise<'applied' | 'known' | 'gap'> {
    if (to <= this.#version) return 'known';
    if (from > this.#version) return 'gap';
    for (const list of lists) this.#number(list);
    for (let start = 0; start < steps.length; start += PIECE) {
      for (const step of steps.slice(start, start + PIECE)) this.#stage(step);
      await this.#parts.breathe();
    }
    const tables = Object.values(this.#tables);
    for (const table of tables) table.flip();
    this.#version = to;
    for (let start = 0; start < steps.length; start += PIECE) {
      for (const step of steps.slice(start, start + PIECE)) this.#tableOf(step)?.settle(step.value);
      await this.#parts.breathe();
    }
    for (const table of tables) table.settled();
    return 'applied';
  }

  #stage(step: ListStep): void {
    const number = this.#numbers.get(step.list);
    const table = this.#tableOf(step);
    if (number === undefined || !table || !isLatin(step.value)) return;
    if (step.gone) table.stageRemove(step.value, number);
    else {
      table.stageAdd(step.value, number, step.until ?? 0);
      const info = this.#infos[number];
      if (info && info.kind === 'host' && isProtecting(info)) this.#protectParents(step.value, info);
    }
  }

  #tableOf({ list }: ListStep): SubjectTable | undefined {
    const info = this.#infos[this.#numbers.get(list) ?? -1];
    return info && this.#tables[info.kind];
  }

  /** The number of an own list, given now if it is new. */
  #number(list: OwnList): void {
    const known = this.#numbers.get(list.id);
    const number = known ?? this.#infos.length;
    if (number > MOST_LISTS || this.#infos[number]?.origin === 'pack') return;
    this.#infos[number] = { ...list, origin: 'own', source: '', size: 0 };
    this.#names[number] = namesOf(list);
    this.#numbers.set(list.id, number);
    this.#unions.clear();
  }

  #packTables(): Record<ListKind, SubjectTable> {
    const { files, canonicalNumber, seed } = this.#parts;
    const tables = { number: new SubjectTable(seed), host: new SubjectTable(seed) };
    this.#infos = [...this.#pack];
    this.#names = this.#pack.map(namesOf);
    this.#numbers = new Map(this.#pack.map(({ id }, index) => [id, index]));
    this.#protectedParents = new Map();
    this.#unions.clear();
    for (const [number, { kind, entries }] of files.entries()) {
      const info = this.#infos[number];
      for (const entry of entries) {
        const written = typeof entry === 'string' ? entry : entry.value;
        const value = kind === 'number' ? canonicalNumber(written) : written.toLowerCase();
        if (!isLatin(value)) continue;
        tables[kind].stageAdd(value, number, 0);
        tables[kind].settle(value);
        if (info && kind === 'host' && isProtecting(info)) this.#protectParents(value, info);
      }
    }
    return tables;
  }

  #protectParents(host: string, info: ListInfo): void {
    for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
      this.#protectedParents.set(host.slice(dot + 1), info);
    }
  }

  #known(kind: ListKind, value: string, parents: boolean, at: string | undefined): readonly string[] {
    const found: number[] = [];
    let isProtected = false;
    let nearest = 0;
    let now = -1;
    this.#tables[kind].visit(value, parents, (list, until, name) => {
      if (until > 0 && at !== undefined) {
        if (now < 0) now = Date.parse(at) / 1000;
        if (until <= now) return;
      }
      const info = this.#infos[list];
      if (!info) return;
      const protecting = isProtecting(info);
      // Of the pack's hosts the nearest name says it; own lists hold for everything below an entry.
      if (info.origin === 'pack' && nearest > name && !protecting) return;
      if (info.origin === 'pack') nearest = Math.max(nearest, name);
      isProtected ||= protecting;
      if (!found.includes(list)) found.push(list);
    });
    if (found.length === 0) return NONE;
    return this.#union(isProtected ? found.filter((list) => this.#infos[list]?.purpose !== 'block') : found);
  }

  #union(lists: readonly number[]): readonly string[] {
    const [only] = lists;
    if (only !== undefined && lists.length === 1) return this.#names[only] ?? NONE;
    const key = lists.join(' ');
    const known = this.#unions.get(key);
    if (known) return known;
    const union = [...new Set(lists.flatMap((list) => this.#names[list] ?? NONE))].sort();
    if (this.#unions.size > MOST_LISTS) this.#unions.clear();
    this.#unions.set(key, union);
    return union;
  }
}

function packInfo({ id, title, kind, date, source, tags, entries }: ListFile): ListInfo {
  const purpose = tags.includes(NEVER_BLOCK) ? 'protect' : 'watch';
  return { id, title, kind, purpose, tags, origin: 'pack', date, source, size: entries.length };
}

const isProtecting = ({ purpose }: ListInfo): boolean => purpose === 'protect';

function namesOf({ id, tags, purpose }: OwnList): readonly string[] {
  return [...new Set([id, ...tags, ...(purpose === 'protect' ? [NEVER_BLOCK] : [])])].sort();
}
