import type { Role } from '@fanzha/contract';
import type { Command } from 'commander';
import type { DatabaseFlags } from './connect.ts';
import { CommandError, EXIT, printJson, say } from './terminal.ts';

interface Flags extends DatabaseFlags {
  readonly role: string[];
  readonly displayName?: string;
  readonly passwordStdin?: true;
  readonly json?: true;
}

const MOST_STDIN = 4096;

/** First line of standard input. */
async function readPassword(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    text += chunk;
    if (text.length > MOST_STDIN) throw new CommandError('the password on stdin is too long', EXIT.usage);
  }
  return text.split(/\r?\n/, 1)[0] ?? '';
}

/** `fanzha user add`: adds a person, while the server runs or not. */
export function register(user: Command): void {
  user
    .command('add <name>')
    .description('add a person · 添加用户')
    .requiredOption(
      '--role <role...>',
      'administrator, analyst, reviewer, integrator, duty-officer, inspector',
    )
    .option('--display-name <text>', 'name that others see · 显示名')
    .option(
      '--password-stdin',
      'read the password from standard input, else one is made and printed · 从标准输入读密码',
    )
    .option('--data <folder>', 'data folder of the server · 服务的数据目录 (FANZHA_DATA)')
    .option('--json', 'print one JSON object')
    .action(async (name: string, flags: Flags) => {
      const { usersAdd } = await import('@fanzha/contract');
      const { addUser, newPassword } = await import('../platform/index.ts');
      const { requireValid, withDatabase } = await import('./connect.ts');
      const password = flags.passwordStdin ? await readPassword() : newPassword();
      const { displayName } = flags;
      const roles = flags.role as Role[];
      const input = { name, password, roles, ...(displayName === undefined ? {} : { displayName }) };
      if (usersAdd.body) requireValid(usersAdd.body, input);
      const added = await withDatabase(flags, (ctx) => addUser(ctx, input));
      const made = flags.passwordStdin ? {} : { password };
      if (flags.json) return printJson({ ...added, ...made });
      say(`已添加 / added: ${added.name} (${added.roles.join(', ')})`);
      if (flags.passwordStdin) return;
      say(
        '密码只显示这一次，请在首次登录后修改 / the password is shown this once; change it after signing in:',
      );
      process.stdout.write(`${password}\n`);
    });
}
