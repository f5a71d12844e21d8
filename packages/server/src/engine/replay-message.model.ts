import type { BacktestReport, PolicyFault, RuleTrial } from '@fanzha/contract';
import type { BacktestProgress, BacktestTask } from './backtest.model.ts';
import type { TrialTask } from './rule-trial.model.ts';

/** What a worker is started with. */
export interface ReplayStart {
  readonly packFolder: string;
  readonly dataFolder: string;
  /** What the installation knows beside its pack and journal, e.g. changed lists; plain data. */
  readonly knowledge: unknown;
}

export type ReplayRequest =
  | { readonly id: number; readonly type: 'backtest'; readonly task: BacktestTask }
  | { readonly id: number; readonly type: 'trial'; readonly task: TrialTask }
  /** Nobody waits for this one any more. */
  | { readonly id: number; readonly type: 'forget' };

export type ReplayAnswer =
  | { readonly id: number; readonly type: 'progress'; readonly progress: BacktestProgress }
  | { readonly id: number; readonly type: 'report'; readonly report: BacktestReport }
  | { readonly id: number; readonly type: 'trial'; readonly trial: RuleTrial | undefined }
  | { readonly id: number; readonly type: 'faulty'; readonly faults: readonly PolicyFault[] }
  | { readonly id: number; readonly type: 'failed'; readonly reason: string };
