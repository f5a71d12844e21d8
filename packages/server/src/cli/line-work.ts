import { createLineRoom } from '../calls/index.ts';
import { groundOf } from '../compose.ts';
import type { Context } from '../platform/index.ts';
import { type DatabaseFlags, withDatabase } from './connect.ts';
import { CommandError } from './terminal.ts';

type LineRoom = ReturnType<typeof createLineRoom>;

/** SQLSTATE of a table that is not there. */
const NO_TABLE = '42P01';

/** Works on the register of an installation, whether its server runs or not. */
export function withLines<T>(
  flags: DatabaseFlags,
  work: (ctx: Context, room: LineRoom) => Promise<T>,
): Promise<T> {
  return withDatabase(flags, async (ctx, config) => {
    try {
      const { db, log } = ctx;
      return await work(ctx, createLineRoom({ ...groundOf(config.pack), db, log }));
    } catch (error) {
      if ((error as { code?: unknown }).code !== NO_TABLE) throw error;
      throw new CommandError('这里的服务还没有启动过 / the server has never run here');
    }
  });
}
