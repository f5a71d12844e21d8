import type { Command } from 'commander';
import type { RawLine } from '../platform/index.ts';
import { CommandError, EXIT, say } from './terminal.ts';

const HELP = `
One message a line: a JSON object with "text" (an event sms.submit is one), or plain text with --text. Writes one JSON
object a line, in the order of the file: {"line", "model", "version", "fraud", "illegal", "fraudType"}; a text in a script
without a model has "model": null. A line that cannot be used is named on stderr and left out. Memory does not grow with
the file. --model takes a card with its weights beside it, as "fanzha train messages" writes them; the other script keeps
the pack's model.`;

/** Lines that cannot be used and are named one by one; the rest is only counted. */
const SHOWN_FAULTS = 10;
const MAX_TEXT = 20_000;

interface Options {
  readonly model?: string;
  readonly text?: boolean;
}

/** `fanzha score FILE`: what a text model says about every text of a file. */
export function register(program: Command): void {
  program
    .command('score')
    .description('score the texts of a file with a model · 用模型为文件中的短信批量评分')
    .argument('<file>', 'JSON lines, - for standard input · 每行一个 JSON')
    .option('--model <card>', 'card of another model, e.g. data/models/messages-han.json · 另一模型的卡片')
    .option('--text', 'each line is a text as it is · 每行即为正文')
    .addHelpText('after', HELP)
    .action(score);
}

async function score(file: string, options: Options): Promise<void> {
  const [{ readConfig, openPack, splitLines }, { openMessageScorer }, { openInput }, { openWriter }] =
    await Promise.all([
      import('../platform/index.ts'),
      import('../messages/index.ts'),
      import('./readers/input.ts'),
      import('./line-writer.ts'),
    ]);
  const other = options.model === undefined ? undefined : await readFiles(options.model);
  const scorer = openScorer(
    () => openMessageScorer(openPack(readConfig().config.pack), other),
    options.model,
  );
  const [input, output] = await Promise.all([openInput(file), openWriter('-')]);
  let [scored, faults] = [0, 0];
  for await (const lines of splitLines(input.bytes)) {
    for (const line of lines) {
      const read = readText(line, options.text === true);
      if ('text' in read) {
        scored += 1;
        await output.line(JSON.stringify({ line: line.number, ...(scorer(read.text) ?? { model: null }) }));
      } else if (read.reason !== '') {
        faults += 1;
        if (faults <= SHOWN_FAULTS) say(`${input.name}:${line.number}: ${read.reason}`);
      }
    }
    if (output.closed) return;
    await output.flush();
  }
  await output.end();
  say(`${scored} texts scored, ${faults} lines left out`);
  if (scored === 0) throw new CommandError(`${file}: no line with a text`, EXIT.unreadable);
}

function openScorer<T>(open: () => T, card: string | undefined): T {
  try {
    return open();
  } catch (error) {
    if (card === undefined) throw error;
    throw new CommandError(`${card}: ${(error as Error).message}`, EXIT.unreadable);
  }
}

async function readFiles(card: string) {
  const { readFile } = await import('node:fs/promises');
  const read = (path: string) =>
    readFile(path).catch((error: Error) => {
      throw new CommandError(`${path}: ${error.message}`, EXIT.unreadable);
    });
  return { card: await read(card), weights: await read(card.replace(/\.json$/, '.bin')) };
}

/** The text of a line, or why it has none; no reason is needed for an empty line. */
function readText({ bytes, tooLong }: RawLine, plain: boolean): { text: string } | { reason: string } {
  if (tooLong) return { reason: 'is too long' };
  const written = bytes.toString('utf8').replace(/^\ufeff/, '');
  if (written.trim() === '') return { reason: '' };
  if (plain) return { text: written.slice(0, MAX_TEXT) };
  let value: unknown;
  try {
    value = JSON.parse(written);
  } catch {
    return { reason: 'is not JSON (use --text for plain text)' };
  }
  const text = (value as { text?: unknown } | null)?.text;
  return typeof text === 'string' && text.trim() !== ''
    ? { text: text.slice(0, MAX_TEXT) }
    : { reason: 'text must be a text that is not empty' };
}
