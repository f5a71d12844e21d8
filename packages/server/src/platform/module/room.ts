import type { HealthPart } from '@fanzha/contract';
import type { RouteBinding } from '../http/route.ts';

/** What a room hands to the roof: its tables, routes and the things that run beside requests. */
export interface Room {
  readonly name: string;
  /** Folder of `NNNN_title.sql` files; each runs once, in its own transaction, under the migration lock. */
  readonly migrations?: URL;
  readonly routes?: readonly RouteBinding[];
  /** Called in floor order once the database is migrated; `stop` in the reverse order, after requests have ended. */
  start?(): Promise<void>;
  stop?(): Promise<void>;
  health?(): Promise<HealthPart> | HealthPart;
}
