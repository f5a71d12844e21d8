import type { PolicyContent } from '@fanzha/contract';
import { composeDecider } from '../compose.ts';
import { createPolicyVersions } from '../engine/index.ts';
import { type Config, type Context, openPack, readConfig, systemClock } from '../platform/index.ts';
import { type DatabaseFlags, withDatabase } from './connect.ts';
import { CommandError, EXIT } from './terminal.ts';

/** Versions of the policy as this program checks them. */
type Versions = ReturnType<typeof createPolicyVersions>;

/** SQLSTATE of a table that is not there. */
const NO_TABLE = '42P01';

export function policyVersionsOf(config: Config): Versions {
  const { ground } = composeDecider(config.pack, systemClock);
  return createPolicyVersions({ pack: openPack(config.pack), ground });
}

/** Works on the versions of an installation, whether its server runs or not. */
export function withVersions<T>(
  flags: DatabaseFlags,
  work: (ctx: Context, versions: Versions) => Promise<T>,
): Promise<T> {
  return withDatabase(flags, async (ctx, config) => {
    try {
      return await work(ctx, policyVersionsOf(config));
    } catch (error) {
      if ((error as { code?: unknown }).code !== NO_TABLE) throw error;
      throw new CommandError('这里的服务还没有启动过 / the server has never run here');
    }
  });
}

/** The policy of the pack, for what a file leaves out. */
export function packContent(): { content: PolicyContent; versions: Versions } {
  const { config } = readConfig();
  const { rules, tables, guards, reasons } = composeDecider(config.pack, systemClock).setting.live;
  const content = { rules: [...rules], tables: [...tables], guards: [...guards], reasons: { ...reasons } };
  return { content, versions: policyVersionsOf(config) };
}

export function numberOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new CommandError(`不是版本号 / not the number of a version: ${text}`, EXIT.usage);
}
