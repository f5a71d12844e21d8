import type { FanzhaEvent } from '@fanzha/contract';
import type { Subject } from '@fanzha/vocabulary';
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
