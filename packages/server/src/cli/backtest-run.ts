import { readFile, stat } from 'node:fs/promises';
import type { BacktestReport } from '@fanzha/contract';
import { composeReplayOf } from '../app.ts';
import { PolicyError, PolicyPart, planBacktest, runBacktest } from '../engine/index.ts';
import { compileSchema } from '../platform/index.ts';
import { backtestText } from './backtest-text.ts';
import { type DatabaseFlags, withDatabase } from './connect.ts';
import { CommandError, EXIT, printJson, progress, say } from './terminal.ts';

export interface BacktestFlags extends DatabaseFlags {
  readonly policy: string;
  readonly from?: number;
  readonly to?: number;
  readonly seed: number;
  readonly json?: true;
}

/** Most bytes of a policy file: some thousand rules with everything at its limit. */
const MAX_FILE = 32 * 1024 * 1024;

/** Replays and prints. Throws CommandError that names what is wrong. */
export async function backtest(flags: BacktestFlags): Promise<void> {
  const { from, to, seed } = flags;
  if (from !== undefined && to !== undefined && from >= to) {
    throw new CommandError('--from: 必须早于 --to / must be before --to', EXIT.usage);
  }
  const policy = /^[1-9]\d{0,8}$/.test(flags.policy) ? Number(flags.policy) : await readPolicy(flags.policy);
  const period = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  const { source, task } = await withDatabase(flags, async (ctx, config) => {
    const composed = await composeReplayOf(ctx, { packFolder: config.pack, dataFolder: config.data });
    return { source: composed, task: await planBacktest(ctx, composed, { policy, seed, ...period }) };
  });
  if (!task) {
    throw new CommandError(
      `--policy: 没有第 ${flags.policy} 版 / there is no version ${flags.policy}`,
      EXIT.usage,
    );
  }
  const report = await replay(source, task);
  if (flags.json) printJson(report);
  else process.stdout.write(`${backtestText(report)}\n`);
}

async function replay(
  ...[source, task]: [Parameters<typeof runBacktest>[0], Parameters<typeof runBacktest>[1]]
): Promise<BacktestReport> {
  const bar = progress('backtest');
  try {
    return await runBacktest(source, task, ({ done, share }) =>
      bar.tick(done, share > 0 ? Math.round(done / share) : undefined),
    );
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    bar.end();
    for (const { part, id, field, position, message } of error.faults) {
      const place = position === undefined ? '' : `, ${position}`;
      say(`${part} ${id}: ${field}${place}: ${message['zh-CN']} / ${message.en}`);
    }
    throw new CommandError(
      `策略有 ${error.faults.length} 处错误 / the policy has ${error.faults.length} faults`,
    );
  } finally {
    bar.end();
  }
}

async function readPolicy(file: string): Promise<PolicyPart> {
  const unreadable = (reason: string) => new CommandError(`${file}: ${reason}`, EXIT.unreadable);
  let value: unknown;
  try {
    if ((await stat(file)).size > MAX_FILE) throw new Error(`larger than ${MAX_FILE} bytes`);
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw unreadable(`无法读取 / cannot be read: ${(error as Error).message}`);
  }
  const validator = compileSchema(PolicyPart);
  if (validator.check(value)) return value;
  const faults = validator.faults(value, 'en').map(({ field, reason }) => `${field || '(file)'} ${reason}`);
  throw unreadable(faults.slice(0, 20).join('; '));
}
