import type { Numbering } from '@fanzha/vocabulary';
import type { Database, Logger, Pack, Room } from '../platform/index.ts';
import type { LineBook, LineDelta } from './line.model.ts';
import { lineRoutes } from './line.routes.ts';
import { createLineEditor, type LineEditor } from './line-edit.service.ts';
import { allLineChanges, createLineFollower } from './line-follow.service.ts';
import { createLineQueries, type LineQueries } from './line-query.service.ts';
import { LineRegisterFile } from './line-setting.model.ts';

export interface LineRoomParts {
  /** The register that this process looks up in; changes are put into it at once. */
  readonly lines: LineBook;
  readonly pack: Pack;
  readonly numbering: Pick<Numbering, 'parse'>;
  readonly db: Database;
  readonly log: Logger;
}

export interface LineRoom extends Room {
  readonly editor: LineEditor;
  readonly queries: LineQueries;
  /** Told of every change that was applied here, to send it on to a process that decides. */
  watchLines(listener: (delta: LineDelta) => void): void;
  /** Everything that changed after a version (0: all there is). */
  lineChangesSince(version: number): Promise<LineDelta>;
}

/** The room that keeps the register of lines in the database and lets people change it. */
export function createLineRoom({ lines, pack, numbering, db, log }: LineRoomParts): LineRoom {
  const setting = pack.read('line-register.json', LineRegisterFile);
  const follower = createLineFollower(db, lines, log);
  const editor = createLineEditor({ setting, numbering, follower });
  const queries = createLineQueries({ setting, pack, numbering });
  return {
    name: 'lines',
    editor,
    queries,
    routes: lineRoutes(editor, queries),
    start: follower.start,
    stop: follower.stop,
    watchLines: follower.watch,
    lineChangesSince: (version) => allLineChanges(db, version),
  };
}
