import { LINE_STANDINGS, type LineView } from '@fanzha/contract';
import { type Command, Option } from 'commander';
import type { DatabaseFlags } from './connect.ts';

interface Flags extends DatabaseFlags {
  readonly kind?: string;
  readonly standing?: (typeof LINE_STANDINGS)[number];
  readonly search?: string;
  readonly number?: string;
  readonly json?: true;
}

const PAGE = 200;

/** `fanzha line list`: registered lines, a line each. */
export function register(line: Command): void {
  line
    .command('list')
    .description('list the registered lines · 列出登记的线路')
    .option('--kind <kind>', 'only of a kind, such as 400 or voice-line · 仅某一类型')
    .addOption(
      new Option('--standing <standing>', 'only those that stand so · 仅某一状态').choices([
        ...LINE_STANDINGS,
      ]),
    )
    .option('--search <text>', 'part of the id or of the owner · 编号或使用单位的一部分')
    .option('--number <number>', 'only those that may show a number · 仅可显示某号码的')
    .option('--data <folder>', 'data folder of the server · 服务的数据目录 (FANZHA_DATA)')
    .option('--json', 'print one JSON object a line')
    .action(async ({ kind, standing, search, number, ...flags }: Flags) => {
      const { withLines } = await import('./line-work.ts');
      const filter = {
        ...(kind === undefined ? {} : { kind }),
        ...(standing === undefined ? {} : { standing }),
        ...(search === undefined ? {} : { search }),
        ...(number === undefined ? {} : { number }),
      };
      await withLines(flags, async (ctx, { queries }) => {
        let place: { cursor?: string } = {};
        for (;;) {
          const { items, next } = await queries.list(ctx, { ...filter, ...place, limit: PAGE });
          for (const item of items)
            process.stdout.write(`${flags.json ? JSON.stringify(item) : rowOf(item)}\n`);
          if (next === undefined) return;
          place = { cursor: next };
        }
      });
    });
}

const rowOf = ({ id, standing, content }: LineView): string =>
  [id, content.kind, standing, content.use, content.owner, content.numbers.join(' ')].join('\t');
