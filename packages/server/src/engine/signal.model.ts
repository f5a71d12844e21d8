import type { EventKindName, FactValue, FanzhaEvent, ModelPart } from '@fanzha/contract';
import type { Localized } from '@fanzha/vocabulary';
import type { EventReading } from './event.model.ts';

/** CEL type of a fact. Numbers are always doubles: rules write `3.0` or `3`, both mean the same. */
export type FactType = 'bool' | 'double' | 'string' | 'list<string>';

export interface FactDeclaration {
  readonly type: FactType;
  readonly title: Localized;
  /** Shown instead of the name's value in texts: `number`, `country`, `percent` ... (see `reason-text.model.ts`). */
  readonly format?: string;
  /**
   * Every value it can have beside the empty one, where these are known (of a list: its items). A rule that compares it
   * with another is refused. A function where they come and go, as lists do: then a rule is refused when it is written,
   * and goes on running when one has gone.
   */
  readonly values?: readonly string[] | (() => readonly string[]);
  /** The same for every event: it is written into the rules' code and not among the facts of an event. */
  readonly constant?: FactValue;
  /** Kept with the decision, and not to be read by rules: what a model on trial says must have no effect. */
  readonly hidden?: true;
}

/** Where a signal puts the scores of a model: what the watch over models counts. */
export interface ScoreFacts {
  /** Id of the model that `by` must name: `id@version`. */
  readonly model: string;
  readonly output: string;
  /** Fact that names model and version. */
  readonly by: string;
  readonly score: string;
  /** The same for a challenger; hidden facts. */
  readonly challenger?: { readonly by: string; readonly score: string };
}

/**
 * What a signal concludes from the history of the event's subjects: a model of conduct. It is asked once the event is
 * counted and before rules are, and only under policies with a rule that reads one of its facts; its counters are kept
 * no longer than that either. Its facts stand in the decision where a rule spoke, else they are concluded anew.
 */
export interface Deduction {
  /** Calls of the rules' language, one counter each: `count("caller", "24h")`. */
  readonly counters: readonly string[];
  /** What it tells, among the facts that the signal declares. */
  readonly facts: readonly string[];
  /** Puts its facts among those of the event. `values` are its counters in their order, written over for the next event. */
  readonly deduce: (values: Float64Array, facts: Facts) => void;
}

/** Facts of one event by dotted name: `caller.kind`, `message.fraud`. */
export type Facts = Record<string, FactValue>;

/**
 * Something that knows facts about an event: number plan, list look-up, model. Pure, synchronous and fast; it is the
 * same code live, in `screen`, in `try` and later in shadow and backtest. A signal that throws leaves its facts at
 * their defaults and is named in the decision's `degraded`.
 */
export interface Signal {
  readonly id: string;
  readonly version: string;
  readonly kinds: readonly EventKindName[];
  /** Every fact it sets, by dotted name. Names are unique over all signals. */
  readonly facts: Readonly<Record<string, FactDeclaration>>;
  evaluate(event: FanzhaEvent, reading: EventReading): Facts;
  /**
   * The same put straight into the facts of an event: for signals with so many facts that handing them over costs more
   * than knowing them. Whether they are as declared is looked at in samples, by `evaluate`.
   */
  tell?(event: FanzhaEvent, reading: EventReading, facts: Facts): void;
  /** Models in force behind it, where it has some; they may change between two events. */
  readonly models?: readonly { readonly id: string; readonly version: string }[];
  readonly scores?: readonly ScoreFacts[];
  readonly deduction?: Deduction;
  /**
   * The model's part, recomputed for one event when a person asks; not on the hot path. `facts` are those of the decision
   * as it was recorded, counters among them.
   */
  explain?(event: FanzhaEvent, reading: EventReading, facts: Facts): ModelPart[];
}

/** What a fact is when nobody knows it: the empty value of its type. */
export function defaultFact(type: FactType): FactValue {
  if (type === 'bool') return false;
  if (type === 'double') return 0;
  return type === 'string' ? '' : [];
}

/** Whether a value is of a fact's type; numbers must be finite. */
export function isFactOf(type: FactType, value: FactValue): boolean {
  if (type === 'bool') return typeof value === 'boolean';
  if (type === 'double') return Number.isFinite(value);
  if (type === 'string') return typeof value === 'string';
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
