import type { EventKindName, FactValue, FanzhaEvent } from '@fanzha/contract';
import type { Pack } from '../platform/index.ts';
import type { CounterValue, Counting, CountingPiece, CountingStats, ReadCounters } from './counting.model.ts';
import { engineSection } from './engine-setting.model.ts';
import { type EventKind, type EventReading, instantOf } from './event.model.ts';
import { OpenEvents } from './open-event.model.ts';
import type { Facts } from './signal.model.ts';
import type { Subjects } from './subjects-map.model.ts';
import { type CounterSpec, counterIdentity, MAX_WINDOW_MS } from './window/counter.model.ts';
import {
  type GroupStats,
  type WindowEvent,
  type WindowInputs,
  WindowSnapshotError,
  type WindowStore,
} from './window/windows.model.ts';
import { createWindows } from './window/windows.service.ts';
import { WindowSetting } from './window-setting.model.ts';

const MIB = 1024 * 1024;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const NO_INPUTS: WindowInputs = { subjects: [], numbers: [], flags: [] };
const NO_SLOTS: readonly Slot[] = [];
const SIMULATED = 'simulated ';

/** The name under which a subject of simulated events is counted. */
export const simulatedSubject = (value: string): string => `${SIMULATED}${value}`;

/**
 * Secret of the hashes where no installation is behind the counting: a file that is screened twice gets the same
 * estimates, and nobody gains by choosing numbers that collide in a file of his own.
 */
const SEED_OF_FILES = Buffer.from('fanzha counts of files');

/** What counting takes from the installation rather than from the pack. */
export interface CountingOptions {
  /** Secret of the installation (`windowSeed`), 8 bytes or more. */
  readonly seed?: Uint8Array;
  /** Memory in MiB instead of the pack's. */
  readonly budgetMegabytes?: number;
}

/**
 * The secret of an installation's counters, made from its vault: lasting, so that a replay gives the same estimates to
 * the last digit, and unknown outside, so that nobody can choose subjects that collide.
 */
export function windowSeed(vault: { token(kind: string, value: string): string }): Uint8Array {
  return Buffer.from(vault.token('windows', 'seed'), 'base64url');
}

/** Counting under the pack's limits (`engine.json`, section `windows`), without any counters yet. */
export function createCounting(
  pack: Pick<Pack, 'read'>,
  kinds: readonly EventKind[],
  options: CountingOptions = {},
): Counting {
  return new WindowCounting(engineSection(pack, 'windows', WindowSetting), kinds, options);
}

const NONE: readonly string[] = [];

interface Slot {
  readonly name: string;
  readonly slot: number;
}

interface Adopted {
  readonly spec: CounterSpec;
  /** Event or wall time at which nobody read it any more; undefined while it is read. */
  readonly unusedSince?: number;
}

/** An event as counters see it, written over for the next one. */
interface Sight extends WindowEvent {
  kind: string;
  at: number;
  subjects: (string | undefined)[];
  numbers: number[];
  flags: number[];
  position: number | undefined;
}

type Way = 'observe' | 'preview' | 'peek';

class WindowCounting implements Counting {
  readonly #setting: WindowSetting;
  readonly #kinds: ReadonlyMap<EventKindName, EventKind>;
  readonly #seed: Uint8Array;
  readonly #budgetBytes: number;
  /** Event time alone counts: the parser refuses the future, and `screen` decides files that are months old. */
  #store: WindowStore | undefined;
  /** By the names of facts, and by identity with those that nobody reads any more. */
  #counters: ReadonlyMap<string, CounterSpec> = new Map();
  #adopted: ReadonlyMap<string, Adopted> = new Map();
  #slots = new Map<EventKindName, readonly Slot[]>();
  /** Of each subject that is counted by, whether it is a role; the others are facts, whose names have a dot. */
  #isRole: readonly boolean[] = [];
  #names = new Map<EventKindName, readonly string[]>();
  #moving = new Set<EventKindName>();
  /** Kinds that are continued by a kind that counts. */
  #continued = new Set<EventKindName>();
  #position: number | undefined = -1;
  /** When the first counters, or all after a restart, began. */
  #startedAt = 0;
  readonly #open: OpenEvents;
  readonly #sight: Sight = { kind: '', at: 0, subjects: [], numbers: [], flags: [], position: undefined };

