import type { Command } from 'commander';
import { evalCommand } from './eval.ts';
import { readLabelledFile } from './labelled-file.ts';
import { CommandError, EXIT, printJson } from './terminal.ts';

const HELP = `
One text a line, as JSON: {"text": "...", "label": "..."}
Without --train the shipped model is scored as yes or no at its live thresholds: fraud or illegal business (what would
at least be held) against the rest. With --train the
same learner is trained on the labels of that file first; the threshold of the yes or no is chosen inside that file.
  --mapping FILE   {"labels": [{"label": "AD:*", "group": "advert"}, ...]}: what labels mean. Groups: fraud, illegal
                   (positive), advert, ordinary (negative); first fitting line wins. Default: the pack's taxonomy.json,
                   where ham, normal, Other and AD:* are negative and every other label is positive.
Intervals are 95 %, from 1,000 resamples of whole near-duplicate clusters with a fixed seed.`;

interface Options {
  readonly train?: string;
  readonly mapping?: string;
  readonly json?: boolean;
}

/** `fanzha eval messages FILE`: how well texts are told apart. */
export function register(program: Command): void {
  evalCommand(program)
    .command('messages')
    .description('measure the text model on labelled texts · 用带标签的文本评测短信模型')
    .argument('<file>', 'JSON lines, - for standard input · 每行一个 JSON')
    .option('--train <file>', 'train on the labels of this file, score the other · 先用此文件训练')
    .option('--mapping <file>', 'what labels mean · 标签含义')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action(async (file: string, options: Options) => {
      const report = await run(file, options);
      if (options.json) printJson(report);
      else process.stdout.write(`${readable(report)}\n`);
    });
}

async function run(file: string, options: Options) {
  const [{ readConfig, openPack, monotonicMicros }, { openMessageLab }] = await Promise.all([
    import('../platform/index.ts'),
    import('../messages/index.ts'),
  ]);
  const lab = openMessageLab(openPack(readConfig().config.pack));
  const mapping = options.mapping === undefined ? lab.mapping : await readMapping(options.mapping);
  const training = options.train === undefined ? undefined : await readLabelledFile(options.train);
  const { texts, rejected } = await readLabelledFile(file);
  const started = monotonicMicros();
  try {
    const evaluation = lab.evaluate(texts, { mapping, ...(training ? { train: training.texts } : {}) });
    return {
      ...evaluation,
      rejected,
      trained: training !== undefined,
      ...(training ? { trainingTexts: training.texts.length, trainingRejected: training.rejected } : {}),
      seconds: Number(((monotonicMicros() - started) / 1e6).toFixed(2)),
    };
  } catch (error) {
    if (error instanceof RangeError)
      throw new CommandError(`${options.train ?? file}: ${error.message}`, EXIT.unreadable);
    throw error;
  }
}

async function readMapping(file: string) {
  const [{ readFile }, { compileSchema }, { LabelMapping }] = await Promise.all([
    import('node:fs/promises'),
    import('../platform/index.ts'),
    import('../messages/index.ts'),
  ]);
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new CommandError(`${file}: ${(error as Error).message}`, EXIT.unreadable);
  }
  const validator = compileSchema(LabelMapping);
  if (validator.check(value)) return value;
  const faults = validator.faults(value, 'en').map(({ field, reason }) => `${field || '(file)'} ${reason}`);
  throw new CommandError(`${file}: ${faults.join('; ')}`, EXIT.unreadable);
}

type Report = Awaited<ReturnType<typeof run>>;

const share = (value: number): string => value.toFixed(4);
const range = ([low, high]: readonly [number, number]): string => `(${share(low)} to ${share(high)})`;

function readable({ n, rejected, macroF1, macroF1Interval, classes, binary }: Report): string {
  const width = Math.max(8, ...Object.keys(classes).map((label) => label.length));
  const rows = Object.entries(classes).map(
    ([label, figures]) =>
      `${label.padEnd(width)}  precision ${share(figures.precision)}  recall ${share(figures.recall)}  F1 ${share(figures.f1)} ${range(figures.f1Interval)}  n ${figures.n}`,
  );
  return [
    `${n} texts${rejected > 0 ? `, ${rejected} lines left out` : ''}`,
    ...rows,
    `macro F1 ${share(macroF1)} ${range(macroF1Interval)}`,
    `positive against rest: precision ${share(binary.precision)}  recall ${share(binary.recall)}  F1 ${share(binary.f1)} ${range(binary.intervals.f1)}`,
    `false positives ${binary.falsePositives} of ${binary.negatives}: ${binary.falsePositivesPer10000.toFixed(1)} per 10,000`,
  ].join('\n');
}
