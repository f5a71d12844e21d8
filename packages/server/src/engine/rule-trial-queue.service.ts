import { type RuleTrial, ruleFaulty, ruleTrialReplaced, type TrialRule } from '@fanzha/contract';
import { AppError, type Context } from '../platform/index.ts';
import type { RuleTrialSetting } from './backtest.model.ts';
import { faultFields } from './backtest.service.ts';
import type { PolicySetting } from './policy.model.ts';
import { ReplayFaults, type ReplayWorker } from './replay-host.service.ts';

export interface TrialParts {
  readonly setting: RuleTrialSetting;
  live(): PolicySetting;
  worker(): Promise<ReplayWorker>;
}

/** Tries rules while they are written: one thread, kept warm, and of each person only the newest wish. */
export class TrialQueue {
  readonly #parts: TrialParts;
  readonly #newest = new Map<string, { forget(): void }>();
  #worker: Promise<ReplayWorker> | undefined;

  constructor(parts: TrialParts) {
    this.#parts = parts;
  }

  /** Throws rule-faulty, and rule-trial-replaced when the same person has asked again meanwhile. */
  async run(ctx: Context, rule: TrialRule): Promise<RuleTrial> {
    const person = ctx.actor.id;
    this.#newest.get(person)?.forget();
    const wish = { forget: (): void => undefined };
    this.#newest.set(person, wish);
    const worker = await this.#warm();
    if (this.#newest.get(person) !== wish) throw new AppError(ruleTrialReplaced);
    const { done, forget } = worker.trial({
      rule,
      live: this.#parts.live().live,
      events: this.#parts.setting.events,
    });
    wish.forget = forget;
    try {
      const trial = await done;
      if (trial === undefined) throw new AppError(ruleTrialReplaced);
      return trial;
    } catch (error) {
      if (!(error instanceof ReplayFaults)) throw error;
      throw new AppError(ruleFaulty, { fields: faultFields(error.faults, ctx.locale) });
    } finally {
      if (this.#newest.get(person) === wish) this.#newest.delete(person);
    }
  }

  async stop(): Promise<void> {
    const worker = await this.#worker?.catch(() => undefined);
    await worker?.stop();
  }

  /** The thread that is there, or a new one where there is none or it has died. */
  async #warm(): Promise<ReplayWorker> {
    const worker = await this.#worker?.catch(() => undefined);
    if (worker?.isAlive) return worker;
    this.#worker = this.#parts.worker();
    return this.#worker;
  }
}
