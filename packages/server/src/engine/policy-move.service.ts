import { notFound, type PolicyFault, policyFaulty, policyState, secondPerson } from '@fanzha/contract';
import type { Localized } from '@fanzha/vocabulary';
import { AppError, audit, type Context, inTransaction } from '../platform/index.ts';
import { mayMove, type PolicyLife } from './policy-life.model.ts';
import type { StoredVersion } from './policy-version.model.ts';
import {
  actor,
  announce,
  need,
  type PolicyVersions,
  type Seen,
  take,
  write,
} from './policy-version.service.ts';
import {
  findInState,
  findVersion,
  hasBacktest,
  listRetired,
  lockVersions,
  type VersionChange,
} from './policy-version.store.ts';

/** Moves of a version from state to state; the database holds to the same rules. All throw policy-state. */
export interface PolicyMoves {
  shadow(ctx: Context, seen: Seen): Promise<StoredVersion>;
  stopShadow(ctx: Context, seen: Seen): Promise<StoredVersion>;
  /** Throws second-person for who wrote it, and policy-state before its time in shadow is over, unless it is urgent. */
  approve(ctx: Context, seen: Seen, urgentReason?: string): Promise<StoredVersion>;
  reject(ctx: Context, seen: Seen, reason: string): Promise<StoredVersion>;
  publish(ctx: Context, seen: Seen): Promise<StoredVersion>;
  /** To a retired version, or the one that was live before. */
  rollBack(ctx: Context, reason: string, to?: number): Promise<StoredVersion>;
  discard(ctx: Context, seen: Seen): Promise<StoredVersion>;
  restore(ctx: Context, seen: Seen): Promise<StoredVersion>;
}

const TEXT = {
  another: { 'zh-CN': '已有版本在影子运行', en: 'another version is in shadow' },
  early: {
    'zh-CN': '影子运行未满规定时长；紧急时须写明理由',
    en: 'its time in shadow is not over; if it is urgent, say why',
  },
  noneBefore: { 'zh-CN': '没有可回退的版本', en: 'there is no version to go back to' },
} as const satisfies Record<string, Localized>;

const refuse = (ctx: Context, text: keyof typeof TEXT) =>
  new AppError(policyState, { detail: TEXT[text][ctx.locale] });

export function createPolicyMoves({ check }: Pick<PolicyVersions, 'check'>, life: PolicyLife): PolicyMoves {
  const move = moveWith(check);
  return {
    shadow: (ctx, seen) =>
      inTransaction(ctx, async (outer) => {
        const ready = await asBacktested(outer, seen);
        return move(
          outer,
          ready,
          'shadow',
          { to: 'shadow', mustBeRight: true, adopts: true },
          async (inside) => {
            if ((await findInState(inside, 'shadow')) !== undefined) throw refuse(inside, 'another');
            return { shadowSince: inside.clock.now(), endReason: null };
          },
        );
      }),
    stopShadow: (ctx, seen) =>
      move(ctx, seen, 'stop-shadow', { to: 'backtested', from: 'shadow', adopts: true }),
    approve: (ctx, seen, urgentReason) =>
      move(
        ctx,
        seen,
        'approve',
        { to: 'approved', mustBeRight: true, adopts: true },
        async (inside, version) => {
          if (version.editors.includes(inside.actor.id)) throw new AppError(secondPerson);
          const { shadowSince = Number.POSITIVE_INFINITY, shadowMs } = version;
          const ran = shadowMs + inside.clock.now() - shadowSince;
          if (ran < life.shadowMinutes * 60_000 && urgentReason === undefined) throw refuse(inside, 'early');
          return { approved: actor(inside), ...(urgentReason === undefined ? {} : { urgentReason }) };
        },
      ),
    reject: (ctx, seen, reason) =>
      move(
        ctx,
        seen,
        'reject',
        { to: 'draft', from: 'shadow approved backtested', adopts: true },
        async () => ({
          endReason: reason,
        }),
      ),
    publish: (ctx, seen) =>
      move(
        ctx,
        seen,
        'publish',
        { to: 'live', from: 'approved', mustBeRight: true, adopts: true },
        retireLive,
      ),
    rollBack: (ctx, reason, to) => inTransaction(ctx, (inside) => rollBack(inside, check, reason, to)),
    discard: (ctx, seen) => move(ctx, seen, 'discard', { to: 'discarded', adopts: true }),
    restore: (ctx, seen) => move(ctx, seen, 'restore', { to: 'draft', from: 'discarded' }),
  };
}

