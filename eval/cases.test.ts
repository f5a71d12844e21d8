import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { evaluateCases } from '../packages/server/src/cli/case-evaluation.ts';
import { besideCases, readRegisterFile } from '../packages/server/src/cli/line-register.ts';
import { composeDeciderWith } from '../packages/server/src/compose.ts';
import { systemClock as clock, splitLines } from '../packages/server/src/platform/index.ts';

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const register = await readRegisterFile(besideCases(pathOf('cases/calls.jsonl')));
const decider = await composeDeciderWith(pathOf('../packs/cn'), clock, register);

const evaluate = (text: string) =>
  evaluateCases(splitLines(Readable.from([Buffer.from(text)])), decider, clock);
const line = (value: unknown) => `${JSON.stringify(value)}\n`;
const event = { from: '+862195588', to: '13900001111', ingress: 'international' };

describe('the cases written for messages', () => {
  it('all come out as written', async () => {
    const report = await evaluateCases(
      splitLines(createReadStream(pathOf('cases/messages.jsonl'))),
      decider,
      clock,
    );
    expect(report.differences).toEqual([]);
    expect(report.n).toBeGreaterThanOrEqual(26);
  });
});

describe('the cases written from the number plan', () => {
  it('all come out as written', async () => {
    const report = await evaluateCases(
      splitLines(createReadStream(pathOf('cases/calls.jsonl'))),
      decider,
      clock,
    );
    expect(report.differences).toEqual([]);
    expect(report.n).toBeGreaterThanOrEqual(250);
    expect(report.passed).toBe(report.n);
  });
});

describe('evaluating cases', () => {
  it('takes one verdict or several, and demands every expected reason', async () => {
    const report = await evaluate(
      line({ event, expect: { verdict: 'block' } }) +
        line({ event, expect: { verdict: ['label', 'block'], reasons: ['call.code-disguised'] } }) +
        line({ name: 'mild', event, expect: { verdict: 'allow' } }) +
        line({ event, expect: { verdict: 'block', reasons: ['call.code-disguised', 'call.from-abroad'] } }),
    );
    expect(report).toMatchObject({ n: 4, passed: 2, failed: 2 });
    expect(report.differences).toEqual([
      {
        line: 3,
        name: 'mild',
        expected: { verdict: ['allow'] },
        got: 'block',
        reasons: ['call.code-disguised'],
      },
      {
        line: 4,
        expected: { verdict: ['block'], reasons: ['call.code-disguised', 'call.from-abroad'] },
        got: 'block',
        reasons: ['call.code-disguised'],
      },
    ]);
  });

  it.each([
    ['not json', 'not JSON'],
    ['[]', 'must be an object'],
    ['{"event": {}}', 'expect is required'],
    ['{"expect": {"verdict": "block"}}', 'event is required'],
    [line({ event, expect: { verdict: 'blocked' } }), 'expect.verdict[0] must be one of allow'],
    [line({ event, expect: { verdict: [] } }), 'expect.verdict must have at least 1'],
    [line({ event, expect: { verdict: 'block', reason: ['x'] } }), 'expect.reason is not a known field'],
    [
      line({ event: { ...event, ingress: 'moon' }, expect: { verdict: 'block' } }),
      'event.ingress must be one of',
    ],
    [line({ event: { to: '1' }, expect: { verdict: 'block' } }), 'event.kind is required'],
    [line({ event: { ...event, at: 'yesterday' }, expect: { verdict: 'block' } }), 'event.at'],
  ])('counts %j as failed and says why', async (text, problem) => {
    const good = line({ event, expect: { verdict: 'block' } });
    const report = await evaluate(`${text.trim()}\n\n${good}`);
    expect(report).toMatchObject({ n: 2, passed: 1, failed: 1 });
    expect(report.differences[0]?.problem).toContain(problem);
  });

  it('names a line that is too long without holding it', async () => {
    const report = await evaluate(`{"name": "${'x'.repeat(2 * 1024 * 1024)}"}\n`);
    expect(report.differences[0]).toMatchObject({ line: 1, problem: 'the line is longer than 1 MiB' });
  });
});
