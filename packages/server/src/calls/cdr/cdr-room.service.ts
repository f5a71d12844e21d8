import { randomUUID } from 'node:crypto';
import type { FanzhaEvent, HealthPart } from '@fanzha/contract';
import type { Locale } from '@fanzha/vocabulary';
import type { Context, Jobs, Pack, Room, Vault } from '../../platform/index.ts';
import { defineCdrExpiry } from './cdr.jobs.ts';
import { cdrRoutes } from './cdr.routes.ts';
import { WatchedFolder } from './cdr-folder.service.ts';
import { CdrImports } from './cdr-import.service.ts';
import { listAllPaths } from './cdr-import.store.ts';
import type { CdrEngine } from './cdr-intake.service.ts';
import { CdrLimits, CdrRetention, Lateness } from './cdr-limit.model.ts';
import { CdrParserHost } from './cdr-parser-host.service.ts';
import { ImportQueue } from './cdr-queue.service.ts';
import { RefusedRecords } from './cdr-refused.service.ts';
import { ImportRunner } from './cdr-run.service.ts';
import { listSpool, removeSpool } from './cdr-spool.store.ts';
import { BatchTaker } from './cdr-taking.service.ts';

export interface CdrRoomParts {
  readonly engine: CdrEngine;
  parse(input: unknown, locale: Locale): FanzhaEvent;
  readonly pack: Pack;
  readonly vault: Vault;
  readonly jobs: Pick<Jobs, 'define'>;
  readonly dataFolder: string;
  /** Watched, with one subfolder a source. */
  readonly folder?: string;
  /** What imports act as. */
  readonly ctx: Context;
}

/** Call records in at volume: watched folder, uploads, files named by the command line. */
export function createCdrRoom(parts: CdrRoomParts): Room & { settled(): Promise<void> } {
  const { engine, parse, pack, vault, dataFolder, ctx } = parts;
  const limits = pack.read('cdr.json', CdrLimits);
  const { cdrRefused } = pack.read('retention.json', CdrRetention);
  const { windows } = pack.read('engine.json', Lateness);
  const parser = new CdrParserHost(dataFolder);
  const latenessMs = windows.latenessMinutes * 60_000;
  const taker = new BatchTaker({ engine, parse, vault, latenessMs });
  const runner = new ImportRunner({ engine, parser, taker, limits, zone: pack.timeZone });
  const watched =
    parts.folder === undefined ? undefined : new WatchedFolder({ ctx, folder: parts.folder, runner, limits });
  const queue = new ImportQueue({ ctx, runner, look: async () => (await watched?.look()) ?? [] });
  const imports = new CdrImports({
    dataFolder,
    vault,
    limits,
    newId: randomUUID,
    wake: () => void queue.wake(),
    forget: (path) => watched?.forget(path),
  });
  const refused = new RefusedRecords({ engine, taker, vault, zone: pack.timeZone });
  const { timeZone } = pack;
  defineCdrExpiry(parts.jobs, { refusedDays: cdrRefused.days, knownDays: limits.knownDays, timeZone });
  return {
    name: 'cdr',
    routes: cdrRoutes(imports, refused),
    start: async () => {
      await sweepSpool(ctx, dataFolder);
      queue.start();
    },
    stop: async () => {
      await queue.stop();
      await parser.stop();
    },
    health: () => health(watched),
    settled: () => queue.wake(),
  };
}

/** Uploads that were cut off when the program died belong to no import. */
async function sweepSpool(ctx: Context, dataFolder: string): Promise<void> {
  const wanted = new Set(await listAllPaths(ctx, 'upload'));
  for (const path of await listSpool(dataFolder)) if (!wanted.has(path)) await removeSpool(path);
}

function health(watched: WatchedFolder | undefined): HealthPart {
  const title = { 'zh-CN': '话单导入', en: 'Call records' };
  const [problem] = watched?.problems ?? [];
  if (problem === undefined) return { name: 'cdr', title, state: 'ok', figures: [] };
  const [name, reason] = problem;
  const text = { 'zh-CN': `${name}：${reason['zh-CN']}`, en: `${name}: ${reason.en}` };
  return { name: 'cdr', title, state: 'degraded', text, figures: [] };
}
