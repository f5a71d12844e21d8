import { type Command, InvalidArgumentError } from 'commander';
import { evalCommand } from './eval.ts';
import { CommandError, EXIT, printJson, progress } from './terminal.ts';

const HELP = `
A simulated population (packs/*/simulation/calls.json) lives for a quiet day and then for the measured ones; every call
is decided by the policy of the pack, from empty counters. Told per kind of fraud: calls and minutes from its first call
until a rule about conduct spoke (noticed) and until a call was at least challenged (stopped), median and 90th
percentile over those found, and the share never found. Told of honest callers: how many were ever hit, by profile.
The same options give the same figures. 模拟一个静默日和若干评测日；同样的选项得到同样的结果。`;

interface Options {
  readonly seed: number;
  readonly callers: number;
  readonly fraudulent: number;
  readonly days: number;
  readonly json?: true;
}

/** `fanzha eval detection`: how soon frauds are found in simulated calls, and who is hit by mistake. */
export function register(program: Command): void {
  evalCommand(program)
    .command('detection')
    .description('measure on simulated calls how soon frauds are found · 用模拟话务评测发现时延与误伤')
    .option('--seed <n>', 'another seed gives another population · 随机种子', whole(0, 4_294_967_295), 1)
    .option('--callers <n>', 'numbers that call · 主叫号码数', whole(2000, 300_000), 100_000)
    .option(
      '--fraudulent <n>',
      'fraudulent ones among 100,000 · 每十万主叫中的诈骗号码',
      whole(1, 20_000),
      100,
    )
    .option('--days <n>', 'measured days · 评测天数', whole(1, 30), 1)
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action(async (options: Options) => {
      const report = await run(options);
      if (options.json) printJson(report);
      else process.stdout.write(`${readable(report)}\n`);
    });
}

async function run({ json: _, ...options }: Options) {
  const [{ composeDetection }, { measureDetection }, { readConfig }] = await Promise.all([
    import('../compose.ts'),
    import('../calls/index.ts'),
    import('../platform/index.ts'),
  ]);
  const { config } = readConfig();
  const enough = Math.max(LEAST_MEGABYTES, Math.ceil((options.callers * BYTES_A_CALLER) / 2 ** 20));
  const parts = composeDetection(config.pack, config.windowsMegabytes ?? enough);
  const bar = progress('detection');
  try {
    return await measureDetection(parts, { ...options, from: FIRST_MIDNIGHT }, (events) => bar.tick(events));
  } catch (error) {
    if (error instanceof RangeError) throw new CommandError(error.message, EXIT.usage);
    throw error;
  } finally {
    bar.end();
  }
}

/** Memory for counters, so that none is forgotten for want of it; FANZHA_WINDOWS_MB shows what less comes to. */
const [LEAST_MEGABYTES, BYTES_A_CALLER] = [256, 12_000];

/** A Monday in China: the same days whenever it is run. */
const FIRST_MIDNIGHT = Date.parse('2026-11-23T00:00:00+08:00');

type Report = Awaited<ReturnType<typeof run>>;
type Hit = Report['honest'][number]['noticed'];
type Delay = Report['kinds'][number]['noticed'];

function readable(report: Report): string {
  const { seed, callers, fraudulentNumbers, days, attempts, kinds, honest, rules, protection, seconds } =
    report;
  const delay = ({ found, neverShare, calls, minutes, callsTold }: Delay): string =>
    calls === null || minutes === null
      ? 'never'
      : `${found} found (${percent(neverShare)} never), after ${calls.median} calls (90 %: ${calls.p90}), ${minutes.median.toFixed(0)} min (${minutes.p90.toFixed(0)}), ${percent(callsTold)} of calls told`;
  const frauds = kinds.flatMap(({ kind, operations, numbers, calls, noticed, stopped }) => [
    `${kind}: ${operations} operations, ${numbers} numbers, ${calls} calls`,
    `    noticed ${delay(noticed)}`,
    `    stopped ${delay(stopped)}`,
  ]);
  const hits = honest.map(
    ({ profile, callers: of, noticed, stopped }) =>
      `${profile.padEnd(18)} ${String(of).padStart(7)} callers: noticed ${hit(noticed)}; stopped ${hit(stopped)}`,
  );
  const spoke = rules.map(
    ({ rule, fraudulentNumbers: right, honestNumbers: wrong }) =>
      `${rule.padEnd(26)} ${right} fraudulent, ${wrong} honest`,
  );
  const { bankCalls, bankTold, returnCalls, returnTold } = protection;
  return [
    `seed ${seed}, ${callers} callers, ${fraudulentNumbers} fraudulent numbers, ${days} days: ${attempts} calls in ${seconds} s`,
    '',
    ...frauds,
    '',
    'honest callers ever hit (95 % interval: at most)',
    ...hits,
    '',
    'numbers by rule',
    ...spoke,
    '',
    `victims who called their bank: ${bankTold} of ${bankCalls} told; who called one ring back: ${returnTold} of ${returnCalls} warned`,
  ].join('\n');
}

const hit = ({ hits, per10000, perMillion, perMillionAtMost }: Hit): string =>
  `${hits}, ${per10000.toFixed(1)} per 10,000, ${perMillion.toFixed(0)} per million (${perMillionAtMost.toFixed(0)})`;

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

function whole(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= low && value <= high) return value;
    throw new InvalidArgumentError(`must be a whole number from ${low} to ${high}`);
  };
}
