import { INGRESSES, type Ingress, MESSAGE_CHANNELS } from '@fanzha/contract';
import { LOCALES, type Locale } from '@fanzha/vocabulary';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { createTimeReader, ENCODINGS, isTimeZone } from '../platform/index.ts';
import { FORMATS } from './readers/record.ts';
import { SCREENED, type Screened } from './readers/screened.ts';
import type { ScreenOptions } from './screen-file.ts';

const SYSTEM_LOCALE: Locale = Intl.DateTimeFormat().resolvedOptions().locale.startsWith('zh')
  ? 'zh-CN'
  : 'en';

const HELP = `
Reads JSON lines, CSV with a header, FreeSWITCH mod_cdr_csv or Asterisk Master.csv, plain or gzip. Writes one decision
a line to stdout: JSON, or readable lines on a terminal. The summary goes to stderr. Nothing is stored. A line that
cannot be used never stops the run. Exit code 0: the whole file was read; 3: it cannot be read; 130: Ctrl-C.
支持 JSON 行、带表头的 CSV、FreeSWITCH 与 Asterisk 话单（可 gzip）；逐行输出决定，汇总写到 stderr，不保存任何数据。
Columns and formats: docs/guides/screening-files.md`;

/** `fanzha screen calls|messages FILE|-`: decides the records of a file without storing anything. */
export function register(program: Command): void {
  const command = program
    .command('screen')
    .description('decide the calls or messages of a file · 离线筛查话单或短信文件')
    .addArgument(program.createArgument('<kind>', 'what the file holds · 内容').choices(SCREENED))
    .argument('<file>', 'the file, or - for standard input · 文件')
    .addOption(
      new Option('--format <format>', 'format of the file (default: found out) · 格式').choices(FORMATS),
    )
    .addOption(
      new Option('--encoding <encoding>', 'text encoding (default: found out) · 编码').choices(ENCODINGS),
    )
    .option('--rejects <file>', 'write refused lines there, with line number, field and reason · 未采用的行')
    .option('--json', 'JSON lines on a terminal too · 终端上也输出 JSON')
    .addOption(
      new Option('--lang <language>', 'language of reasons · 语言').choices(LOCALES).default(SYSTEM_LOCALE),
    )
    .option('--at <time>', 'time of records without one (default: now) · 无时间记录的时间', parseTime)
    .option(
      '--zone <zone>',
      'zone of times without one (default: that of the policy pack) · 时区',
      parseZone,
    );
  command.option('--lines <file>', 'register of lines, as JSON · 线路登记文件');
  addDefaults(command).addHelpText('after', HELP).action(screen);
}

/** Options that stand in for what a file of calls or messages does not say. */
function addDefaults(command: Command): Command {
  return command
    .addOption(
      new Option('--ingress <ingress>', 'where calls come in when the file does not say · 呼入方向')
        .choices(INGRESSES)
        .default('interconnect'),
    )
    .addOption(
      new Option(
        '--context <name=ingress>',
        'ingress of calls of this trunk or dial-plan context; repeatable',
      )
        .argParser(addContext)
        .default(new Map(), 'none'),
    )
    .addOption(
      new Option('--channel <channel>', 'channel of messages when the file does not say · 短信通道')
        .choices(MESSAGE_CHANNELS)
        .default('smpp'),
    );
}

function addContext(text: string, known: ReadonlyMap<string, Ingress>): ReadonlyMap<string, Ingress> {
  const at = text.lastIndexOf('=');
  const ingress = INGRESSES.find((name) => name === text.slice(at + 1));
  if (at < 1 || ingress === undefined) {
    throw new InvalidArgumentError(`write NAME=INGRESS with one of ${INGRESSES.join(', ')}`);
  }
  return new Map([...known, [text.slice(0, at), ingress]]);
}

function parseTime(text: string): string {
  const at = createTimeReader('UTC')(text);
  if (at === undefined) throw new InvalidArgumentError('not a time such as 2026-11-23T10:00:00+08:00');
  return at;
}

function parseZone(text: string): string {
  if (!isTimeZone(text)) throw new InvalidArgumentError('not a time zone such as Asia/Shanghai');
  return text;
}

async function screen(kind: Screened, file: string, options: ScreenOptions): Promise<void> {
  // The engine is loaded only when a file is to be screened: help and wrong options answer at once.
  const { screenFile } = await import('./screen-file.ts');
  await screenFile(kind, file, options);
}
