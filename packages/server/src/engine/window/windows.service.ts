import { type CounterSpec, counterIdentity } from './counter.model.ts';
import { Entry } from './entry.model.ts';
import {
  FORGOTTEN,
  FREE,
  type Group,
  isForgotten,
  MAX_GROUPS,
  planGroups,
  sourcesOf,
} from './group.model.ts';
import { layoutOf, readDouble, writeDouble } from './layout.model.ts';
import {
  answer,
  type Condition,
  clearPlan,
  type GroupPlan,
  type InputNames,
  kindPlan,
  type Output,
  planGroup,
  planOutputs,
  readMark,
} from './plan.model.ts';
import { readEntry } from './reading.model.ts';
import { newShared, Segment } from './segment.model.ts';
import { Segments } from './segments.model.ts';
import { endFrame, headFrame, readFrames, type SnapshotHead } from './snapshot.model.ts';
import { SubjectHashes } from './subjects.model.ts';
import {
  type GroupStats,
  type WindowEvent,
  type WindowOptions,
  WindowSnapshotError,
  type WindowStats,
  type WindowStore,
} from './windows.model.ts';

const DEFAULT_LATENESS_MS = 600_000;
/** Seconds are kept in 32 bits: until the year 2106. */
const MAX_AT = 0xffff_ffff * 1000;

/** Counters in this process's memory. Throws RangeError when the budget is too small for the counters. */
export function createWindows(options: WindowOptions): WindowStore {
  return new MemoryWindows(options);
}

type Mode = 'count' | 'preview' | 'peek';
const NOBODY: readonly GroupPlan[] = [];

class MemoryWindows implements WindowStore {
  readonly inputs: InputNames = { subjects: [], numbers: [], flags: [] };
  readonly slots = new Map<string, number>();
  readonly #budget: number;
  readonly #lateness: number;
  readonly #now: (() => number) | undefined;
  readonly #subjects: SubjectHashes;
  readonly #shared = newShared([]);
  #segments: Segments;
  /** Where an entry is copied to be tried on. */
  readonly #trial = new Segment(newShared(this.#shared.layouts), Number.MAX_SAFE_INTEGER);
  readonly #entry: Entry;
  #groups: readonly Group[] = [];
  readonly #plans: GroupPlan[] = [];
  /** Plans of the groups that count. */
  #counted: readonly GroupPlan[] = [];
  /** Groups that are read for other subjects than those they count, by number and names. */
  #asked: readonly GroupPlan[] = NOBODY;
  /** By their places in the values; undefined for those that were forgotten. */
  readonly #specs: (CounterSpec | undefined)[] = [];
  #outputs: readonly Output[] = [];
  #values = new Float64Array(0);
  #late = 0;
  #early = 0;
  #position = -1;

  constructor({ specs, budgetBytes, latenessMs = DEFAULT_LATENESS_MS, seed, now, startedAt }: WindowOptions) {
    if (seed.length < 8) throw new RangeError('the seed must have at least 8 bytes');
    this.#budget = budgetBytes;
    this.#lateness = latenessMs;
    this.#now = now;
    this.#subjects = new SubjectHashes(seed);
    this.#adoptGroups(planGroups([], specs, startedAt ?? now?.() ?? 0));
    this.#adoptSpecs(specs);
    this.#segments = new Segments(this.#shared, budgetBytes);
    this.#entry = new Entry(this.#trial, layoutOf({ by: [], bases: [], marks: [], startedAt: 0 }, 0));
  }

