import type { Command } from 'commander';
import type { DatabaseFlags } from './connect.ts';
import { printJson, say } from './terminal.ts';

interface Flags extends DatabaseFlags {
  readonly title: string;
  readonly base?: string;
  readonly json?: true;
}

/** `fanzha policy import`: makes a draft; it becomes live as every other does. */
export function register(policy: Command): void {
  policy
    .command('import <file>')
    .description('make a draft from a file · 由文件新建草稿')
    .requiredOption('--title <text>', 'title of the draft · 草稿标题')
    .option(
      '--base <version>',
      'what the file leaves out is taken from it (default: the live one) · 基准版本',
    )
    .option('--data <folder>', 'data folder of the server · 服务的数据目录 (FANZHA_DATA)')
    .option('--json', 'print one JSON object')
    .action(async (file: string, flags: Flags) => {
      const [{ readPolicyFile }, { numberOf, withVersions }] = await Promise.all([
        import('./policy-file.ts'),
        import('./policy-work.ts'),
      ]);
      const part = await readPolicyFile(file);
      const { title } = flags;
      const made = await withVersions(flags, async (ctx, versions) => {
        const live = await versions.list(ctx, { states: ['live'], limit: 1 });
        const number = flags.base === undefined ? live.items[0]?.number : numberOf(flags.base);
        const base = number === undefined ? {} : { base: number };
        const content = number === undefined ? undefined : (await versions.get(ctx, number)).content;
        const wanted = content === undefined ? {} : { content: { ...content, ...part } };
        return versions.create(ctx, { title, ...base, ...wanted });
      });
      if (flags.json) return printJson({ version: made.number, faults: made.faults });
      say(`已建草稿 / draft made: ${made.number}，${made.faults.length} 处错误 / faults`);
    });
}
