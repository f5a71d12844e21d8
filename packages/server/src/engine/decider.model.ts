import type { EventKindName, FanzhaEvent, ModelPart } from '@fanzha/contract';
import type { Locale } from '@fanzha/vocabulary';
import type { EngineDecision } from './decision.model.ts';
import type { EventKind } from './event.model.ts';
import type { CompiledPolicy } from './policy.model.ts';
import type { ReasonTexts } from './reason-text.model.ts';
import type { Signal } from './signal.model.ts';

/** The engine without storage: what `screen`, `eval cases`, `try` and the live service all call. */
export interface Decider {
  /**
   * Validates an event and names its kind where that was left out. Throws `AppError(event-invalid)` that names every
   * wrong field with the reason in the language asked for (English unless told).
   */
  parse(input: unknown, locale?: Locale): FanzhaEvent;
  decide(event: FanzhaEvent): EngineDecision;
  /** The model's part in a decision, computed again from the event: for one event that a person asks about. */
  explain(event: FanzhaEvent): ModelPart[];
  /** Turns codes and values into words in both languages. */
  readonly texts: ReasonTexts;
  readonly policy: CompiledPolicy;
  readonly kinds: ReadonlyMap<EventKindName, EventKind>;
  readonly signals: readonly Signal[];
}
