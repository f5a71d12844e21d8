import type { EventKindName, FanzhaEvent, ModelPart } from '@fanzha/contract';
import type { Locale } from '@fanzha/vocabulary';
import type { Counting } from './counting.model.ts';
import type { EngineDecision } from './decision.model.ts';
import type { EventKind, EventReading } from './event.model.ts';
import type { CompiledPolicy, PolicySetting } from './policy.model.ts';
import type { PolicyGround } from './policy-ground.model.ts';
import type { ReasonTexts } from './reason-text.model.ts';
import type { Facts, Signal } from './signal.model.ts';

export interface DecideOptions {
  /** It was counted before, but could not be written: its counters are read and not moved. */
  readonly counted?: boolean;
  /** Place in the journal that the event will have: a snapshot of the counters says up to where it holds them. */
  readonly position?: number;
}

/** The engine without storage: what `screen`, `eval cases`, `try` and the live service all call. */
export interface Decider {
  /**
   * Validates an event and names its kind where that was left out. Throws `AppError(event-invalid)` that names every
   * wrong field with the reason in the language asked for (English unless told).
   */
  parse(input: unknown, locale?: Locale): FanzhaEvent;
  /** Counts the event, unless it was counted before, and decides it. */
  decide(event: FanzhaEvent, how?: DecideOptions): EngineDecision;
  /** Decides as if the event were counted, and counts nothing: for trying. */
  preview(event: FanzhaEvent): EngineDecision;
  /** Counts an event that was decided before, to go on after a restart; with its decision, where a rule spoke. */
  recount(event: FanzhaEvent, position?: number, decision?: EngineDecision): void;
  /** The counters of the policies that run. */
  readonly counting: Counting;
  /** What is known of an event by itself, without counters. */
  read(event: FanzhaEvent): { readonly reading: EventReading; readonly facts: Facts };
  /** Adds to recorded facts with their counters what signals deduce from these under the live policy. */
  deduce(kind: EventKindName, facts: Facts): void;
  /** The model's part in a decision, computed again from the event: for one event that a person asks about. */
  explain(event: FanzhaEvent, facts: Facts): ModelPart[];
  /** Turns codes and values into words in both languages. */
  readonly texts: ReasonTexts;
  /** The live policy: another one after `adopt`. */
  readonly policy: CompiledPolicy;
  /** What it decides by now, as it was adopted. */
  readonly setting: PolicySetting;
  /** What policies are compiled with here. */
  readonly ground: PolicyGround;
  /**
   * Swaps live policy, shadow and snoozes between two events. Counters that stay keep their history, new ones start at
   * `at` (ms since the epoch). The same setting again changes nothing. Throws PolicyError, or RangeError when the memory
   * is too small for the counters; then everything stays as it was.
   */
  adopt(setting: PolicySetting, at: number): void;
  readonly kinds: ReadonlyMap<EventKindName, EventKind>;
  readonly signals: readonly Signal[];
}
