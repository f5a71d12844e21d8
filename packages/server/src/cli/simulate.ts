import { type Command, InvalidArgumentError, Option } from 'commander';
import { ROW_FORMATS, type SimulateOptions, TRAFFIC_KINDS, type TrafficKind } from './simulate-options.ts';
import { CommandError, EXIT } from './terminal.ts';

const HELP = `
Ordinary life and frauds among it, over the last 24 hours. The same --seed and --until give the same traffic. What is
fraud goes to --truth, never into an event. Call records (freeswitch, asterisk) hold one row for each finished call,
the ingress as context: screen them with --context from-international=international --context from-access=access.
同样的 --seed 和 --until 生成同样的流量；哪些是诈骗只写入 --truth 文件。号码与网址均为虚构。`;

/** `fanzha simulate`: writes made-up traffic with known frauds. */
export function register(program: Command): void {
  program
    .command('simulate')
    .description('make up traffic with known frauds, always marked as simulated · 生成带标记的模拟流量')
    .option('--events <n>', 'how many events · 事件数', whole(1, 100_000_000), 1000)
    .option('--seed <n>', 'another seed gives other traffic · 随机种子', whole(0, 4_294_967_295), 1)
    .option('--rate <n>', 'so many events a second (default: as fast as they are read)', whole(1, 1_000_000))
    .addOption(
      new Option('--kinds <list>', 'calls, messages or both · 类型')
        .argParser(parseKinds)
        .default([...TRAFFIC_KINDS], 'both'),
    )
    .option('--out <file>', 'where to write, - for standard output · 输出文件', '-')
    .addOption(
      new Option('--format <format>', 'JSON lines, or call records as a switch writes them · 格式')
        .choices(ROW_FORMATS)
        .default('jsonl'),
    )
    .option('--truth <file>', 'write id, scenario and whether it is fraud, one JSON a line · 真值文件')
    .option(
      '--until <time>',
      'RFC 3339 time at which the traffic ends (default: now) · 截止时间',
      parseInstant,
    )
    .addHelpText('after', HELP)
    .action(async (options: SimulateOptions) => {
      refuseContradictions(options);
      const { simulate } = await import('./simulate-run.ts');
      await simulate(options);
    });
}

function refuseContradictions({ format, kinds, out, truth }: SimulateOptions): void {
  if (format !== 'jsonl' && !kinds.includes('calls')) {
    throw new CommandError(`--format ${format}: holds calls only, --kinds has none`, EXIT.usage);
  }
  if (truth !== undefined && truth === out) {
    throw new CommandError('--truth: must be another file than --out', EXIT.usage);
  }
}

function whole(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= low && value <= high) return value;
    throw new InvalidArgumentError(`must be a whole number from ${low} to ${high}`);
  };
}

function parseKinds(text: string): TrafficKind[] {
  const kinds = text.split(',').map((name) => TRAFFIC_KINDS.find((kind) => kind === name.trim()));
  if (kinds.some((kind) => kind === undefined)) {
    throw new InvalidArgumentError('write calls, messages or calls,messages');
  }
  return TRAFFIC_KINDS.filter((kind) => kinds.includes(kind));
}

function parseInstant(text: string): number {
  const time = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new InvalidArgumentError('not a time such as 2026-11-23T10:00:00+08:00');
  return time;
}
