import type { Command } from 'commander';
import { say } from './terminal.ts';

/** `fanzha policy check`: names every fault of a policy file with its character. Needs no server and no database. */
export function register(policy: Command): void {
  policy
    .command('check <file>')
    .description('check a policy file, without a server · 检查策略文件')
    .addHelpText('after', '\nWhat the file leaves out is taken from the pack. 文件中未写的部分取自策略包。\n')
    .action(async (file: string) => {
      const [{ readPolicyFile, tellFaults }, { packContent }] = await Promise.all([
        import('./policy-file.ts'),
        import('./policy-work.ts'),
      ]);
      const { content, versions } = packContent();
      const faults = versions.check({ ...content, ...(await readPolicyFile(file)) });
      if (faults.length > 0) throw tellFaults(faults);
      say('没有错误 / no faults');
    });
}
