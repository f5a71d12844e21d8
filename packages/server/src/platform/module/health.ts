import { type Health, type HealthPart, healthGet } from '@fanzha/contract';
import type { Clock } from '../clock/clock.ts';
import type { DatabaseHandle } from '../db/open.ts';
import { route } from '../http/route.ts';
import type { Room } from './room.ts';

export interface HealthDeps {
  readonly clock: Clock;
  readonly version: string;
  readonly database: Pick<DatabaseHandle, 'isReachable' | 'kind'>;
  /** Asked in this order; a room without `health` has nothing to say. */
  readonly rooms: readonly Room[];
}

/** The state of every part, as a room of its own so that the roof only adds it. */
export function createHealth({ clock, version, database, rooms }: HealthDeps): Room {
  const startedAt = clock.date().toISOString();
  return {
    name: 'health',
    routes: [
      route(healthGet, async (): Promise<Health> => {
        const parts = [
          processPart(),
          await databasePart(database),
          ...(await Promise.all(rooms.map((room) => partOf(room)))).filter((part) => part !== undefined),
        ];
        return { state: worstOf(parts), version, startedAt, now: clock.date().toISOString(), parts };
      }),
    ],
  };
}

async function partOf(room: Room): Promise<HealthPart | undefined> {
  try {
    return await room.health?.();
  } catch {
    return {
      name: room.name,
      title: { 'zh-CN': room.name, en: room.name },
      state: 'down',
      text: { 'zh-CN': '无法取得状态', en: 'Its state cannot be read' },
      figures: [],
    };
  }
}

function worstOf(parts: readonly HealthPart[]): Health['state'] {
  if (parts.some(({ state }) => state === 'down')) return 'down';
  return parts.some(({ state }) => state === 'degraded') ? 'degraded' : 'ok';
}

const MEBIBYTE = 1024 * 1024;

function processPart(): HealthPart {
  const { rss, heapUsed } = process.memoryUsage();
  const figure = (name: string, zh: string, en: string, value: number, unit: string) => ({
    name,
    title: { 'zh-CN': zh, en },
    value: Math.round(value),
    unit,
  });
  return {
    name: 'process',
    title: { 'zh-CN': '进程', en: 'Process' },
    state: 'ok',
    figures: [
      figure('uptime', '运行时间', 'Uptime', process.uptime(), 's'),
      figure('rss', '内存', 'Memory', rss / MEBIBYTE, 'MiB'),
      figure('heap', '堆', 'Heap', heapUsed / MEBIBYTE, 'MiB'),
    ],
  };
}

async function databasePart({ isReachable, kind }: HealthDeps['database']): Promise<HealthPart> {
  const isUp = await isReachable();
  return {
    name: 'database',
    title: {
      'zh-CN': kind === 'embedded' ? '数据库（内置）' : '数据库（外部）',
      en: kind === 'embedded' ? 'Database (embedded)' : 'Database (your own)',
    },
    state: isUp ? 'ok' : 'down',
    ...(isUp
      ? {}
      : {
          text: {
            'zh-CN': '连不上；决定照常进行，恢复后自动补写',
            en: 'Not reachable; decisions go on and are written once it is back',
          },
        }),
    figures: [],
  };
}
