import type { Command } from 'commander';
import type { SigningKeyAct, SigningKeyView } from '../calls/index.ts';
import type { DatabaseFlags } from './connect.ts';
import { CommandError, EXIT, printJson } from './terminal.ts';

const HELP = `
Keys sign outgoing calls (STIR), labels (Rich Call Data) and cards of rejected calls. One is made on first use, with a
certificate of the installation's own CA; import the operator's for others to trust it. A running server follows
within a second. Earlier keys stay, and "use" goes back to one.
用于呼叫签名（STIR）、来电标注与申诉名片。首次使用自动生成；运营商证书可导入。旧密钥保留，可用 use 切回。`;

interface Flags extends DatabaseFlags {
  readonly json?: true;
}

/** `fanzha signing show | rotate | import | use`. */
export function register(program: Command): void {
  const signing = program
    .command('signing')
    .description('keys that sign calls and cards · 呼叫签名密钥')
    .addHelpText('after', HELP);
  const add = (name: string, description: string) =>
    signing
      .command(name)
      .description(description)
      .option('--data <folder>', 'data folder of the server · 服务的数据目录 (FANZHA_DATA)')
      .option('--json', 'print one JSON object');

  add('show', 'list the keys; * signs · 列出密钥').action(async (flags: Flags) => {
    const { openSigning } = await import('./signing-work.ts');
    print(flags, await openSigning(flags).then(({ list }) => list()));
  });
  add('rotate', 'make a new key and sign with it · 更换密钥')
    .option('--provider-code <code...>', 'service provider codes to put into the certificate (TNAuthList)')
    .action((flags: Flags & { providerCode?: string[] }) =>
      run(flags, { kind: 'rotate', providerCodes: providerCodes(flags.providerCode ?? []) }),
    );
  add('import', "take in the operator's own key · 导入运营商密钥")
    .requiredOption('--key <file>', 'private key, PEM, without password · 私钥')
    .requiredOption('--certificate <file>', 'certificates, PEM, signer first · 证书链')
    .option('--url <url>', 'where the certificates are published, if not here · 证书公布地址')
    .action(async (flags: Flags & { key: string; certificate: string; url?: string }) => {
      const key = { privateKey: await textOf(flags.key), chain: await textOf(flags.certificate) };
      await run(flags, { kind: 'import', key: { ...key, ...(flags.url && { url: webUrl(flags.url) }) } });
    });
  add('use <id>', 'sign with a key that is there · 切换密钥').action((id: string, flags: Flags) =>
    run(flags, { kind: 'use', id }),
  );
}

async function run(flags: Flags, act: SigningKeyAct): Promise<void> {
  const { openSigning } = await import('./signing-work.ts');
  const { perform } = await openSigning(flags);
  print(flags, [await perform(act)]);
}

function print(flags: Flags, keys: readonly SigningKeyView[]): void {
  if (flags.json) {
    printJson({ keys });
    return;
  }
  for (const { id, current, origin, notAfter, authority, url } of keys) {
    const signs = authority.length === 0 ? 'cards, labels' : `calls of ${authority.join(', ')}`;
    const columns = [current ? '*' : ' ', id, origin.padEnd(8), notAfter.slice(0, 10), signs, url ?? ''];
    process.stdout.write(`${columns.join('  ').trimEnd()}\n`);
  }
}

async function textOf(path: string): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  return readFile(path, 'utf8').catch(() => {
    throw new CommandError(`${path} cannot be read`, EXIT.unreadable);
  });
}

function providerCodes(codes: readonly string[]): readonly string[] {
  const wrong = codes.find((code) => !/^[\x21-\x7e]{1,64}$/.test(code));
  if (wrong === undefined) return codes;
  throw new CommandError(`--provider-code ${wrong}: must be 1 to 64 printable characters`, EXIT.usage);
}

function webUrl(url: string): string {
  if (/^https:\/\/[!-;=?-~]{1,2000}$/.test(url)) return url;
  throw new CommandError('--url must be an https address', EXIT.usage);
}
