import type { Permission } from '@fanzha/contract';
import type { Locale } from '@fanzha/vocabulary';
import type { Clock } from '../clock/clock.ts';
import type { Database } from '../db/database.ts';
import type { Logger } from '../log/log.ts';

/** Who acts: a person, an API key, the program itself, or the public. */
export interface Actor {
  readonly kind: 'user' | 'key' | 'system' | 'public';
  readonly id: string;
  readonly name: string;
  readonly permissions: ReadonlySet<Permission>;
}

/** What every verb gets first: who acts, in which transaction, at what time, in which language, for which request. */
export interface Context {
  readonly actor: Actor;
  readonly db: Database;
  readonly clock: Clock;
  readonly locale: Locale;
  readonly requestId: string;
  readonly log: Logger;
}

export const SYSTEM_ACTOR: Actor = { kind: 'system', id: 'system', name: 'fanzha', permissions: new Set() };
export const PUBLIC_ACTOR: Actor = { kind: 'public', id: 'public', name: 'public', permissions: new Set() };
