import type { Command } from 'commander';
import type { CdrImportFlags } from './cdr-work.ts';

const HELP = `
The server reads the file where it lies and goes on if this command is ended; Ctrl-C stops the import, what was taken
stays. A file that was taken in before, under any name, plain or packed, is passed over as far as it was read.
服务直接读取该文件；Ctrl-C 停止导入，已导入的保留。以任何文件名重复交付的内容自动跳过。
Exit code 0: all records taken; 1: some refused, or it failed; 3: the file cannot be read; 130: Ctrl-C.
Settings of sources and formats: docs/guides/calls-cdr.md`;

/** `fanzha cdr import FILE --source NAME`: call records in, by the server that runs on this data folder. */
export function register(parent: Command): void {
  parent
    .command('import')
    .description('take a file of call records in · 导入话单文件')
    .argument('<file>', 'plain, gzip or zstd · 文件')
    .requiredOption('--source <name>', 'where the records come from · 来源')
    .option('--setting <file>', 'set the source up first, as this JSON file says · 先按此文件设置来源')
    .option('--data <folder>', 'data folder of the server · 服务的数据目录 (FANZHA_DATA)')
    .option('--json', 'print the import as one JSON object')
    .addHelpText('after', HELP)
    .action(async (file: string, flags: CdrImportFlags) => {
      const { importFile } = await import('./cdr-work.ts');
      await importFile(file, flags);
    });
}
