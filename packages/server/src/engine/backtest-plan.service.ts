import { PolicyContent } from '@fanzha/contract';
import Type, { type Static } from 'typebox';
import type { Context } from '../platform/index.ts';
import { BacktestSetting, type BacktestTask } from './backtest.model.ts';
import type { BacktestSource } from './backtest-run.service.ts';
import { engineSection } from './engine-setting.model.ts';
import { outcomesBetween } from './label.store.ts';
import type { PolicySource } from './policy.model.ts';
import { readSetting } from './policy-setting.service.ts';
import { shadowLabel, sourceOf } from './policy-version.model.ts';
import { findVersion } from './policy-version.store.ts';

/** A policy in a file: parts that it leaves out are those of the live one. */
export const PolicyPart = Type.Partial(PolicyContent);
export type PolicyPart = Static<typeof PolicyPart>;

export interface PlanWish {
  /** Number of a version, or what a file holds. */
  readonly policy: number | PolicyPart;
  /** Milliseconds since the epoch, `to` exclusive. */
  readonly from?: number;
  readonly to?: number;
  readonly seed: number;
}

const DAY_MS = 86_400_000;

/**
 * Gathers what a backtest needs out of an installation's database, so that it can run without it. Undefined when there
 * is no version of that number.
 */
export async function planBacktest(
  ctx: Context,
  { pack, ground }: Pick<BacktestSource, 'pack' | 'ground'>,
  { policy, seed, ...period }: PlanWish,
): Promise<BacktestTask | undefined> {
  const { setting } = await readSetting(ctx, { pack, ground });
  const candidate = await candidateOf(ctx, policy, setting.live);
  if (!candidate) return undefined;
  const { days, maxLabels } = engineSection(pack, 'backtest', BacktestSetting);
  const to = period.to ?? ctx.clock.now();
  const from = period.from ?? to - days * DAY_MS;
  const labels = await outcomesBetween(ctx, from, to, maxLabels);
  return { live: setting.live, candidate, snoozes: setting.snoozes, from, to, seed, labels };
}

async function candidateOf(
  ctx: Context,
  policy: PlanWish['policy'],
  live: PolicySource,
): Promise<PolicySource | undefined> {
  if (typeof policy !== 'number') return { ...live, ...policy, version: 'file' };
  const found = await findVersion(ctx, policy);
  return found && sourceOf(live.id, shadowLabel(found), found.content);
}
