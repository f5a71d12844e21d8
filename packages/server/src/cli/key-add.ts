import type { KeyScope } from '@fanzha/contract';
import type { Command } from 'commander';
import type { DatabaseFlags } from './connect.ts';
import { printJson, say } from './terminal.ts';

interface Flags extends DatabaseFlags {
  readonly scope: string[];
  readonly days: string;
  readonly json?: true;
}

/** `fanzha key add`: makes an API key, while the server runs or not. Only the key is on stdout. */
export function register(key: Command): void {
  key
    .command('add <name>')
    .description('make an API key, shown once · 新建接口密钥（只显示一次）')
    .requiredOption(
      '--scope <scope...>',
      'event:submit, call:sign, decision:try, decision:read, policy:read, label:write, audit:read, system:read',
    )
    .option('--days <number>', 'days that it is valid, at most 730 · 有效天数', '365')
    .option('--data <folder>', 'data folder of the server · 服务的数据目录 (FANZHA_DATA)')
    .option('--json', 'print one JSON object')
    .action(async (name: string, flags: Flags) => {
      const { keysAdd } = await import('@fanzha/contract');
      const { addKey } = await import('../platform/index.ts');
      const { requireValid, withDatabase } = await import('./connect.ts');
      const input = { name, scopes: flags.scope as KeyScope[], days: Number(flags.days) };
      if (keysAdd.body) requireValid(keysAdd.body, input);
      const made = await withDatabase(flags, (ctx) => addKey(ctx, input));
      if (flags.json) return printJson(made);
      const { id, scopes, expiresAt } = made.key;
      say(`已新建 / made: ${id} (${scopes.join(', ')}), ${expiresAt}`);
      say('密钥只显示这一次 / the key is shown this once, send it as "Authorization: Bearer ...":');
      process.stdout.write(`${made.secret}\n`);
    });
}
