import { setInterval } from 'node:timers';
import type { Localized } from '@fanzha/vocabulary';
import type { Clock } from '../clock/clock.ts';
import type { Database } from '../db/database.ts';
import type { Logger } from '../log/log.ts';
import type { Room } from '../module/room.ts';
import { auditRoutes } from './audit.routes.ts';
import { readTree } from './entry.store.ts';
import { openHeadFile } from './head.store.ts';
import { rootOf } from './merkle.ts';
import { type AuditVerification, verifyAudit } from './verification.service.ts';

/** Longest time that an entry stays without a signed head over it, while the program runs. */
const SIGN_EVERY_MS = 60_000;

const NOT_SIGNING: Localized = {
  'zh-CN': '树头无法签名，请检查数据目录的 audit 与 secrets',
  en: 'Tree heads cannot be signed: check audit and secrets in the data folder',
};

export interface AuditDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  /** Holds `audit/heads.jsonl` and `secrets/audit-key.pem`. */
  readonly dataFolder: string;
}

/** Tables of the audit log. */
export const AUDIT_MIGRATIONS: URL = new URL('./migrations/', import.meta.url);

export interface AuditLog extends Room {
  /** Signs the tree as it is now, unless it has not grown since this program last did. */
  signHead(): Promise<void>;
  /** Verifies everything; when all is right, signs a head over it. */
  verify(): Promise<AuditVerification>;
}

/** The audit log as a room: routes, tables, and the signing of tree heads while the program runs. */
export function createAudit({ db, clock, log, dataFolder }: AuditDeps): AuditLog {
  const headFile = openHeadFile(dataFolder);
  let signedSize = 0;
  let timer: NodeJS.Timeout | undefined;

  const signHead = async (): Promise<void> => {
    const { frontier } = await readTree({ db });
    if (frontier.size === signedSize) return;
    const rootHash = rootOf(frontier).toString('hex');
    await headFile.append({ size: frontier.size, rootHash, at: clock.date().toISOString() });
    signedSize = frontier.size;
  };
  let signing = true;
  const signQuietly = async (): Promise<void> => {
    try {
      await signHead();
      signing = true;
    } catch (error) {
      signing = false;
      log.error({ err: error }, 'audit tree head not signed');
    }
  };

  return {
    name: 'audit',
    migrations: AUDIT_MIGRATIONS,
    routes: auditRoutes(),
    signHead,
    async start() {
      await signQuietly();
      timer = setInterval(() => void signQuietly(), SIGN_EVERY_MS).unref();
    },
    async stop() {
      clearInterval(timer);
      await signQuietly();
    },
    async health() {
      const { frontier } = await readTree({ db });
      return {
        name: 'audit',
        title: { 'zh-CN': '审计日志', en: 'Audit log' },
        state: signing ? 'ok' : 'degraded',
        ...(signing ? {} : { text: NOT_SIGNING }),
        figures: [
          { name: 'entries', title: { 'zh-CN': '条目', en: 'Entries' }, value: frontier.size, unit: '' },
          {
            name: 'unsigned',
            title: { 'zh-CN': '尚未被签名树头覆盖', en: 'Not yet under a signed head' },
            value: frontier.size - signedSize,
            unit: '',
          },
        ],
      };
    },
    async verify() {
      const result = await verifyAudit({ db }, headFile);
      if (result.ok) await signHead();
      return result;
    },
  };
}
