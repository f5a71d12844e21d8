import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composeDecider, composeTraffic } from '../compose.ts';
import { generateTraffic } from '../engine/index.ts';
import { type Clock, openPack } from '../platform/index.ts';
import { LineWriter } from './line-writer.ts';
import { createEventMapper } from './readers/events.ts';
import { readRecords } from './readers/records.ts';
import type { Screened } from './readers/screened.ts';
import { emptySummary, type RejectLine, type ScreeningSummary, screenRecords } from './screening.ts';
import { decisionJson, decisionText, summaryLines } from './screening-text.ts';
import { createRows } from './simulated-rows.ts';

const AT = '2026-11-23T12:00:00Z';
const PACK = fileURLToPath(new URL('../../../../packs/cn', import.meta.url));
const clock: Clock = { now: () => Date.parse(AT), date: () => new Date(AT) };
const decider = composeDecider(PACK, clock);
const { timeZone } = openPack(PACK);

/** Takes what is written; a slow one makes the writer wait each time. */
class Sink extends Writable {
  text = '';
  most = 0;
  readonly #slow: boolean;
  readonly #breakAfter: number;
  constructor({ slow = false, breakAfter = Number.POSITIVE_INFINITY } = {}) {
    super({ highWaterMark: 1024, decodeStrings: false });
    this.#slow = slow;
    this.#breakAfter = breakAfter;
  }
  override _write(chunk: string, _encoding: unknown, done: (error?: Error) => void): void {
    this.text += chunk;
    this.most = Math.max(this.most, this.writableLength);
    if (this.text.length > this.#breakAfter) done(Object.assign(new Error('broken'), { code: 'EPIPE' }));
    else if (this.#slow) setImmediate(done);
    else done();
  }
  get lines(): string[] {
    return this.text.split('\n').slice(0, -1);
  }
}

interface Screening {
  readonly summary: ScreeningSummary;
  readonly decisions: {
    line: number;
    id: string;
    verdict: string;
    reasons: { code: string; text: string }[];
  }[];
  readonly rejects: RejectLine[];
}

async function screen(
  kind: Screened,
  content: string | AsyncIterable<Uint8Array>,
  { locale = 'en' as 'en' | 'zh-CN', output = new Sink(), stop = new AbortController(), by = decider } = {},
): Promise<Screening & { output: Sink }> {
  const rejected = new Sink();
  const summary = emptySummary();
  const rejects = new LineWriter(rejected, 'rejects');
  const writer = new LineWriter(output, 'output');
  const bytes = typeof content === 'string' ? oneChunk(content) : content;
  const mapper = createEventMapper(kind, {
    file: 'file',
    at: AT,
    zone: timeZone,
    ingress: 'interconnect',
    ingressOf: new Map([
      ['from-international', 'international'],
      ['from-access', 'access'],
    ]),
    channel: 'smpp',
  });
  const parts = {
    kind,
    decider: by,
    mapper,
    locale,
    output: writer,
    rejects,
    format: (line: number, decision: Parameters<typeof decisionJson>[1]) =>
      decisionJson(line, decision, by, locale),
    onProgress: () => undefined,
  };
  await screenRecords(readRecords({ name: 'file', bytes }, { kind }), parts, summary, stop.signal);
  await writer.flush();
  await rejects.end();
  const parse = (lines: readonly string[]) => lines.map((line) => JSON.parse(line));
  const decisions = output.destroyed ? [] : parse(output.lines);
  return { summary, decisions, rejects: parse(rejected.lines), output };
}

async function* oneChunk(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

const CALLS = [
  '{"id":"a","at":"2026-11-23T10:00:00+08:00","from":"+862195588","to":"13900001111","ingress":"international"}',
  '{"id":"b","from":"13900001111","to":7}',
  '{"id":"c","from":"13900001111","ingress":"sideways","line":5}',
  'not JSON',
  '{"kind":"call.end","id":"e","at":"2026-11-23T10:01:00+08:00","attempt":"a"}',
  '{"id":"d","from":"13900002222","to":"13900001111","at":"soon"}',
  '{"from":"13900002222","to":"13900001111"}',
].join('\n');

describe('screening a file', () => {
  it('decides each good line and says of each bad one which field and why', async () => {
    const { summary, decisions, rejects } = await screen('calls', CALLS);
    expect(decisions.map(({ line, id, verdict }) => [line, id, verdict])).toEqual([
      [1, 'a', 'block'],
      [2, 'b', 'allow'],
      [7, 'file:7', 'allow'],
    ]);
    expect(decisions[0]?.reasons[0]?.code).toBe('call.code-disguised');
    expect(rejects).toMatchObject([
      {
        line: 3,
        field: 'to',
        reason: 'is required',
        also: [{ field: 'ingress' }],
      },
      { line: 4, field: '(line)', raw: 'not JSON' },
      { line: 6, field: 'at', reason: expect.stringContaining('is not a time') },
    ]);
    expect(summary).toMatchObject({
      lines: 7,
      decided: 3,
      rejected: 3,
      otherKinds: 1,
      verdicts: { block: 1, allow: 2 },
    });
  });

  it('tells a person the same in Chinese, cut to what a terminal shows', async () => {
    const { summary, decisions } = await screen('calls', CALLS, { locale: 'zh-CN' });
    expect(decisions[0]?.reasons[0]?.text).toMatch(/95588/);
    const frame = { seconds: 1, ignored: ['列'], ended: 'stopped', rejectsKept: false } as const;
    const told = summaryLines(summary, frame, 'zh-CN').join('\n');
    expect(told).toMatch(
      /已中断[\s\S]*block 1[\s\S]*call\.code-disguised[\s\S]*未使用的列: 列[\s\S]*第 3 行：to /,
    );
  });

  it('writes one readable line for a terminal', () => {
    const event = decider.parse({
      id: 'x',
      at: AT,
      from: '+862195588',
      to: '13900001111',
      ingress: 'international',
    });
    const line = decisionText(3, decider.decide(event), decider, 'en');
    expect(line).toMatch(/^ +3 {2}block +\d\.\d\d .*95588/);
    expect(line).not.toContain('\n');
  });

  it('keeps no more of a bad line than 1,000 characters', async () => {
    const { rejects } = await screen('messages', `{"text":"${'长'.repeat(30_000)}"}\n{"text":"ok"}`);
    expect(rejects).toMatchObject([{ line: 1, field: 'text' }]);
    expect(rejects[0]?.raw).toHaveLength(1000);
  });

  it('waits for a slow reader instead of holding what it has not taken', async () => {
    const output = new Sink({ slow: true });
    const { decisions } = await screen('messages', '{"text":"你好"}\n'.repeat(5000), { output });
    expect(decisions).toHaveLength(5000);
    expect(output.most).toBeLessThan(200_000);
  });

  it('ends quietly when the reader has gone away, also on input without end', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) yield Buffer.from('{"text":"hello"}\n'.repeat(100));
    }
    const { summary } = await screen('messages', endless(), { output: new Sink({ breakAfter: 10_000 }) });
    expect(summary.lines).toBeLessThan(10_000);
  });

  it('ends when it is stopped, with what was decided until then', async () => {
    const stop = new AbortController();
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (let chunk = 0; ; chunk++) {
        if (chunk === 3) stop.abort();
        yield Buffer.from('{"text":"hello"}\n');
      }
    }
    const { summary, decisions } = await screen('messages', endless(), { stop });
    expect(decisions.length).toBe(summary.decided);
    expect(summary.decided).toBeGreaterThan(0);
  });

