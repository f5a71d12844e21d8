import type { Command } from 'commander';
import type { DatabaseFlags } from './connect.ts';
import { printJson } from './terminal.ts';

interface Flags extends DatabaseFlags {
  readonly json?: true;
}

const SIGNS = { added: '+', removed: '-', changed: '~', moved: '^' } as const;

/** `fanzha policy diff A B`: what B adds, removes and changes. */
export function register(policy: Command): void {
  policy
    .command('diff <from> <to>')
    .description('say what differs between two versions · 比较两个版本')
    .option('--data <folder>', 'data folder of the server · 服务的数据目录 (FANZHA_DATA)')
    .option('--json', 'print one JSON object')
    .action(async (from: string, to: string, flags: Flags) => {
      const { numberOf, withVersions } = await import('./policy-work.ts');
      const [before, after] = [numberOf(from), numberOf(to)];
      const diff = await withVersions(flags, (ctx, versions) => versions.diff(ctx, after, before));
      if (flags.json) return printJson(diff);
      for (const { part, id, change, fields } of diff.changes) {
        process.stdout.write(`${SIGNS[change]} ${part} ${id}\n`);
        if (change !== 'changed') continue;
        for (const { field, before: old = '', after: now = '' } of fields) {
          process.stdout.write(`    ${field}\n      - ${old}\n      + ${now}\n`);
        }
      }
    });
}
