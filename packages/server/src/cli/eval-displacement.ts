import type { Command } from 'commander';
import { evalCommand } from './eval.ts';
import { CommandError, EXIT, printJson } from './terminal.ts';

const HELP = `
Simulated trunks with day and night, weekends, wandering rates, bursts, outages and changed levels; nine flows each.
False alarms are counted over months in which nothing moves. Then blocked calls are made to come back as another flow
of their trunk, and the minutes until the alarm are measured. Thresholds are those of the pack's call-patterns.json.`;

interface Options {
  readonly trunks: string;
  readonly months: string;
  readonly moves: string;
  readonly seed: string;
  readonly json?: boolean;
}

/** `fanzha eval displacement`: how soon traffic that goes round a block is found, and how often that is wrong. */
export function register(program: Command): void {
  evalCommand(program)
    .command('displacement')
    .description('measure the watch over displaced calls on simulated traffic · 评测话务转移告警')
    .option('--trunks <n>', 'trunks of the network · 中继数', '10')
    .option('--months <n>', 'months of 30 days in which nothing moves · 平静月数', '1')
    .option('--moves <n>', 'displacements of each size · 每种规模的转移次数', '50')
    .option('--seed <n>', 'the same seed gives the same figures · 随机种子', '1')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action(async (options: Options) => {
      const report = await run(options);
      if (options.json) printJson(report);
      else process.stdout.write(`${readable(report)}\n`);
    });
}

async function run({ trunks, months, moves, seed }: Options) {
  const [{ readConfig, openPack }, { measureDisplacement }] = await Promise.all([
    import('../platform/index.ts'),
    import('../calls/index.ts'),
  ]);
  return measureDisplacement(openPack(readConfig().config.pack), {
    trunks: whole('--trunks', trunks, 1, 200),
    months: whole('--months', months, 1, 24),
    moves: whole('--moves', moves, 1, 2000),
    seed: whole('--seed', seed, 0, 2 ** 31),
  });
}

function whole(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new CommandError(`${option}: must be a whole number from ${least} to ${most}`, EXIT.usage);
}

type Report = Awaited<ReturnType<typeof run>>;

function readable({ trunks, months, falseAlarms, falseAlarmsPerMonth, moves }: Report): string {
  const rows = moves.map(
    ({ callsPerHour, overHours, played, found, medianMinutes, p90Minutes }) =>
      `${String(callsPerHour).padStart(5)} calls/h moving over ${overHours} h: found ${found} of ${played}, after ${medianMinutes ?? '-'} min (median), ${p90Minutes ?? '-'} min (90 %)`,
  );
  const quiet = `${falseAlarms} false alarms in ${months} month(s) of ${trunks} trunks: ${falseAlarmsPerMonth} a month`;
  return [quiet, ...rows].join('\n');
}
