import { readFile, realpath, stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { CdrImport, CdrSetting } from '@fanzha/contract';
import { askForFile, importOf, moveByHand, setSource } from '../calls/index.ts';
import { attachDatabase, type Context, readConfig, silentLogger } from '../platform/index.ts';
import { type DatabaseFlags, withDatabase } from './connect.ts';
import { CommandError, EXIT, printJson, progress, say } from './terminal.ts';

/** What may be asked of `fanzha cdr import`. */
export interface CdrImportFlags extends DatabaseFlags {
  readonly source: string;
  readonly setting?: string;
  readonly json?: true;
}

const LOOK_MS = 300;
/** A server looks every two seconds; whoever waits for longer is told. */
const PATIENCE_LOOKS = 50;
const OVER: readonly CdrImport['state'][] = ['done', 'failed', 'cancelled'];

/** Asks the running server to take a file in, and shows how far it is. Throws CommandError. */
export async function importFile(file: string, flags: CdrImportFlags): Promise<void> {
  const path = await recordFile(file);
  await needServer(flags);
  const end = await withDatabase(flags, async (ctx) => {
    if (flags.setting !== undefined) await setSource(ctx, flags.source, await settingOf(flags.setting));
    return watch(ctx, await askForFile(ctx, flags.source, path));
  });
  if (flags.json) printJson(end);
  else tell(end);
  process.exitCode = exitCode(end);
}

async function recordFile(file: string): Promise<string> {
  try {
    const path = await realpath(file);
    if ((await stat(path)).isFile()) return path;
  } catch {
    throw new CommandError(`${file}: 文件不存在 / no such file`, EXIT.unreadable);
  }
  throw new CommandError(`${file}: 不是文件 / is not a file`, EXIT.unreadable);
}

async function settingOf(file: string): Promise<CdrSetting> {
  try {
    // Checked by whoever sets the source up, each wrong field named.
    return JSON.parse(await readFile(file, 'utf8')) as CdrSetting;
  } catch (error) {
    throw new CommandError(`--setting ${file}: ${(error as Error).message}`, EXIT.unreadable);
  }
}

/** Only a server decides: without one the import would wait for ever. */
async function needServer(flags: CdrImportFlags): Promise<void> {
  const { config } = readConfig(flags.data === undefined ? {} : { data: flags.data });
  const running = await attachDatabase(config, silentLogger);
  if (running === undefined) {
    throw new CommandError(
      `${config.data}: 服务未运行，请先启动 / no server runs on it, start it first: fanzha serve`,
    );
  }
  await running.close();
}

async function watch(ctx: Context, asked: CdrImport): Promise<CdrImport> {
  const bar = progress(`cdr ${asked.id}`);
  let stopped = false;
  const onInterrupt = (): void => {
    stopped = true;
  };
  process.once('SIGINT', onInterrupt);
  try {
    for (let looks = 1; ; looks += 1) {
      const now = await importOf(ctx, asked.id);
      if (OVER.includes(now.state)) return now;
      if (stopped) return await moveByHand(ctx, asked.id, 'cancelled');
      if (now.state === 'waiting' && looks === PATIENCE_LOOKS) {
        say('等待服务处理 / waiting for the server to take it up');
      }
      bar.tick(now.records, now.total === undefined ? undefined : expected(now));
      await pause(LOOK_MS);
    }
  } finally {
    process.off('SIGINT', onInterrupt);
    bar.end();
  }
}

/** Records of the whole file, by the share of its bytes that was read. */
function expected({ records, bytes, total = 0 }: CdrImport): number | undefined {
  return bytes === 0 ? undefined : Math.round((records * total) / bytes);
}

function exitCode({ state, refused }: CdrImport): number {
  if (state === 'cancelled') return EXIT.interrupted;
  return state === 'failed' || refused > 0 ? EXIT.failed : EXIT.ok;
}

function tell(end: CdrImport): void {
  const { id, name, state, records, taken, duplicates, refused, kept, older, alreadyRead, perSecond } = end;
  say(`${name} (${id}): ${state}`);
  if (end.problem) say(`  ${end.problem['zh-CN']} / ${end.problem.en}`);
  say(
    `  话单 records ${records}: 采用 taken ${taken}, 重复 duplicates ${duplicates}, 未采用 refused ${refused}; ${perSecond}/s`,
  );
  if (alreadyRead > 0) say(`  此前已读 read before under any name: ${alreadyRead} bytes`);
  if (older > 0) say(`  早于计数范围 older than the counters reach: ${older}`);
  if (refused > 0) say(`  可查看与重试 kept to be looked at and tried again: ${kept}`);
  const verdicts = Object.entries(end.verdicts).map(([verdict, count]) => `${verdict} ${count}`);
  if (verdicts.length > 0) say(`  ${verdicts.join(', ')}`);
}
