import type { Command } from 'commander';
import { evalCommand } from './eval.ts';
import { readSubscriberFile, unusable } from './subscriber-file.ts';
import { CommandError, EXIT, printJson, progress } from './terminal.ts';
import { seedOf } from './train-calls.ts';

const HELP = `
A CSV with the columns of docs/guides/models.md and "label" (1 is fraud). The shipped model scores every subscriber and
says yes from the threshold of its card on. Rows that it was trained on are recognised by a digest of their values and
are scored by the one member that has not seen them, never by the others: given its own training file the command reports
what the model does on persons that are new to it ("seenInTraining" counts them).
  --cross-validate   train on parts of the file and score the others instead; nothing shipped is used. What the card shows.
  --model ID         calls-month (default; all columns) or calls-live (what counters know while calls go on)
  --card FILE        another version's card, with its weights (.bin) beside it
Intervals are 95 %, from 1,000 resamples of whole persons with a fixed seed.`;

interface Options {
  readonly model: string;
  readonly card?: string;
  readonly crossValidate?: boolean;
  readonly seed: string;
  readonly json?: boolean;
}

/** `fanzha eval calls FILE`: how well frauds are told from others by their conduct. */
export function register(program: Command): void {
  evalCommand(program)
    .command('calls')
    .description('measure the model of callers on labelled subscribers · 用带标签的用户评测主叫行为模型')
    .argument('<file>', 'CSV with a header, - for standard input · 带表头的 CSV')
    .option('--model <id>', 'calls-month or calls-live · 模型', 'calls-month')
    .option('--card <file>', 'card of another version · 其他版本的模型卡')
    .option('--cross-validate', 'train and score within the file · 在文件内交叉验证')
    .option('--seed <number>', 'of the cross-validation · 随机种子', '1')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action(async (file: string, options: Options) => {
      const report = await run(file, options);
      if (options.json) printJson(report);
      else process.stdout.write(`${readable(report)}\n`);
    });
}

async function run(file: string, options: Options) {
  const seed = seedOf(options.seed);
  const [{ readConfig, openPack, monotonicMicros }, { openBehaviourLab }] = await Promise.all([
    import('../platform/index.ts'),
    import('../calls/index.ts'),
  ]);
  const lab = openBehaviourLab(openPack(readConfig().config.pack));
  const { subscribers, rejected } = await readSubscriberFile(file);
  const other = options.card === undefined ? undefined : await readFiles(options.card);
  const started = monotonicMicros();
  const bar = progress('cross-validation');
  try {
    const report = options.crossValidate
      ? lab.crossValidate(subscribers, options.model, seed, (done, of) => bar.tick(done, of))
      : lab.evaluate(subscribers, options.model, other);
    const seconds = Number(((monotonicMicros() - started) / 1e6).toFixed(2));
    return { ...report, rejected, crossValidated: options.crossValidate === true, seconds };
  } catch (error) {
    throw unusable(file, error);
  } finally {
    bar.end();
  }
}

async function readFiles(card: string) {
  const { readFile } = await import('node:fs/promises');
  try {
    return { card: await readFile(card), weights: await readFile(card.replace(/\.json$/, '.bin')) };
  } catch (error) {
    throw new CommandError((error as Error).message, EXIT.unreadable);
  }
}

type Report = Awaited<ReturnType<typeof run>>;

const share = (value: number): string => value.toFixed(4);
const range = ([low, high]: readonly [number, number]): string => `(${share(low)} to ${share(high)})`;

function readable(report: Report): string {
  const { n, frauds, rejected, auc, macroF1, fraud, recallAtPrecision98, intervals, calibration, rule } =
    report;
  const seen = 'seenInTraining' in report ? Number(report.seenInTraining) : 0;
  return [
    `${n} subscribers, ${frauds} frauds${rejected > 0 ? `, ${rejected} lines left out` : ''}`,
    ...(seen > 0 ? [`${seen} were in the training: scored by the member that has not seen them`] : []),
    `AUC ${share(auc)} ${range(intervals.auc)}`,
    `macro F1 ${share(macroF1)} ${range(intervals.macroF1)}`,
    `fraud: precision ${share(fraud.precision)} ${range(intervals.precision)}  recall ${share(fraud.recall)} ${range(intervals.recall)}  F1 ${share(fraud.f1)}`,
    `recall at precision 0.98: ${share(recallAtPrecision98)} ${range(intervals.recallAtPrecision98)}`,
    `calibration: ECE ${share(calibration.ece)}${calibration.brier === undefined ? '' : `, Brier ${share(calibration.brier)}`}`,
    ...calibration.bins.map(
      ({ from, to, count, positive, meanScore }) =>
        `  ${from.toFixed(3)} to ${to.toFixed(3)}: said ${share(meanScore)}, came true ${share(positive / count)}, n ${count}`,
    ),
    `plain rule (${rule.what}): precision ${share(rule.fraud.precision)}  recall ${share(rule.fraud.recall)}  macro F1 ${share(rule.macroF1)}`,
  ].join('\n');
}
