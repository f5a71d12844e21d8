import type { Command } from 'commander';
import type { DatabaseFlags } from './connect.ts';
import { CommandError, EXIT, printJson, progress, say } from './terminal.ts';

interface Flags extends DatabaseFlags {
  readonly json?: true;
}

const HELP = `
One label a line, as JSON · 每行一个 JSON:
  {"decision": "<id>", "outcome": "fraud"}
  {"kind": "sms.submit", "event": "<id of the event>", "outcome": "legitimate", "note": "..."}
Lines that cannot be used are named on stderr and cost only themselves. Exit code 1 when there was one.
outcome 为 fraud 或 legitimate；可带 fraudType、note。有不能采用的行时退出码为 1。`;

const SHOWN = 20;

/** `fanzha label FILE|-`: confirms what decisions turned out to be. */
export function register(program: Command): void {
  program
    .command('label')
    .description('confirm what decisions turned out to be · 批量确认判定的真实结果')
    .argument('<file>', 'JSON lines, - for standard input')
    .option('--data <folder>', 'data folder of the server · 服务的数据目录 (FANZHA_DATA)')
    .option('--json', 'print one JSON object: lines, changed, refused')
    .addHelpText('after', HELP)
    .action(async (file: string, flags: Flags) => {
      const summary = await label(file, flags);
      if (flags.json) printJson(summary);
      else
        say(`${summary.lines} 行 lines, ${summary.changed} 变更 changed, ${summary.refused} 未采用 refused`);
      if (summary.refused > 0) process.exitCode = EXIT.failed;
    });
}

async function label(
  file: string,
  flags: Flags,
): Promise<{ lines: number; changed: number; refused: number }> {
  const { composeDecider } = await import('../compose.ts');
  const { createLabels } = await import('../engine/index.ts');
  const { systemClock } = await import('../platform/index.ts');
  const { withDatabase } = await import('./connect.ts');
  const { openInput } = await import('./readers/input.ts');
  const input = await openInput(file);
  const bar = progress('label');
  const summary = { lines: 0, changed: 0, refused: 0 };
  await withDatabase(flags, async (ctx, config) => {
    const fraudTypes = composeDecider(config.pack, systemClock).texts.labels('fraudType');
    const labels = createLabels({
      // What the database does not have yet cannot be labelled from here.
      journal: { get: async () => undefined },
      fraudTypes: fraudTypes.map(({ code }) => code),
    });
    for await (const { line, ok, changed, field, reason } of labels.importLines(ctx, input.bytes)) {
      summary.lines += 1;
      if (changed) summary.changed += 1;
      if (!ok) {
        summary.refused += 1;
        if (summary.refused <= SHOWN)
          say(`line ${line}: ${field === undefined ? '' : `${field} `}${reason ?? ''}`);
      }
      bar.tick(summary.lines);
    }
  });
  bar.end();
  if (summary.lines === 0) throw new CommandError(`${file}: 没有内容 / holds nothing`, EXIT.unreadable);
  return summary;
}
