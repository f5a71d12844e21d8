import type { BacktestReport } from '@fanzha/contract';
import { composeReplayOf } from '../compose.ts';
import { PolicyError, planBacktest, runBacktest } from '../engine/index.ts';
import { backtestText } from './backtest-text.ts';
import { type DatabaseFlags, withDatabase } from './connect.ts';
import { readPolicyFile, tellFaults } from './policy-file.ts';
import { CommandError, EXIT, printJson, progress } from './terminal.ts';

export interface BacktestFlags extends DatabaseFlags {
  readonly policy: string;
  readonly from?: number;
  readonly to?: number;
  readonly seed: number;
  readonly json?: true;
}

/** Replays and prints. Throws CommandError that names what is wrong. */
export async function backtest(flags: BacktestFlags): Promise<void> {
  const { from, to, seed } = flags;
  if (from !== undefined && to !== undefined && from >= to) {
    throw new CommandError('--from: 必须早于 --to / must be before --to', EXIT.usage);
  }
  const policy = /^[1-9]\d{0,8}$/.test(flags.policy)
    ? Number(flags.policy)
    : await readPolicyFile(flags.policy);
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
    throw tellFaults(error.faults);
  } finally {
    bar.end();
  }
}
