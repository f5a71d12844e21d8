import type { EventKind } from './event.model.ts';
import type { TextSources } from './reason-text.model.ts';
import type { Signal } from './signal.model.ts';

export type PolicyWords = Pick<TextSources, 'reasons' | 'labels'>;

/** What policies are checked against and compiled with. */
export interface PolicyGround {
  readonly kinds: readonly EventKind[];
  readonly signals: readonly Signal[];
  /** Words of the pack. */
  readonly words: PolicyWords;
  /** Zone of the days in which rules are in force. */
  readonly timeZone: string;
}
