import type { Command } from 'commander';
import { readSubscriberFile, unusable } from './subscriber-file.ts';
import { CommandError, EXIT, printJson, progress, say } from './terminal.ts';

const HELP = `
Trains the models of callers from monthly summaries of subscribers (CSV with a header; the columns are those of
docs/guides/models.md, "label" is 1 for fraud): calls-month over all columns, calls-live over what counters know while
calls go on. Writes models/<model>.{json,bin} into the folder: cuts, leaves, heights, thresholds and figures, never a row.
The figures on a card are of a 5-fold cross-validation by person; what is written is trained on every row afterwards.
Give a pack folder (packs/cn) to replace what ships. The same file and seed give the same weights.`;

interface Options {
  readonly out: string;
  readonly model?: string;
  readonly seed: string;
  readonly release?: string;
  readonly json?: boolean;
}

/** `fanzha train calls --out DIR FILE`: make the models of callers that ship. */
export function register(program: Command): void {
  const group =
    program.commands.find((command) => command.name() === 'train') ??
    program.command('train').description('train what learns');
  group
    .command('calls')
    .description('train the models of callers from labelled subscribers · 用带标签的用户训练主叫行为模型')
    .argument('<file>', 'CSV with a header, - for standard input · 带表头的 CSV')
    .requiredOption('--out <folder>', 'folder that gets models/ · 输出目录')
    .option('--model <id>', 'one model only: calls-month or calls-live · 只训练其一')
    .option('--seed <number>', 'of all that is drawn · 随机种子', '1')
    .option('--release <version>', 'version to write on the cards; default: the date · 模型版本')
    .option('--json', 'print the cards as one JSON object')
    .addHelpText('after', HELP)
    .action(async (file: string, options: Options) => {
      const cards = await run(file, options);
      if (options.json) printJson({ models: cards });
    });
}

/** A seed as it is typed. Throws CommandError. */
export function seedOf(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new CommandError(`--seed: must be a whole number of up to six digits ("${text}")`, EXIT.usage);
}

async function run(file: string, options: Options) {
  const seed = seedOf(options.seed);
  const [
    { readConfig, openPack, systemClock },
    { openBehaviourLab, BEHAVIOUR_MODELS },
    { mkdir, writeFile },
    { basename, dirname, join },
  ] = await Promise.all([
    import('../platform/index.ts'),
    import('../calls/index.ts'),
    import('node:fs/promises'),
    import('node:path'),
  ]);
  const lab = openBehaviourLab(openPack(readConfig().config.pack));
  const { subscribers } = await readSubscriberFile(file);
  say(`${file}: ${subscribers.length} subscribers`);
  const date = systemClock.date().toISOString().slice(0, 10);
  const version = options.release ?? date.replaceAll('-', '.');
  const source = basename(file).replace(/\.[^.]*$/, '');
  const cards = [];
  for (const model of options.model === undefined ? BEHAVIOUR_MODELS : [options.model]) {
    const bar = progress(`${model}: cross-validation`);
    try {
      const onTaught = (done: number, of: number): void => bar.tick(done, of);
      const { card, files } = lab.train(subscribers, model, { source, date, version, seed, onTaught });
      for (const { name, bytes } of files) {
        const path = join(options.out, name);
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, bytes);
        say(`${path}: ${bytes.length} bytes`);
      }
      cards.push(card);
    } catch (error) {
      throw unusable(file, error);
    } finally {
      bar.end();
    }
  }
  return cards;
}
