import type { Context, Jobs, Pack, Room } from '../platform/index.ts';
import { BacktestSetting, RuleTrialSetting } from './backtest.model.ts';
import { backtestRoutes } from './backtest.routes.ts';
import { createBacktests } from './backtest.service.ts';
import type { Decider } from './decider.model.ts';
import { engineSection } from './engine-setting.model.ts';
import { markBacktested } from './policy-move.service.ts';
import { shadowLabel, sourceOf } from './policy-version.model.ts';
import { findVersion } from './policy-version.store.ts';
import { ReplayWorker } from './replay-host.service.ts';
import { defineRuleHealth } from './rule-health.jobs.ts';
import { RuleHealthSetting } from './rule-health.model.ts';
import { ruleHealthRoutes } from './rule-health.routes.ts';
import { createRuleHealth } from './rule-health.service.ts';
import { TrialQueue } from './rule-trial-queue.service.ts';

export interface RuleWorkParts {
  readonly decider: Pick<Decider, 'policy' | 'setting' | 'texts'>;
  readonly pack: Pack;
  readonly jobs: Pick<Jobs, 'define'>;
  /** For what goes on after a request was answered. */
  readonly ctx: Context;
  readonly packFolder: string;
  readonly dataFolder: string;
  /** The program of a replaying thread; see `ReplayWorker`. */
  readonly worker: URL;
  /** What a replay has to know beside pack and journal, as plain data. */
  knowledge(): Promise<unknown>;
}

/** The room where people work on rules: backtests, trials while typing, health and alarms. */
export function createRuleWork(parts: RuleWorkParts): Room {
  const { decider, pack, jobs, ctx, packFolder, dataFolder } = parts;
  const worker = async (): Promise<ReplayWorker> =>
    new ReplayWorker(parts.worker, { packFolder, dataFolder, knowledge: await parts.knowledge() });
  const live = () => decider.setting;
  const backtests = createBacktests({
    setting: engineSection(pack, 'backtest', BacktestSetting),
    version: async (inside, number) => {
      const found = await findVersion(inside, number);
      const source = found && sourceOf(decider.setting.live.id, shadowLabel(found), found.content);
      return source && { source, contentHash: found.contentHash };
    },
    finished: markBacktested,
    live,
    worker,
    ctx,
  });
  const trials = new TrialQueue({
    setting: engineSection(pack, 'ruleTrial', RuleTrialSetting),
    live,
    worker,
  });
  const setting = engineSection(pack, 'ruleHealth', RuleHealthSetting);
  const health = createRuleHealth({ decider, setting, timeZone: pack.timeZone });
  defineRuleHealth(jobs, health, { cron: setting.cron, timeZone: pack.timeZone });
  return {
    name: 'rule-work',
    routes: [...backtestRoutes(backtests, trials), ...ruleHealthRoutes(health)],
    start: () => backtests.recover(),
    stop: async () => {
      await backtests.stop();
      await trials.stop();
    },
  };
}