  constructor(setting: WindowSetting, kinds: readonly EventKind[], options: CountingOptions) {
    this.#setting = setting;
    this.#kinds = new Map(kinds.map((kind) => [kind.name, kind]));
    this.#seed = options.seed ?? SEED_OF_FILES;
    this.#budgetBytes = (options.budgetMegabytes ?? setting.budgetMegabytes) * MIB;
    this.#open = new OpenEvents(setting.openEvents, setting.openHours * HOUR_MS);
  }

  get longestMs(): number {
    return [...this.#counters.values()].reduce(
      (longest, { windowMs }) => Math.max(longest, windowMs === 0 ? MAX_WINDOW_MS : windowMs),
      0,
    );
  }

  counts(kind: EventKindName): boolean {
    return this.#moving.has(kind) || this.#continued.has(kind);
  }

  factsOf(kind: EventKindName): readonly string[] {
    return this.#names.get(kind) ?? NONE;
  }

  adopt(counters: ReadonlyMap<string, CounterSpec>, at: number): void {
    const read = new Map([...counters.values()].map((spec) => [counterIdentity(spec), { spec } as Adopted]));
    const kept = new Map(read);
    for (const [identity, { spec, unusedSince = at }] of this.#adopted) {
      const isKept = at - unusedSince < this.#setting.unusedHours * HOUR_MS;
      if (!read.has(identity) && isKept) kept.set(identity, { spec, unusedSince });
    }
    const specs = [...kept.values()].map(({ spec }) => spec);
    if (this.#store !== undefined) this.#store.declare(specs, at);
    else if (specs.length > 0) {
      this.#store = this.#newStore(specs, at);
      this.#startedAt = at;
    }
    this.#store?.retain(specs);
    this.#adopted = kept;
    this.#counters = counters;
    this.#plan();
  }

  startedAt(name: string): number | undefined {
    const spec = this.#counters.get(name);
    return spec && this.#store?.startedAt(spec);
  }

  observe: ReadCounters = (event, reading, facts, position) => {
    const store = this.#store;
    const { kind } = event;
    if (store === undefined || !this.#reads(kind)) return;
    this.#note(position);
    const continues = this.#kinds.get(kind)?.continues;
    const key = continues === undefined ? '' : linkKey(continues.kind, continues.id(event));
    if (continues?.suspected !== undefined) facts[continues.suspected] = this.#open.wasSuspected(key);
    const sight = this.#see(store, event, reading, facts, position);
    if (continues !== undefined) this.#end(store, sight, key);
    else if (this.#continued.has(kind)) this.#begin(store, sight, event.id, facts);
    else this.#tell(kind, store.observe(sight), facts);
  };

  suspect(event: FanzhaEvent, position = -1): void {
    if (!this.#continued.has(event.kind)) return;
    this.#open.suspect(linkKey(event.kind, event.id), instantOf(event.at), position);
  }

  preview: ReadCounters = (event, reading, facts) => this.#look('preview', event, reading, facts);

  peek: ReadCounters = (event, reading, facts) => this.#look('peek', event, reading, facts);

  countersOf(role: string, value: string, at: number): readonly CounterValue[] {
    const store = this.#store;
    if (store === undefined) return [];
    const subjects = store.inputs.subjects.map((name) => (name === role ? value : undefined));
    const values = store.peek({ kind: '', at, subjects, numbers: [], flags: [] });
    return [...this.#counters]
      .filter(([, { by, asked = by }]) => asked.length === 1 && asked[0] === role)
      .map(([name, spec]) => ({
        name,
        value: values[store.slots.get(counterIdentity(spec)) ?? -1] ?? 0,
        startedAt: store.startedAt(spec) ?? at,
      }));
  }

  stats(): CountingStats {
    const none = { keys: 0, usedBytes: 0, evictions: 0, expired: 0, late: 0, early: 0 };
    return {
      budgetBytes: this.#budgetBytes,
      ...(this.#store?.stats() ?? none),
      counters: this.#counters.size,
      unused: [...this.#adopted.values()].filter(({ unusedSince }) => unusedSince !== undefined).length,
      open: this.#open.open,
      waiting: this.#open.waiting,
    };
  }

  groups(): readonly GroupStats[] {
    return this.#store?.statsByGroup() ?? [];
  }

  get position(): number | undefined {
    return this.#position;
  }

  restart(at: number): void {
    const specs = [...this.#adopted.values()].map(({ spec }) => spec);
    this.#store = specs.length === 0 ? undefined : this.#newStore(specs, at);
    this.#open.clear();
    this.#position = -1;
    this.#startedAt = at;
    this.#plan();
  }

  snapshot(): Generator<CountingPiece> {
    const { inputs = NO_INPUTS } = this.#store ?? {};
    return piecesOf(this.#open.snapshot(this.#position ?? -1, inputs), this.#store);
  }

  restore(pieces: Iterable<CountingPiece>): { replayAfter: number } {
    const store = this.#store;
    if (store === undefined) throw new WindowSnapshotError('there are no counters to restore');
    const reader = pieces[Symbol.iterator]();
    try {
      // What is open was written first: all else is at a later position.
      const texts: string[] = [];
      let next = reader.next();
      for (; !next.done && next.value.type === 'open'; next = reader.next()) texts.push(next.value.json);
      const { replayAfter, counters } = store.restore(windowBytes(next, reader));
      if (counters === 0) throw new WindowSnapshotError('it has none of these counters');
      const position = this.#open.restore(texts, store.inputs);
      this.#position = position;
      this.#plan();
      return { replayAfter: Math.min(position, replayAfter) };
    } catch (error) {
      this.restart(this.#startedAt);
      if (error instanceof WindowSnapshotError) throw error;
      throw new WindowSnapshotError(error instanceof Error ? error.message : String(error));
    }
  }

  #newStore(specs: readonly CounterSpec[], startedAt: number): WindowStore {
    return createWindows({
      specs,
      budgetBytes: this.#budgetBytes,
      latenessMs: this.#setting.latenessMinutes * MINUTE_MS,
      seed: this.#seed,
      startedAt,
    });
  }

  #plan(): void {
    const specs = [...this.#adopted.values()].map(({ spec }) => spec);
    const names = [...this.#kinds.keys()];
    this.#moving = new Set(names.filter((name) => specs.some((spec) => movedBy(spec, name))));
    const continued = [...this.#kinds.values()].flatMap(({ name, continues }) =>
      continues !== undefined && this.#moving.has(name) ? [continues.kind] : [],
    );
    this.#continued = new Set(continued);
    this.#slots = new Map(names.map((name) => [name, this.#slotsOf(name)]));
    const { subjects } = this.#store?.inputs ?? NO_INPUTS;
    this.#isRole = subjects.map((name) => !name.includes('.'));
    this.#names = new Map([...this.#slots].map(([kind, slots]) => [kind, slots.map(({ name }) => name)]));
  }

  /** A kind reads the counters that it moves, and those that only kinds without a verdict of their own move. */
  #slotsOf(kind: EventKindName): Slot[] {
    const decided = (name: string) => this.#kinds.get(name as EventKindName)?.decided === true;
    if (!decided(kind)) return [];
    return [...this.#counters]
      .filter(([, spec]) => movedBy(spec, kind) || !spec.kinds.some(decided))
      .map(([name, spec]) => ({ name, slot: this.#store?.slots.get(counterIdentity(spec)) ?? -1 }));
  }

  #reads(kind: EventKindName): boolean {
    return this.counts(kind) || (this.#slots.get(kind)?.length ?? 0) > 0;
  }

  #note(position: number | undefined): void {
    if (position === undefined || this.#position === undefined) this.#position = undefined;
    else if (position > this.#position) this.#position = position;
  }

  #look(way: Way, event: FanzhaEvent, reading: EventReading, facts: Facts): void {
    const store = this.#store;
    if (store === undefined || (this.#slots.get(event.kind)?.length ?? 0) === 0) return;
    this.#tell(event.kind, store[way](this.#see(store, event, reading, facts)), facts);
  }

  #tell(kind: EventKindName, values: Float64Array, facts: Facts): void {
    const slots = this.#slots.get(kind) ?? NO_SLOTS;
    for (let index = 0; index < slots.length; index++) {
      const { name, slot } = slots[index] as Slot;
      facts[name] = values[slot] ?? 0;
    }
  }

  /** An event that others carry on: who took part is kept for them; what came before it is counted now. */
  #begin(store: WindowStore, sight: Sight, id: string, facts: Facts): void {
    const { position = -1, kind } = sight;
    const early = this.#open.begin(linkKey(kind, id), sight, position);
    const subjects = early && sight.subjects.slice();
    this.#tell(kind as EventKindName, store.observe(sight), facts);
    if (early && subjects) store.record(carriedOn(early, subjects, position));
  }

  /** Counts an event by the subjects of the one that it carries on, once for each of these. */
  #end(store: WindowStore, sight: Sight, key: string): void {
    const { position = -1 } = sight;
    const subjects = this.#open.end(key, sight, position);
    if (subjects !== undefined) store.record(carriedOn(sight, subjects, position));
  }

  #see(
    store: WindowStore,
    event: FanzhaEvent,
    { subjects }: EventReading,
    facts: Facts,
    position?: number,
  ): Sight {
    const sight = this.#sight;
    const { inputs } = store;
    sight.kind = event.kind;
    sight.at = instantOf(event.at);
    sight.position = position;
    for (let index = 0; index < inputs.subjects.length; index++) {
      const name = inputs.subjects[index] as string;
      const value = this.#isRole[index] ? subjectOf(subjects, name) : textOf(facts[name]);
      // What never happened must not speak against anybody: simulated subjects are others than the real ones.
      sight.subjects[index] = value !== undefined && event.simulated ? simulatedSubject(value) : value;
    }
    for (let index = 0; index < inputs.numbers.length; index++) {
      const fact = facts[inputs.numbers[index] as string];
      sight.numbers[index] = typeof fact === 'number' ? fact : Number.NaN;
    }
    for (let index = 0; index < inputs.flags.length; index++) {
      sight.flags[index] = facts[inputs.flags[index] as string] === true ? 1 : 0;
    }
    return sight;
  }
}

const movedBy = ({ kinds }: CounterSpec, kind: EventKindName) => kinds.length === 0 || kinds.includes(kind);

const linkKey = (kind: string, id: string) => `${kind}\n${id}`;

function textOf(fact: FactValue | undefined): string | undefined {
  return typeof fact === 'string' ? fact : undefined;
}

function subjectOf(subjects: EventReading['subjects'], role: string): string | undefined {
  for (const subject of subjects) if (subject.role === role) return subject.value;
  return undefined;
}

/** An event with the subjects that it does not name itself taken from the one that it carries on. */
function carriedOn(event: WindowEvent, subjects: Subjects, position: number): WindowEvent {
  const joined = event.subjects.map((own, index) =>
    own === undefined || own === '' ? subjects[index] : own,
  );
  const { kind, at, numbers, flags } = event;
  return { kind, at, subjects: joined, numbers, flags, position: position < 0 ? undefined : position };
}

function* piecesOf(texts: Iterable<string>, store: WindowStore | undefined): Generator<CountingPiece> {
  for (const json of texts) yield { type: 'open', json };
  for (const bytes of store?.snapshot() ?? []) yield { type: 'windows', bytes };
}

function* windowBytes(
  first: IteratorResult<CountingPiece>,
  rest: Iterator<CountingPiece>,
): Generator<Uint8Array> {
  for (let next = first; !next.done; next = rest.next()) {
    if (next.value.type !== 'windows') throw new WindowSnapshotError('its pieces are out of order');
    yield next.value.bytes;
  }
}
