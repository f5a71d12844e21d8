import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Grouping } from './grouping.service.ts';

describe('asking in groups', () => {
  it('answers each with its own, and takes together what comes while others are on their way', async () => {
    const sent: { readonly inputs: readonly number[]; done(): void }[] = [];
    const grouping = new Grouping<number, string>(async (inputs) => {
      const ready = Promise.withResolvers<void>();
      sent.push({ inputs, done: () => ready.resolve() });
      await ready.promise;
      return inputs.map((input) => `answer ${input}`);
    });
    const answers = [grouping.ask(1), grouping.ask(2)];
    await turn();
    answers.push(grouping.ask(3), grouping.ask(4));
    expect(sent.map(({ inputs }) => inputs)).toEqual([[1, 2]]);
    sent[0]?.done();
    await expect.poll(() => sent.at(-1)?.inputs, { interval: 1 }).toEqual([3, 4]);
    answers.push(grouping.ask(5));
    await turn();
    expect(sent).toHaveLength(2);
    sent[1]?.done();
    await expect.poll(() => sent.at(-1)?.inputs, { interval: 1 }).toEqual([5]);
    for (const { done } of sent) done();
    expect(await Promise.all(answers)).toEqual([1, 2, 3, 4, 5].map((input) => `answer ${input}`));
  });

  it('goes past groups that stand still, and fails all of a group that failed', async () => {
    const sent: (readonly number[])[] = [];
    const grouping = new Grouping<number, string>(async (inputs) => {
      sent.push(inputs);
      if (inputs.includes(3)) throw new Error('gone');
      return new Promise(() => undefined);
    });
    void grouping.ask(1);
    await turn();
    await expect(Promise.all([grouping.ask(3), grouping.ask(4)])).rejects.toThrow('gone');
    expect(sent).toEqual([[1], [3, 4]]);
  });
});
