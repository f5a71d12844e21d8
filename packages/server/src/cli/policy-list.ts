import type { Command } from 'commander';
import type { DatabaseFlags } from './connect.ts';
import { printJson } from './terminal.ts';

interface Flags extends DatabaseFlags {
  readonly state?: string;
  readonly json?: true;
}

/** Most versions that are listed: the newest. */
const LISTED = 200;

/** `fanzha policy list`: versions, the newest first. */
export function register(policy: Command): void {
  policy
    .command('list')
    .description('list the versions of the policy · 列出策略版本')
    .option('--state <state>', 'only those in a state · 仅某一状态')
    .option('--data <folder>', 'data folder of the server · 服务的数据目录 (FANZHA_DATA)')
    .option('--json', 'print one JSON object')
    .action(async (flags: Flags) => {
      const { withVersions } = await import('./policy-work.ts');
      const { items } = await withVersions(flags, (ctx, versions) => versions.list(ctx, { limit: LISTED }));
      const shown = items.filter(({ state }) => flags.state === undefined || state === flags.state);
      if (flags.json) return printJson({ versions: shown });
      for (const { number, state, title, rules, tables, edited } of shown) {
        process.stdout.write(
          `${number}\t${state}\t${rules}+${tables}\t${edited.at}\t${edited.name}\t${title}\n`,
        );
      }
    });
}
