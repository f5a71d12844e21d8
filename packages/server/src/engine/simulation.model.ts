import type { FanzhaEvent } from '@fanzha/contract';

/** Seeded pseudo-random numbers: the same seed gives the same traffic on every machine. Not for secrets. */
export interface Random {
  /** At least 0, less than 1. */
  next(): number;
  /** A whole number between the two, both included. */
  between(low: number, high: number): number;
  /** One of the items; the list must not be empty. */
  pick<T>(items: readonly T[]): T;
}

/** xoshiro128** (Blackman and Vigna, 2018), its state filled by splitmix32 from the seed. */
export function createRandom(seed: number): Random {
  let mixed = seed >>> 0;
  const splitmix = (): number => {
    mixed = (mixed + 0x9e3779b9) | 0;
    let z = mixed ^ (mixed >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  let [a, b, c, d] = [splitmix(), splitmix(), splitmix(), splitmix()];
  const rotate = (x: number, k: number): number => (x << k) | (x >>> (32 - k));
  const next = (): number => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result / 4_294_967_296;
  };
  return {
    next,
    between: (low, high) => low + Math.floor(next() * (high - low + 1)),
    pick: (items) => {
      const item = items[Math.floor(next() * items.length)];
      if (item === undefined) throw new Error('nothing to pick from');
      return item;
    },
  };
}

/** Lists that templates draw from, by name. */
export type Words = Readonly<Record<string, readonly string[]>>;

const SLOT = /\{([a-z]+)(\d*)(?:-(\d+))?\}/g;
const MAX_DEPTH = 5;

/**
 * Fills a template: `{d4}` is four digits, `{n1-20}` a number between the two, `{word}` an entry of that list, which
 * may hold slots itself. Words in `fixed` keep what was drawn first. Throws when a list is missing.
 */
export function fillTemplate(
  template: string,
  words: Words,
  random: Random,
  fixed: Map<string, string> = new Map(),
  depth = 0,
): string {
  if (depth > MAX_DEPTH) throw new Error(`words go round in a circle: ${template}`);
  return template.replace(SLOT, (slot, name: string, first: string, second: string | undefined) => {
    if (name === 'd' && first !== '') return digits(Number(first), random);
    if (name === 'n' && second !== undefined) return String(random.between(Number(first), Number(second)));
    const kept = fixed.get(name);
    if (kept) return kept;
    const list = words[name];
    if (!list || list.length === 0) throw new Error(`no words for ${slot}`);
    const drawn = fillTemplate(random.pick(list), words, random, fixed, depth + 1);
    if (kept !== undefined) fixed.set(name, drawn);
    return drawn;
  });
}

/** Marks words as drawn once: pass the result as `fixed` to every fill of one campaign. */
export function drawnOnce(names: readonly string[]): Map<string, string> {
  return new Map(names.map((name) => [name, '']));
}

function digits(count: number, random: Random): string {
  return Array.from({ length: count }, () => random.between(0, 9)).join('');
}

/** An event before the simulator gives it its time and its mark. */
type Untimed<E> = E extends FanzhaEvent ? Omit<E, 'at' | 'simulated'> : never;
export type TrafficDraft = Untimed<FanzhaEvent>;

/** One event of a scenario, `after` seconds from its beginning. */
export interface TrafficStep {
  readonly after: number;
  readonly event: TrafficDraft;
  /** In a fraud: what its victims do. */
  readonly honest?: true;
}

/** Something that happens again and again: a call with its end, a courier's round, a campaign. */
export interface Scenario {
  readonly id: string;
  /** Whether it is fraud: the truth that decisions are measured against, never part of an event. */
  readonly fraud: boolean;
  /** How often it happens, relative to the others. */
  readonly weight: number;
  draw(random: Random, newId: () => string): TrafficStep[];
}

/** What a channel offers the simulator. */
export interface TrafficSource {
  readonly kind: 'calls' | 'messages';
  readonly scenarios: readonly Scenario[];
}

export interface TrafficOptions {
  readonly sources: readonly TrafficSource[];
  readonly seed: number;
  /** How many events in all. */
  readonly events: number;
  /** Milliseconds since the epoch at which the traffic ends; it covers the 24 hours before. */
  readonly until: number;
  /** IANA zone whose day and night the traffic follows. */
  readonly timeZone: string;
  /** Begins every id, so that two runs do not use the same ids. */
  readonly idPrefix: string;
}

export interface SimulatedEvent {
  readonly event: FanzhaEvent;
  readonly scenario: Scenario;
  /** The truth about this event. */
  readonly fraud: boolean;
}

/**
 * Made-up traffic of the last 24 hours in the order of time; every event is marked `simulated`. The same options give
 * the same events. Memory does not grow with their number.
 */
export function* generateTraffic(options: TrafficOptions): Generator<SimulatedEvent> {
  const random = createRandom(options.seed);
  const scenarios = options.sources.flatMap((source) => source.scenarios);
  const draw = weighted(scenarios, random);
  const timeAt = dayCurve(options.until, options.timeZone);
  const waiting = new Agenda();
  let ids = 0;
  let planned = 0;
  let given = 0;
  const newId = (): string => {
    ids += 1;
    return `${options.idPrefix}-${ids}`;
  };
  while (given < options.events) {
    const now = planned < options.events ? timeAt(planned / options.events) : Number.POSITIVE_INFINITY;
    for (let due = waiting.take(now); due !== undefined && given < options.events; due = waiting.take(now)) {
      given += 1;
      yield due;
    }
    if (planned >= options.events) return;
    const scenario = draw();
    for (const { after, event, honest } of scenario.draw(random, newId)) {
      const at = Math.floor(now + after * 1000);
      if (at > options.until) continue;
      const timed = { ...event, at: new Date(at).toISOString(), simulated: true } as FanzhaEvent;
      waiting.add(at, { event: timed, scenario, fraud: scenario.fraud && honest !== true });
      planned += 1;
    }
  }
}

function weighted(scenarios: readonly Scenario[], random: Random): () => Scenario {
  if (scenarios.length === 0) throw new Error('no scenario to simulate');
  let sum = 0;
  const upTo = scenarios.map((scenario) => (sum += scenario.weight));
  return () => {
    const wanted = random.next() * sum;
    const index = upTo.findIndex((limit) => wanted < limit);
    return scenarios[index === -1 ? scenarios.length - 1 : index] as Scenario;
  };
}

/** Traffic of each hour of the day relative to the others: quiet at night, peaks before noon and in the evening. */
const HOURS = [2, 1, 1, 1, 1, 2, 4, 8, 12, 15, 16, 15, 12, 12, 14, 15, 15, 15, 14, 14, 13, 11, 7, 4];
const HOUR_MS = 3_600_000;

/** Maps a share of the traffic (0..1) to a time within the 24 hours before `until`. */
function dayCurve(until: number, timeZone: string): (share: number) => number {
  const format = new Intl.DateTimeFormat('en', { timeZone, hour: 'numeric', hourCycle: 'h23' });
  const start = until - 24 * HOUR_MS;
  const weights = HOURS.map((_, index) => {
    const hour = Number(format.format(start + (index + 0.5) * HOUR_MS));
    return HOURS[hour] ?? 1;
  });
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return (share) => {
    let left = share * sum;
    let hour = 0;
    while (hour < weights.length - 1 && left >= (weights[hour] ?? 0)) {
      left -= weights[hour] ?? 0;
      hour += 1;
    }
    return start + (hour + left / (weights[hour] ?? 1)) * HOUR_MS;
  };
}

interface Appointment {
  readonly at: number;
  readonly order: number;
  readonly item: SimulatedEvent;
}

/** What is still to come, earliest first: a binary heap; equal times keep the order in which they were added. */
class Agenda {
  readonly #heap: Appointment[] = [];
  #added = 0;

  add(at: number, item: SimulatedEvent): void {
    const heap = this.#heap;
    heap.push({ at, order: this.#added, item });
    this.#added += 1;
    let child = heap.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.#before(child, parent)) return;
      this.#swap(child, parent);
      child = parent;
    }
  }

  /** The earliest item that is due at that time. */
  take(now: number): SimulatedEvent | undefined {
    const first = this.#heap[0];
    if (first === undefined || first.at > now) return undefined;
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) {
      this.#heap[0] = last;
      this.#sink();
    }
    return first.item;
  }

  #sink(): void {
    let parent = 0;
    for (;;) {
      const left = 2 * parent + 1;
      const right = left + 1;
      let least = parent;
      if (this.#before(left, least)) least = left;
      if (this.#before(right, least)) least = right;
      if (least === parent) return;
      this.#swap(parent, least);
      parent = least;
    }
  }

  #before(a: number, b: number): boolean {
    const [x, y] = [this.#heap[a], this.#heap[b]];
    if (x === undefined || y === undefined) return false;
    return x.at < y.at || (x.at === y.at && x.order < y.order);
  }

  #swap(a: number, b: number): void {
    const [x, y] = [this.#heap[a], this.#heap[b]];
    if (x === undefined || y === undefined) return;
    this.#heap[a] = y;
    this.#heap[b] = x;
  }
}
