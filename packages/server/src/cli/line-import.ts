import type { LineImportPreview } from '@fanzha/contract';
import type { Command } from 'commander';
import type { DatabaseFlags } from './connect.ts';
import { CommandError, EXIT, printJson, say } from './terminal.ts';

interface Flags extends DatabaseFlags {
  readonly reason: string;
  readonly preview?: true;
  readonly json?: true;
}

/** As large as the API takes it. */
const LARGEST = 8_000_000;

const HELP = `
CSV with a header; columns: docs/guides/lines.md. Rows that cannot be used are named on stderr and cost only
themselves; exit code 1 when there was one. What is imported waits for a second person where the pack says so.
带表头的 CSV；不能采用的行写到 stderr 且只影响自身，退出码为 1；导入须由第二人批准。`;

/** `fanzha line import`: asks for lines to be registered as a file says. */
export function register(line: Command): void {
  line
    .command('import <file>')
    .description('register the lines of a file · 由文件登记线路')
    .requiredOption('--reason <text>', 'why · 理由')
    .option('--preview', 'change nothing, only say what would happen · 仅预览')
    .option('--data <folder>', 'data folder of the server · 服务的数据目录 (FANZHA_DATA)')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action(async (file: string, flags: Flags) => {
      const csv = await readCsv(file);
      const { reason } = flags;
      const { withLines } = await import('./line-work.ts');
      const done = await withLines(flags, async (ctx, { editor }) => {
        const preview = await editor.previewImport(ctx, { csv, reason });
        const isEmpty = preview.created + preview.changed === 0;
        if (flags.preview || isEmpty) return { preview };
        const { change } = await editor.import(ctx, { csv, reason });
        return { preview, change: { id: change.id, state: change.state, lines: change.lines } };
      });
      if (flags.json) printJson(done);
      else tell(done.preview, done.change?.state);
      if (done.preview.rejected > 0) process.exitCode = EXIT.failed;
    });
}

async function readCsv(file: string): Promise<string> {
  const { readFile, stat } = await import('node:fs/promises');
  try {
    if ((await stat(file)).size > LARGEST) throw new Error('larger than 8 MB / 大于 8 MB');
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CommandError(`${file}: ${(error as Error).message}`, EXIT.unreadable);
  }
}

function tell(
  { created, changed, same, rejected, rejects }: LineImportPreview,
  state: string | undefined,
): void {
  for (const { row, id, reason } of rejects) say(`line ${row}: ${id}: ${reason}`);
  const counts = `${created} 新增 new, ${changed} 变更 changed, ${same} 相同 same, ${rejected} 未采用 refused`;
  const outcome =
    state === undefined
      ? '未变更 nothing changed'
      : state === 'asked'
        ? '待批准 waits for approval'
        : '已生效 in force';
  say(`${counts}: ${outcome}`);
}
