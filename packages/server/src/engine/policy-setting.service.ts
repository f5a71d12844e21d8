import { audit, type Context, inTransaction, type Pack } from '../platform/index.ts';
import { engineSection } from './engine-setting.model.ts';
import type { PolicySetting, PolicySource } from './policy.model.ts';
import { loadPolicy, policyFaults, readPolicySource } from './policy.service.ts';
import type { PolicyGround } from './policy-ground.model.ts';
import { PolicyLife } from './policy-life.model.ts';
import { type Act, liveLabel, type StoredVersion, shadowLabel, sourceOf } from './policy-version.model.ts';
import {
  findInState,
  hashContent,
  insertVersion,
  listRetired,
  lockVersions,
  newestOfPack,
  readAllReasons,
  updateVersion,
  writePolicySetting,
} from './policy-version.store.ts';
import { activeSnoozes } from './snooze.service.ts';

/** What the life of policies is made with. */
export interface PolicyParts {
  readonly pack: Pack;
  readonly ground: PolicyGround;
}

/** What to decide by, and whether it is what was published. */
export interface LoadedSetting {
  readonly setting: PolicySetting;
  /** The number of the live version, and what runs in its place because this program cannot compile it. */
  readonly instead?: { readonly live: number; readonly running: string; readonly fault: string };
  /** Number of the version in shadow that this program cannot compile. */
  readonly shadowFault?: number;
}

/** Retired versions that are tried, the newest first, when the live one does not compile. */
const TRIED = 20;

export const policyLife = (pack: Pick<Pack, 'read'>): PolicyLife =>
  engineSection(pack, 'policyLife', PolicyLife);

/**
 * Reads what the engine shall decide by: live version, shadow, snoozes, words. A live version that does not compile
 * with this program is passed over for the newest that does, at last the pack's own: there is always one.
 */
export async function readSetting(ctx: Context, { pack, ground }: PolicyParts): Promise<LoadedSetting> {
  const { id, ...own } = readPolicySource(pack);
  const live = await findInState(ctx, 'live');
  const shadow = await findInState(ctx, 'shadow');
  const retired = async () => (await listRetired(ctx, TRIED)).map(asLive);
  const asLive = (version: StoredVersion) => sourceOf(id, liveLabel(version), version.content);
  const compiles = (source: PolicySource) => policyFaults(source, ground).length === 0;
  const wanted = live === undefined ? { id, ...own } : asLive(live);
  const [fault] = policyFaults(wanted, ground);
  const running =
    fault === undefined
      ? wanted
      : ((await retired()).find(compiles) ?? ({ id, ...own } satisfies PolicySource));
  const beside = shadow && sourceOf(id, shadowLabel(shadow), shadow.content);
  const runsShadow = beside !== undefined && compiles(beside);
  return {
    setting: {
      live: running,
      ...(runsShadow ? { shadow: beside } : {}),
      snoozes: await activeSnoozes(ctx, running),
      reasons: await readAllReasons(ctx),
    },
    ...(fault === undefined || live === undefined
      ? {}
      : {
          instead: {
            live: live.number,
            running: running.version,
            fault: `${fault.part} ${fault.id}: ${fault.message.en}`,
          },
        }),
    ...(shadow !== undefined && !runsShadow ? { shadowFault: shadow.number } : {}),
  };
}

/**
 * Brings the pack's policy into the database at a start: the first is live; a changed one becomes live by itself while
 * the live one came with a pack, else it is a draft to be merged. Throws PolicyError when there is no version yet and
 * the pack's policy is wrong.
 */
export async function importPack(ctx: Context, parts: PolicyParts): Promise<void> {
  const { pack } = parts;
  const life = policyLife(pack);
  const { id: _id, version: _version, ...content } = readPolicySource(pack);
  await inTransaction(ctx, async (inside) => {
    await lockVersions(inside);
    await writePolicySetting(inside, life);
    const plain = structuredClone(content) as StoredVersion['content'];
    const before = await newestOfPack(inside);
    if (before !== undefined && before.contentHash === (await hashContent(inside, plain))) return;
    const live = await findInState(inside, 'live');
    if (!fits(inside, parts, live)) return;
    const by: Act = { by: inside.actor.id, name: inside.actor.name, at: inside.clock.now() };
    const draft = await insertVersion(inside, {
      title: `${pack.title['zh-CN']} · ${pack.title.en} ${pack.version}`,
      note: '',
      content: plain,
      created: by,
      packVersion: pack.version,
      ...(before === undefined ? {} : { base: before.number }),
    });
    await audit(inside, 'policy.import', String(draft.number), { pack: pack.id, version: pack.version });
    if (live !== undefined && live.origin !== 'pack') {
      inside.log.warn(
        { version: draft.number },
        'the pack brings another policy: it is a draft to be merged, because the live one was made here',
      );
      return;
    }
    if (live !== undefined) await updateVersion(inside, live.number, { state: 'retired', ended: by }, by);
    await updateVersion(inside, draft.number, { state: 'live', published: by }, by);
    await audit(inside, 'policy.publish', String(draft.number), { cause: 'pack' });
    inside.log.info({ version: draft.number, pack: pack.version }, "the pack's policy is live");
  });
}

/** Whether this program can run the pack's policy; where nothing is live yet, it has to. */
function fits(ctx: Context, { pack, ground }: PolicyParts, live: StoredVersion | undefined): boolean {
  try {
    loadPolicy(pack, ground.kinds, ground.signals, ground.words);
    return true;
  } catch (error) {
    if (live === undefined) throw error;
    ctx.log.error({ reason: (error as Error).message }, "the pack's new policy is wrong and was not taken");
    return false;
  }
}
