import type { Command } from 'commander';
import type { DatabaseFlags } from './connect.ts';

/** `fanzha policy export`: the content of a version as a file that `check`, `backtest` and `import` take. */
export function register(policy: Command): void {
  policy
    .command('export <version>')
    .description('write a version as a file, to standard output · 导出版本到标准输出')
    .option('--data <folder>', 'data folder of the server · 服务的数据目录 (FANZHA_DATA)')
    .action(async (version: string, flags: DatabaseFlags) => {
      const { numberOf, withVersions } = await import('./policy-work.ts');
      const number = numberOf(version);
      const { content } = await withVersions(flags, (ctx, versions) => versions.get(ctx, number));
      process.stdout.write(`${JSON.stringify(content, undefined, 2)}\n`);
    });
}
