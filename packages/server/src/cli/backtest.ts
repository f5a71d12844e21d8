import { type Command, InvalidArgumentError } from 'commander';
import type { BacktestFlags } from './backtest-run.ts';

const HELP = `
Replays what the journal of the data folder holds through the live policy and another one, and says what would have
changed. The server may run or not; nothing live waits and nothing is changed.
  FILE      JSON with any of rules, tables, guards, reasons; what it leaves out is taken from the live policy
  VERSION   number of a policy version
Exit code 0: replayed; 1: the policy has faults; 2: wrong usage; 3: the file cannot be read; 4: the data is in use.
用数据目录中的记录重放现行策略与另一策略，列出会改变的判定；不影响在线服务。文件中未写的部分取自现行策略。`;

/** `fanzha backtest --policy FILE|VERSION`: what another policy would have decided. */
export function register(program: Command): void {
  program
    .command('backtest')
    .description('replay recorded events through another policy · 用已记录的事件回测策略')
    .requiredOption('--policy <file|version>', 'policy file, or number of a version · 策略文件或版本号')
    .option(
      '--from <time>',
      'decided from this time on (default: a week before --to) · 起始时间',
      parseInstant,
    )
    .option('--to <time>', 'decided before this time (default: now) · 截止时间', parseInstant)
    .option('--seed <n>', 'another seed draws other examples · 抽样种子', parseSeed, 1)
    .option('--data <folder>', 'data folder of the server · 服务的数据目录 (FANZHA_DATA)')
    .option('--json', 'print one JSON object: the report')
    .addHelpText('after', HELP)
    .action(async (flags: BacktestFlags) => {
      const { backtest } = await import('./backtest-run.ts');
      await backtest(flags);
    });
}

function parseInstant(text: string): number {
  const time = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new InvalidArgumentError('not a time such as 2026-11-23T10:00:00+08:00');
  return time;
}

function parseSeed(text: string): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value <= 4_294_967_295) return value;
  throw new InvalidArgumentError('must be a whole number from 0 to 4294967295');
}
