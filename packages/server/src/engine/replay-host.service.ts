import { Worker } from 'node:worker_threads';
import type { BacktestReport, PolicyFault, RuleTrial } from '@fanzha/contract';
import type { BacktestProgress, BacktestTask } from './backtest.model.ts';
import type { ReplayAnswer, ReplayRequest, ReplayStart } from './replay-message.model.ts';
import type { TrialTask } from './rule-trial.model.ts';

/** A policy or rule that was to be replayed has faults. */
export class ReplayFaults extends Error {
  readonly faults: readonly PolicyFault[];
  constructor(faults: readonly PolicyFault[]) {
    super('the policy has faults');
    this.name = 'ReplayFaults';
    this.faults = faults;
  }
}

interface Waiting {
  resolve(answer: ReplayAnswer): void;
  reject(error: Error): void;
  onProgress?: (progress: BacktestProgress) => void;
}

type Asked =
  | { readonly type: 'backtest'; readonly task: BacktestTask }
  | { readonly type: 'trial'; readonly task: TrialTask };

/** A thread that replays: what is live does not wait for it. */
export class ReplayWorker {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;
  #ended: Error | undefined;

  /** `entry` is the program of the thread: it composes what `serveReplays` needs out of `start`. */
  constructor(entry: URL, start: ReplayStart) {
    this.#worker = new Worker(entry, { workerData: start });
    this.#worker.on('message', (answer: ReplayAnswer) => this.#answered(answer));
    this.#worker.on('error', (error) => this.#end(error instanceof Error ? error : new Error(String(error))));
    this.#worker.on('exit', () => this.#end(new Error('the thread of the replay has ended')));
  }

  get isAlive(): boolean {
    return this.#ended === undefined;
  }

  /** Throws ReplayFaults, or an Error when the thread ends before it is done. */
  async backtest(
    task: BacktestTask,
    onProgress: (progress: BacktestProgress) => void,
  ): Promise<BacktestReport> {
    const answer = await this.#ask({ type: 'backtest', task }, { onProgress }).done;
    if (answer.type !== 'report') throw new Error(`unexpected answer: ${answer.type}`);
    return answer.report;
  }

  /** `done` gives undefined when it was forgotten. */
  trial(task: TrialTask): { readonly done: Promise<RuleTrial | undefined>; forget(): void } {
    const { id, done } = this.#ask({ type: 'trial', task });
    return {
      done: done.then((answer) => (answer.type === 'trial' ? answer.trial : undefined)),
      forget: () => this.#post({ id, type: 'forget' }),
    };
  }

  /** Ends the thread at once, whatever it does. */
  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  #ask(asked: Asked, more: Pick<Waiting, 'onProgress'> = {}): { id: number; done: Promise<ReplayAnswer> } {
    const id = ++this.#asked;
    const { promise, resolve, reject } = Promise.withResolvers<ReplayAnswer>();
    this.#waiting.set(id, { resolve, reject, ...more });
    if (this.#ended) this.#end(this.#ended);
    else this.#post({ id, ...asked });
    return { id, done: promise };
  }

  #post(request: ReplayRequest): void {
    if (this.isAlive) this.#worker.postMessage(request);
  }

  #answered(answer: ReplayAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    if (answer.type === 'progress') {
      waiting?.onProgress?.(answer.progress);
      return;
    }
    this.#waiting.delete(answer.id);
    if (answer.type === 'faulty') waiting?.reject(new ReplayFaults(answer.faults));
    else if (answer.type === 'failed') waiting?.reject(new Error(answer.reason));
    else waiting?.resolve(answer);
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }
}
