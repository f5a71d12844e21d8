import { clearTimeout, setImmediate, setTimeout } from 'node:timers';
import { monotonicMicros } from '../platform/index.ts';

/** Groups that may be on their way at once: a call and a write cost the same for one event as for ten. */
const ON_THE_WAY = 1;
/** Time from one group to the next: without it most of the work would be sending and syncing single events. */
const PACE_MS = 2;
/** A group waits no longer than this for one before it. */
const LONGEST_MS = 4;

/**
 * Puts what is asked one by one into groups, which cost little more than one: alone it goes at the end of the turn,
 * under load it goes with what came within the pace of groups and while the one before it was on its way.
 */
export class Grouping<I, O> {
  readonly #send: (inputs: readonly I[]) => Promise<readonly O[]>;
  #waiting: { readonly input: I; readonly answer: PromiseWithResolvers<O> }[] = [];
  #onTheWay = 0;
  #due: NodeJS.Timeout | undefined;
  #lastMicros = Number.NEGATIVE_INFINITY;

  /** `send` answers in the order of its inputs. */
  constructor(send: (inputs: readonly I[]) => Promise<readonly O[]>) {
    this.#send = send;
  }

  ask(input: I): Promise<O> {
    const answer = Promise.withResolvers<O>();
    this.#waiting.push({ input, answer });
    if (this.#waiting.length === 1) this.#plan();
    return answer.promise;
  }

  #plan(): void {
    if (this.#onTheWay >= ON_THE_WAY) {
      this.#due ??= setTimeout(() => void this.#go(), LONGEST_MS);
      return;
    }
    const early = PACE_MS - (monotonicMicros() - this.#lastMicros) / 1000;
    if (early <= 0) setImmediate(() => void this.#go());
    else this.#due ??= setTimeout(() => void this.#go(), early);
  }

  async #go(): Promise<void> {
    clearTimeout(this.#due);
    this.#due = undefined;
    const group = this.#waiting;
    if (group.length === 0) return;
    this.#waiting = [];
    this.#onTheWay += 1;
    this.#lastMicros = monotonicMicros();
    try {
      const answers = await this.#send(group.map(({ input }) => input));
      for (const [index, { answer }] of group.entries()) answer.resolve(answers[index] as O);
    } catch (error) {
      for (const { answer } of group) answer.reject(error);
    } finally {
      this.#onTheWay -= 1;
      if (this.#waiting.length > 0) {
        clearTimeout(this.#due);
        this.#due = undefined;
        this.#plan();
      }
    }
  }
}