  it('takes any JSON object: decided or refused with a field, never an end of the run', async () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom('13800000001', AT, 'smpp', 'access', true, -1, ''),
    );
    const name = fc.oneof(
      fc.constantFrom('id', 'at', 'from', 'to', 'text', 'sender', 'ingress', 'channel', 'kind', 'roaming'),
      fc.string(),
    );
    const line = fc.dictionary(name, value, { maxKeys: 6 }).map((object) => JSON.stringify(object));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<Screened>('calls', 'messages'),
        fc.array(line, { minLength: 1, maxLength: 20 }),
        async (kind, lines) => {
          const { summary, rejects } = await screen(
            kind,
            ['{"text":"a","from":"1","to":"2"}', ...lines].join('\n'),
          );
          expect(summary.decided + summary.rejected + summary.otherKinds).toBe(lines.length + 1);
          for (const { field, reason } of rejects) expect([field, reason]).not.toContain('');
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('simulated call records', () => {
  const traffic = [
    ...generateTraffic({
      sources: composeTraffic(openPack(PACK)).filter(({ kind }) => kind === 'calls'),
      seed: 7,
      events: 3000,
      until: Date.parse(AT),
      timeZone,
      idPrefix: 'sim',
    }),
  ];
  const attempts = new Map(
    traffic.flatMap(({ event }) => (event.kind === 'call.attempt' ? [[event.id, event]] : [])),
  );

  it.each(['freeswitch', 'asterisk'] as const)(
    '%s: every record is read back as the call that it was',
    async (format) => {
      const toRow = createRows(format, timeZone);
      const rows = traffic.flatMap(({ event }) => toRow(event) ?? []);
      const { decisions, rejects } = await screen('calls', rows.join('\n'), {
        by: composeDecider(PACK, clock),
      });
      const direct = composeDecider(PACK, clock);
      expect(rejects).toEqual([]);
      expect(decisions).toHaveLength(rows.length);
      expect(rows.length).toBeGreaterThan(1000);
      for (const { id, verdict } of decisions) {
        const attempt = attempts.get(id);
        expect(attempt).toBeDefined();
        if (attempt === undefined) continue;
        // All that a call record has fields for; of times it has whole seconds.
        const { kind, from, to, ingress, trunk } = attempt;
        const at = `${attempt.at.slice(0, 19)}Z`;
        const recorded = { kind, id, at, from, to, ingress, ...(trunk === undefined ? {} : { trunk }) };
        // Both count, so both see every call in the same order.
        const decided = direct.decide(recorded).verdict;
        expect([id, verdict]).toEqual([id, decided]);
      }
    },
  );

  it('JSON lines are the events themselves', () => {
    const toRow = createRows('jsonl', timeZone);
    for (const { event } of traffic.slice(0, 50)) expect(JSON.parse(toRow(event) ?? '')).toEqual(event);
  });
});
