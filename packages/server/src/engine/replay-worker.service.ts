import type { MessagePort } from 'node:worker_threads';
import { monotonicMicros } from '../platform/index.ts';
import { type BacktestSource, runBacktest } from './backtest-run.service.ts';
import { PolicyError } from './policy-fault.model.ts';
import type { ReplayAnswer, ReplayRequest } from './replay-message.model.ts';
import { RuleTrials } from './rule-trial.service.ts';

const TELL_EVERY_MICROS = 500_000;

/** Answers requests for replays in a thread of its own, one after the other, until its port is closed. */
export function serveReplays(port: Pick<MessagePort, 'on' | 'postMessage'>, source: BacktestSource): void {
  const forgotten = new Set<number>();
  const trials = new RuleTrials(source);
  let turn: Promise<void> = Promise.resolve();
  const answer = (message: ReplayAnswer): void => port.postMessage(message);

  const serve = async (request: ReplayRequest): Promise<void> => {
    const { id } = request;
    try {
      if (request.type === 'trial') {
        const trial = await trials.run(request.task, () => !forgotten.has(id));
        answer({ id, type: 'trial', trial });
      } else if (request.type === 'backtest') {
        let told = 0;
        const report = await runBacktest(source, request.task, (progress) => {
          if (monotonicMicros() - told < TELL_EVERY_MICROS) return;
          told = monotonicMicros();
          answer({ id, type: 'progress', progress });
        });
        answer({ id, type: 'report', report });
      }
    } catch (error) {
      if (error instanceof PolicyError) answer({ id, type: 'faulty', faults: error.faults });
      else answer({ id, type: 'failed', reason: error instanceof Error ? error.message : String(error) });
    } finally {
      forgotten.delete(id);
    }
  };
  port.on('message', (request: ReplayRequest) => {
    if (request.type === 'forget') forgotten.add(request.id);
    else turn = turn.then(() => serve(request));
  });
}
