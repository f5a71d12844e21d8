import type { Command } from 'commander';
import { printJson } from './terminal.ts';

/** `fanzha config`: every option in force, its source and its meaning; secrets are masked. */
export function register(program: Command): void {
  program
    .command('config')
    .description('show every setting in force and where it came from · 显示生效的配置及来源')
    .option('--json', 'print one JSON object')
    .action(async ({ json }: { json?: boolean }) => {
      const { describeConfig, readConfig } = await import('../platform/index.ts');
      const loaded = readConfig();
      const options = describeConfig(loaded);
      if (json) {
        const entries = options.map(({ name, value, source, option }) => [
          name,
          { value, source, variable: option.variable, flag: option.flag, doc: option.doc },
        ]);
        printJson({ file: loaded.file ?? null, options: Object.fromEntries(entries) });
        return;
      }
      const text = options.map(({ name, value, source, option }) => {
        const shown = value === null ? '-' : typeof value === 'string' ? value : JSON.stringify(value);
        const { 'zh-CN': zh, en } = option.doc;
        return `${name} = ${shown}\n    ${source}  (${option.variable}, ${option.flag})\n    ${zh} · ${en}\n`;
      });
      process.stdout.write(text.join(''));
    });
}
