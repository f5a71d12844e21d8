import type { EventKindName, FactValue, FanzhaEvent } from '@fanzha/contract';
import { type Subject, usualInstant } from '@fanzha/vocabulary';
import type { TSchema } from 'typebox';

type FieldOf<E> = E extends unknown ? keyof E & string : never;

/** A kind of event that a channel brings to the engine, described as data. */
export interface EventKind<E extends FanzhaEvent = FanzhaEvent> {
  readonly name: E['kind'];
  readonly schema: TSchema;
  /** Fields that are somebody's content or a person not suspected: encrypted at rest, masked until opened. */
  readonly personal: readonly FieldOf<E>[];
  /** Roles that its subjects may have: what counters can count by. */
  readonly roles: readonly string[];
  /** Roles of subjects that are persons not suspected; `callee` and `recipient` unless told. */
  readonly personalRoles?: readonly string[];
  /** Whether the kind asks for a verdict; `call.end` is only recorded and counted. */
  readonly decided: boolean;
  /**
   * The event of another kind that one of this kind carries on, by its id: it is counted by the subjects of that event,
   * once for each, also when it comes first. For kinds that are not decided.
   */
  readonly continues?: {
    readonly kind: EventKindName;
    id(event: E): string;
    /**
     * Fact of this kind (bool) that counters may filter by: a rule about somebody's reputation or conduct spoke when the
     * event that is carried on was decided. False of one that came before its event.
     */
    readonly suspected?: string;
  };
  /**
   * What decided events of the kind are counted under beside their verdict, and found by: names and values as
   * `name=value;name=value`, of small sets, never of a person. Pure and fast; runs once for each event. Without tabs and
   * line ends, which the journal's heads are parted by.
   */
  readonly mark?: (reading: EventReading, facts: Readonly<Record<string, FactValue>>) => string;
  /** Cheap, pure reading of the event before signals run: subjects and the columns that lists filter by. */
  read(event: E): EventReading;
}

export interface EventReading {
  readonly subjects: readonly Subject[];
  /** Ingress of a call, channel of a message. */
  readonly channel?: string;
  /** ISO 3166-1 alpha-2 of the caller or sender, where the number tells it. */
  readonly country?: string;
}

let lastText = '';
let lastInstant = 0;

/** An event's `at` in milliseconds since the epoch; reading the same text again, as each part of a decision does, is free. */
export function instantOf(at: string): number {
  if (at !== lastText) {
    const usual = usualInstant(at);
    lastInstant = Number.isNaN(usual) ? Date.parse(at) : usual;
    lastText = at;
  }
  return lastInstant;
}