/** A backtest of this content has finished. Nothing happens where the version has moved on or was edited since. */
export async function markBacktested(ctx: Context, number: number, contentHash: string): Promise<void> {
  await lockVersions(ctx);
  const version = await findVersion(ctx, number);
  if (version?.state !== 'draft' || version.contentHash !== contentHash) return;
  await write(ctx, number, { state: 'backtested' });
  await audit(ctx, 'policy.backtested', String(number), { content: contentHash });
}

async function retireLive(ctx: Context): Promise<VersionChange> {
  const live = await findInState(ctx, 'live');
  const by = actor(ctx);
  if (live !== undefined) await write(ctx, live.number, { state: 'retired', ended: by });
  return { published: by, ended: null };
}

async function rollBack(
  ctx: Context,
  check: PolicyVersions['check'],
  reason: string,
  to?: number,
): Promise<StoredVersion> {
  await lockVersions(ctx);
  const target = to === undefined ? (await listRetired(ctx, 1))[0] : await need(ctx, to);
  if (target === undefined) throw refuse(ctx, 'noneBefore');
  if (target.state !== 'retired') throw new AppError(policyState, { detail: target.state });
  requireRight(ctx, check(target.content));
  const live = await findInState(ctx, 'live');
  if (live === undefined) throw new AppError(notFound);
  const by = actor(ctx);
  await write(ctx, live.number, { state: 'rolled-back', ended: by, endReason: reason });
  const again = await write(ctx, target.number, { state: 'live', published: by, ended: null });
  await audit(ctx, 'policy.roll-back', String(target.number), { from: live.number, reason });
  await announce(ctx, 'roll-back', target.number);
  return again;
}

/** A draft that was sent back or restored unchanged needs no second backtest. */
async function asBacktested(ctx: Context, seen: Seen): Promise<Seen> {
  await lockVersions(ctx);
  const { number, state, contentHash } = await take(ctx, seen);
  if (state !== 'draft' || !(await hasBacktest(ctx, number, contentHash))) return seen;
  return write(ctx, number, { state: 'backtested' });
}

interface Move {
  readonly to: StoredVersion['state'];
  /** States that it may come from, where the table of moves allows more. */
  readonly from?: string;
  /** Whether a policy with faults is refused. */
  readonly mustBeRight?: boolean;
  /** Whether the engine may have to decide by something else after it. */
  readonly adopts?: boolean;
}

type Prepare = (inside: Context, version: StoredVersion) => Promise<VersionChange>;

const moveWith =
  (check: PolicyVersions['check']) =>
  (
    ctx: Context,
    seen: Seen,
    verb: string,
    { to, from, mustBeRight = false, adopts = false }: Move,
    prepare: Prepare = async () => ({}),
  ): Promise<StoredVersion> =>
    inTransaction(ctx, async (inside) => {
      await lockVersions(inside);
      const version = await take(inside, seen);
      const { state } = version;
      if (!mayMove(state, to) || (from !== undefined && !from.split(' ').includes(state))) {
        throw new AppError(policyState, { detail: state });
      }
      if (mustBeRight) requireRight(inside, check(version.content));
      const change = await prepare(inside, version);
      const moved = await write(inside, seen.number, { ...change, state: to });
      const { urgentReason, endReason } = change;
      await audit(inside, `policy.${verb}`, String(seen.number), {
        content: version.contentHash,
        ...(urgentReason === undefined ? {} : { urgentReason }),
        ...(endReason === undefined || endReason === null ? {} : { reason: endReason }),
      });
      if (adopts) await announce(inside, verb, seen.number);
      return moved;
    });

/** Most faults that one answer names. */
const MAX_FAULTS = 20;

function requireRight(ctx: Context, faults: readonly PolicyFault[]): void {
  if (faults.length === 0) return;
  const fields = faults.slice(0, MAX_FAULTS).map(({ part, id, field, message }) => ({
    field: `${part} ${id}${field === '' ? '' : `.${field}`}`,
    reason: message[ctx.locale],
  }));
  throw new AppError(policyFaulty, { fields });
}
