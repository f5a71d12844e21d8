import { type CounterSpec, counterIdentity, NEVER_SECONDS } from './counter.model.ts';

/** An event by names, as tests write it. */
export interface NamedEvent {
  readonly kind: string;
  readonly at: number;
  readonly subjects: Readonly<Partial<Record<string, string>>> & { readonly caller?: string };
  readonly numbers?: Readonly<Record<string, number>>;
  readonly flags?: Readonly<Record<string, boolean>>;
}

export interface ReferenceValue {
  readonly value: number;
  /** Events of the subject in the window, whatever they count for. */
  readonly events: number;
}

interface History {
  newest: number;
  readonly events: NamedEvent[];
}

/** Exact counters that keep every event for ever: what `WindowStore` promises, without any thrift. */
export class ReferenceWindows {
  readonly #specs: readonly CounterSpec[];
  readonly #latenessMs: number;
  readonly #histories = new Map<string, History>();

  constructor(specs: readonly CounterSpec[], latenessMs: number) {
    this.#specs = specs;
    this.#latenessMs = latenessMs;
  }

  observe(event: NamedEvent): Map<string, ReferenceValue> {
    const values = new Map<string, ReferenceValue>();
    const asked = this.#specs.filter((spec) => spec.asked !== undefined);
    for (const spec of asked) values.set(counterIdentity(spec), this.#ask(spec, event));
    for (const by of new Set(this.#specs.map((spec) => spec.by.join('+')))) {
      const specs = this.#specs.filter((spec) => spec.by.join('+') === by);
      this.#observeBy(by, specs, event, values);
    }
    return values;
  }

  #ask(spec: CounterSpec, event: NamedEvent): ReferenceValue {
    const parts = (spec.asked ?? []).map((name) => event.subjects[name] ?? '');
    const history = this.#histories.get(JSON.stringify([spec.by.join('+'), parts]));
    const newest = Math.max(history?.newest ?? 0, event.at);
    const now = history && { ...history, newest };
    return readCounter(spec, event, now, history?.events ?? []);
  }

  #observeBy(
    by: string,
    specs: readonly CounterSpec[],
    event: NamedEvent,
    values: Map<string, ReferenceValue>,
  ): void {
    const parts = by.split('+').map((name) => event.subjects[name] ?? '');
    const key = JSON.stringify([by, parts]);
    let history = parts.includes('') ? undefined : this.#histories.get(key);
    const late = history !== undefined && event.at < history.newest - this.#latenessMs;
    if (history === undefined && !parts.includes('') && specs.some((spec) => concerns(spec, event))) {
      history = { newest: event.at, events: [] };
      this.#histories.set(key, history);
    }
    const earlier = [...(history?.events ?? [])];
    if (history !== undefined && !late) {
      history.newest = Math.max(history.newest, event.at);
      history.events.push(event);
    }
    for (const spec of specs) {
      if (spec.asked === undefined)
        values.set(counterIdentity(spec), readCounter(spec, event, history, earlier));
    }
  }
}

function readCounter(
  spec: CounterSpec,
  event: NamedEvent,
  history: History | undefined,
  earlier: readonly NamedEvent[],
): ReferenceValue {
  const newest = history?.newest ?? 0;
  const inside = (history?.events ?? []).filter(({ at }) => at > newest - spec.windowMs);
  const counted = inside.filter((one) => applies(spec, spec.where, one));
  const numbers = counted.flatMap((one) =>
    hasNumber(spec, one) ? (one.numbers?.[spec.feature ?? ''] ?? []) : [],
  );
  const sum = numbers.reduce((total, number) => total + number, 0);
  const over = inside.filter((one) => applies(spec, spec.over ?? [], one)).length;
  const before = earlier.filter((one) => applies(spec, spec.where, one) && hasNumber(spec, one));
  const latest = before.reduce<NamedEvent | undefined>(
    (found, one) => (found === undefined || one.at >= found.at ? one : found),
    undefined,
  );
  const first = before.reduce((least, { at }) => Math.min(least, at), Number.POSITIVE_INFINITY);
  const value = {
    count: () => counted.length,
    distinct: () => new Set(counted.flatMap((one) => joined(spec.of ?? [], one))).size,
    sum: () => sum,
    mean: () => (numbers.length === 0 ? 0 : sum / numbers.length),
    ratio: () => (over === 0 ? 0 : counted.length / over),
    share: () => (over === 0 ? 0 : counted.length / over),
    first_seen: () => (before.length === 0 ? 0 : Math.max(0, event.at - first) / 1000),
    last: () => latest?.numbers?.[spec.feature ?? ''] ?? 0,
    since: () => (latest === undefined ? NEVER_SECONDS : Math.max(0, event.at - latest.at) / 1000),
  }[spec.fn]();
  return { value, events: inside.length };
}

function concerns(spec: CounterSpec, event: NamedEvent): boolean {
  if (spec.over !== undefined && applies(spec, spec.over, event)) return true;
  const values = spec.of === undefined || joined(spec.of, event).length > 0;
  return applies(spec, spec.where, event) && values && hasNumber(spec, event);
}

function hasNumber(spec: CounterSpec, event: NamedEvent): boolean {
  return spec.feature === undefined || Number.isFinite(event.numbers?.[spec.feature]);
}

function applies(spec: CounterSpec, where: readonly string[], event: NamedEvent): boolean {
  const kind = spec.kinds.length === 0 || spec.kinds.includes(event.kind);
  return kind && where.every((flag) => event.flags?.[flag] === true);
}

function joined(names: readonly string[], event: NamedEvent): string[] {
  const parts = names.map((name) => event.subjects[name] ?? '');
  return parts.includes('') ? [] : [JSON.stringify(parts)];
}