  startedAt(spec: CounterSpec): number | undefined {
    const sources = sourcesOf(this.#groups, spec);
    return sources?.reduce((latest, { group }) => Math.max(latest, this.#groups[group]?.startedAt ?? 0), 0);
  }

  declare(specs: readonly CounterSpec[], at: number): void {
    if (this.#groups.length === MAX_GROUPS) this.#freeGroups();
    const groups = planGroups(this.#groups, specs, at);
    for (const [id, group] of groups.entries()) {
      if (group !== this.#groups[id]) this.#segments.checkRoom(layoutOf(group, id));
    }
    this.#adoptGroups(groups);
    this.#adoptSpecs(specs);
  }

  retain(specs: readonly CounterSpec[]): void {
    const kept = new Set(specs.map(counterIdentity));
    for (const [identity, slot] of this.slots) {
      if (kept.has(identity)) continue;
      this.slots.delete(identity);
      this.#specs[slot] = undefined;
    }
    const read = new Set(
      this.#declared().flatMap((spec) => sourcesOf(this.#groups, spec)?.map(({ group }) => group) ?? []),
    );
    const goes = (group: Group, id: number) => !read.has(id) && !isForgotten(group);
    if (!this.#groups.some(goes)) return;
    this.#adoptGroups(this.#groups.map((group, id) => (goes(group, id) ? FORGOTTEN : group)));
    this.#planOutputs();
  }

  observe(event: WindowEvent): Float64Array {
    this.#pass(event, 'count', this.#asked);
    return this.#answer();
  }

  record(event: WindowEvent): void {
    this.#pass(event, 'count', NOBODY);
  }

  preview(event: WindowEvent): Float64Array {
    this.#pass(event, 'preview', this.#asked);
    return this.#answer();
  }

  peek(event: WindowEvent): Float64Array {
    this.#pass(event, 'peek', this.#asked);
    return this.#answer();
  }

  *snapshot(): Generator<Uint8Array> {
    const { bits } = this.#segments;
    yield headFrame({ seedCheck: this.#subjects.check, groups: this.#groups, segmentBits: bits });
    const groups = this.#groups;
    let entries = 0;
    for (let index = 0; index < 2 ** bits; index++) {
      if (this.#groups !== groups)
        throw new WindowSnapshotError('counters were declared while it was written');
      const part = this.#segments.part(index, this.#position);
      entries += part.entries;
      yield part.frame;
    }
    yield endFrame(entries);
  }

  restore(pieces: Iterable<Uint8Array>): { replayAfter: number; counters: number } {
    this.#segments.clear();
    let counters: number;
    try {
      counters = this.#load(pieces);
    } catch (error) {
      this.#segments.clear();
      throw error;
    }
    return { replayAfter: this.#segments.replayAfter, counters };
  }

  stats(): WindowStats {
    const { keys, bytes } = this.#segments;
    return {
      keys,
      budgetBytes: this.#budget,
      usedBytes: bytes,
      evictions: this.#shared.evictions,
      expired: this.#shared.expired,
      late: this.#late,
      early: this.#early,
    };
  }

  statsByGroup(): GroupStats[] {
    const sizes = this.#segments.byGroup();
    return this.#groups.flatMap((group, id) =>
      isForgotten(group)
        ? []
        : {
            by: group.by,
            counters: this.#declared()
              .filter((spec) => sourcesOf(this.#groups, spec)?.some((source) => source.group === id))
              .map(counterIdentity),
            keys: sizes[id]?.keys ?? 0,
            bytes: sizes[id]?.bytes ?? 0,
            startedAt: group.startedAt,
          },
    );
  }

  /** Returns how many of the declared counters go on. */
  #load(pieces: Iterable<Uint8Array>): number {
    let head: SnapshotHead | undefined;
    let numbers: readonly number[] = [];
    let entries = 0;
    for (const frame of readFrames(pieces)) {
      if (frame.type === 'head') {
        if (head !== undefined) throw new WindowSnapshotError('it has two heads');
        head = frame.head;
        numbers = this.#adoptHead(head);
      } else if (head === undefined) throw new WindowSnapshotError('it has no head');
      else if (frame.type === 'part') {
        entries += this.#segments.adopt(frame.words, head.segmentBits, numbers);
      } else if (frame.entries !== entries) throw new WindowSnapshotError('subjects are missing');
    }
    this.#position = Math.max(this.#position, this.#segments.replayAfter);
    return this.#declared().filter((spec) => sourcesOf(head?.groups ?? [], spec) !== undefined).length;
  }

  /**
   * Goes on with those groups of the snapshot that a counter still reads; what it lacks starts now. Returns the number
   * here of each of its groups, -1 for those that are left behind.
   */
  #adoptHead({ seedCheck, groups }: SnapshotHead): number[] {
    if (seedCheck !== this.#subjects.check) throw new WindowSnapshotError('it was made with another secret');
    const read = new Set(
      this.#declared().flatMap((spec) => sourcesOf(groups, spec)?.map((source) => source.group) ?? []),
    );
    const kept = groups.filter((_, id) => read.has(id));
    const startedAt = this.#groups.reduce((latest, group) => Math.max(latest, group.startedAt), 0);
    const planned = planGroups(kept, this.#declared(), startedAt);
    for (const [id, group] of planned.entries()) this.#segments.checkRoom(layoutOf(group, id));
    this.#shared.layouts.length = 0;
    this.#shared.forgotten.fill(0);
    this.#plans.length = 0;
    this.#groups = [];
    this.#adoptGroups(planned);
    this.#adoptSpecs([]);
    return groups.map((group) => kept.indexOf(group));
  }

  #adoptGroups(groups: readonly Group[]): void {
    const { layouts, forgotten } = this.#shared;
    for (const [id, group] of groups.entries()) {
      if (group === this.#groups[id]) continue;
      forgotten[id] = isForgotten(group) ? 1 : 0;
      // What is left of a forgotten group lies in memory by its layout until it is dropped.
      if (isForgotten(group)) continue;
      const plan = planGroup(group, id, this.inputs);
      this.#plans[id] = plan;
      layouts[id] = plan.layout;
    }
    this.#groups = groups;
    this.#counted = this.#plans.filter((_, id) => !isForgotten(groups[id] as Group));
    this.#subjects.resize(this.inputs.subjects.length);
  }

  #adoptSpecs(specs: readonly CounterSpec[]): void {
    for (const spec of specs) {
      const identity = counterIdentity(spec);
      if (this.slots.has(identity)) continue;
      this.slots.set(identity, this.#specs.length);
      this.#specs.push(spec);
    }
    this.#planOutputs();
  }

  #declared(): CounterSpec[] {
    return this.#specs.filter((spec) => spec !== undefined);
  }

  /** Gives the numbers of forgotten groups free. */
  #freeGroups(): void {
    if (!this.#groups.includes(FORGOTTEN)) return;
    this.#segments.sweep();
    this.#adoptGroups(this.#groups.map((group) => (isForgotten(group) ? FREE : group)));
  }

  #planOutputs(): void {
    ({ outputs: this.#outputs, asked: this.#asked } = planOutputs(this.#specs, this.#groups, this.#plans));
    this.#subjects.resize(this.inputs.subjects.length);
    this.#values = new Float64Array(this.#specs.length);
  }

  /** What is asked of other subjects is read as it stood before the event. */
  #pass(event: WindowEvent, mode: Mode, asked: readonly GroupPlan[]): void {
    const at = this.#timeOf(event.at, mode);
    this.#subjects.take(event.subjects);
    for (let index = 0; index < asked.length; index++) {
      this.#visit(asked[index] as GroupPlan, event, at, 'peek');
    }
    let late = false;
    for (let index = 0; index < this.#counted.length; index++) {
      if (this.#visit(this.#counted[index] as GroupPlan, event, at, mode)) late = true;
    }
    if (mode !== 'count') return;
    if (late) this.#late++;
    if (event.position !== undefined && event.position > this.#position) this.#position = event.position;
  }

  #timeOf(at: number, mode: Mode): number {
    if (!(at >= 0 && at <= MAX_AT)) throw new RangeError(`event time is not milliseconds since 1970: ${at}`);
    const whole = Math.floor(at);
    if (this.#now === undefined) return whole;
    const now = this.#now();
    this.#shared.nowSeconds = Math.floor(now / 1000);
    if (whole <= now + this.#lateness) return whole;
    if (mode === 'count') this.#early++;
    return Math.floor(now);
  }

  /** Counts and reads one group; true when the event is too late for it. */
  #visit(plan: GroupPlan, event: WindowEvent, at: number, mode: Mode): boolean {
    const { layout } = plan;
    const subjects = this.#subjects;
    if (!subjects.has(plan.by)) {
      clearPlan(plan);
      return false;
    }
    subjects.makeKey(plan.by, layout.id);
    const { key0, key1 } = subjects;
    const entry = this.#entry;
    const kept = this.#segments.of(key1);
    const segment = mode === 'count' ? kept : this.#tryOn(kept, key0, key1);
    const found = entry.open(segment, layout, key0, key1);
    const late = found && at < entry.last - this.#lateness;
    const held = mode === 'peek' || late || this.#segments.holds(key1, event.position);
    const kind = kindPlan(plan, event.kind);
    const bits = held ? 0 : this.#applying(kind.bases, event);
    const marks = held ? 0 : this.#applying(kind.marks, event);
    if (!found && bits === 0 && marks === 0) {
      clearPlan(plan);
      return late;
    }
    if (found) entry.advance(at);
    else entry.create(at);
    plan.dirty = true;
    this.#mark(plan, event, at, marks);
    if (bits !== 0) this.#sight(plan, event, at, bits);
    readEntry(entry, plan.reading);
    return late && mode === 'count';
  }

  /** A copy of an entry, on which an event is tried. */
  #tryOn(segment: Segment, key0: number, key1: number): Segment {
    const trial = this.#trial;
    trial.clear();
    if (segment.find(key0, key1)) trial.adopt(key0, key1, segment.seconds, segment.heap, segment.ref);
    return trial;
  }

  /** Bits of the bases or marks whose conditions the event meets. */
  #applying(conditions: readonly Condition[], event: WindowEvent): number {
    let bits = 0;
    for (let index = 0; index < conditions.length; index++) {
      const condition = conditions[index] as Condition;
      if (this.#meets(condition, event)) bits |= 1 << condition.index;
    }
    return bits >>> 0;
  }

  #meets({ flags, subjects, number }: Condition, event: WindowEvent): boolean {
    for (let index = 0; index < flags.length; index++) {
      if ((event.flags[flags[index] as number] ?? 0) !== 1) return false;
    }
    if (!this.#subjects.has(subjects)) return false;
    return number === -1 || Number.isFinite(event.numbers[number]);
  }

  /** Reads the marks as they stood before the event, then sets those that apply. */
  #mark(plan: GroupPlan, event: WindowEvent, at: number, applying: number): void {
    const { layout, marks } = plan;
    const { heap, ref } = this.#entry.segment;
    for (let index = 0; index < layout.markAt.length; index++) {
      const kind = layout.group.marks[index]?.mark;
      const offset = ref + (layout.markAt[index] as number);
      marks[index] = readMark(kind, heap, offset, at);
      if (((applying >>> index) & 1) === 0) continue;
      const time = readDouble(heap, offset);
      if (time !== 0 && (kind === 'first' ? at >= time : at < time)) continue;
      writeDouble(heap, offset, at);
      const number = plan.markNumbers[index] as number;
      if (number !== -1) writeDouble(heap, offset + 2, event.numbers[number] ?? 0);
    }
  }

  #sight({ sighting, columns, numbers }: GroupPlan, event: WindowEvent, at: number, bits: number): void {
    for (let column = 0; column < columns.length; column++) {
      sighting.hashes[column] = this.#subjects.valueHash(columns[column] as readonly number[]);
    }
    for (let index = 0; index < numbers.length; index++) {
      const value = event.numbers[numbers[index] as number] ?? 0;
      sighting.numbers[index] = Number.isFinite(value) ? value : 0;
    }
    sighting.at = at;
    sighting.bits = bits;
    this.#entry.record(sighting);
  }

  #answer(): Float64Array {
    answer(this.#outputs, this.#values);
    return this.#values;
  }
}
