import type { Command } from 'commander';
import { readLabelledFile } from './labelled-file.ts';
import { CommandError, EXIT, printJson, say } from './terminal.ts';

const HELP = `
Trains the models that ship, one for Han and one for Latin script, from labelled JSON lines ({"text", "label"}), and
writes models/messages-<script>.{json,bin} into the folder: hashed weights, thresholds and figures, never a text.
A text that is in two files takes the label of the first. Give a pack folder (packs/cn) to replace what ships.`;

interface Options {
  readonly out: string;
  readonly release?: string;
  readonly json?: boolean;
}

/** `fanzha train messages --out DIR FILES...`: make the weights that ship. */
export function register(program: Command): void {
  const group =
    program.commands.find((command) => command.name() === 'train') ??
    program.command('train').description('train what learns');
  group
    .command('messages')
    .description('train the text models from labelled files · 用带标签的文件训练短信模型')
    .argument('<files...>', 'JSON lines with text and label · 每行含 text 与 label')
    .requiredOption('--out <folder>', 'folder that gets models/ · 输出目录')
    .option('--release <version>', 'version to write on the cards; default: the date · 模型版本')
    .option('--json', 'print the cards as one JSON object')
    .addHelpText('after', HELP)
    .action(async (files: string[], options: Options) => {
      const cards = await run(files, options);
      if (options.json) printJson({ models: cards });
    });
}

async function run(files: readonly string[], options: Options) {
  const [
    { readConfig, openPack, systemClock },
    { openMessageLab },
    { mkdir, writeFile },
    { basename, dirname, join },
  ] = await Promise.all([
    import('../platform/index.ts'),
    import('../messages/index.ts'),
    import('node:fs/promises'),
    import('node:path'),
  ]);
  const lab = openMessageLab(openPack(readConfig().config.pack));
  const labelled = [];
  for (const file of files) {
    const { texts } = await readLabelledFile(file);
    say(`${file}: ${texts.length} texts`);
    labelled.push({ name: basename(file).replace(/\.[^.]*$/, ''), texts });
  }
  const date = systemClock.date().toISOString().slice(0, 10);
  try {
    const trained = lab.train(labelled, date, options.release ?? date.replaceAll('-', '.'));
    for (const { name, bytes } of trained.files) {
      const path = join(options.out, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, bytes);
      say(`${path}: ${bytes.length} bytes`);
    }
    return trained.cards;
  } catch (error) {
    if (error instanceof RangeError) throw new CommandError(error.message, EXIT.unreadable);
    throw error;
  }
}
