import { setImmediate as nextTurn } from 'node:timers/promises';
import { type EventLineResult, malformedBody } from '@fanzha/contract';
import type { Locale, Localized } from '@fanzha/vocabulary';
import type { Intake, TakeOutcome } from './intake.service.ts';
import { type Line, LineSplitter, MAX_LINE_BYTES } from './line.model.ts';

/** Groups of lines under way at once: the sender's bytes are read no faster than events become durable. */
const GROUPS_UNDER_WAY = 60;
/** Decided in one go, about two milliseconds: then it is the turn of inline decisions and of the projection. */
const LINES_IN_GROUP = 50;

const FAULTS: Readonly<Record<'too-long' | 'not-utf8' | 'not-json', Localized>> = {
  'too-long': {
    'zh-CN': `一行超过 ${MAX_LINE_BYTES} 字节`,
    en: `the line is longer than ${MAX_LINE_BYTES} bytes`,
  },
  'not-utf8': { 'zh-CN': '该行不是 UTF-8', en: 'the line is not UTF-8' },
  'not-json': { 'zh-CN': '该行不是 JSON', en: 'the line is not JSON' },
};

/** Whose turn it is among all streams: one group goes in a turn of the event loop, however many streams there are. */
export class StreamTurns {
  #last: Promise<void> = Promise.resolve();

  next(): Promise<void> {
    this.#last = this.#last.then(() => nextTurn());
    return this.#last;
  }
}

/**
 * Takes in a stream of JSON lines: one result a line, in order and in groups, once the event is durable. A line that is wrong costs
 * only itself. Memory does not grow with the stream.
 */
export async function* takeLines(
  stream: AsyncIterable<Uint8Array>,
  intake: Intake,
  locale: Locale,
  signal: AbortSignal,
  turns: StreamTurns = new StreamTurns(),
): AsyncGenerator<readonly EventLineResult[]> {
  const groups: Promise<EventLineResult[]>[] = [];
  const chunks = stream[Symbol.asyncIterator]();
  const splitter = new LineSplitter();
  let turn: Promise<void> = Promise.resolve();
  let ended = false;
  let coming = settled(chunks.next());
  const start = (lines: readonly Line[]): void => {
    for (let first = 0; first < lines.length; first += LINES_IN_GROUP) {
      turn = turn.then(() => turns.next());
      const group = turn.then(() => takeGroup(lines.slice(first, first + LINES_IN_GROUP), intake, locale));
      // Waited for in its turn; until then a failure must not count as unhandled.
      group.catch(() => undefined);
      groups.push(group);
    }
  };
  while (!signal.aborted && !(ended && groups.length === 0)) {
    const [oldest] = groups;
    const next =
      oldest && (ended || groups.length >= GROUPS_UNDER_WAY) ? undefined : await first(coming, oldest);
    if (next === undefined) {
      groups.shift();
      yield (await oldest) ?? [];
      continue;
    }
    const { done, value } = next();
    if (done) {
      ended = true;
      start(splitter.end());
    } else {
      start(splitter.push(value));
      coming = settled(chunks.next());
    }
  }
}

/** A promise that never rejects: it gives a function that returns the value or throws. */
function settled<T>(promise: Promise<T>): Promise<() => T> {
  return promise.then(
    (value) => () => value,
    (error: unknown) => () => {
      throw error;
    },
  );
}

/** The next chunk, or undefined when the oldest group is done before it comes. */
function first<T>(coming: Promise<T>, oldest: Promise<unknown> | undefined): Promise<T | undefined> {
  if (!oldest) return coming;
  const done = oldest.then(
    () => undefined,
    () => undefined,
  );
  return Promise.race([coming, done]);
}

async function takeGroup(lines: readonly Line[], intake: Intake, locale: Locale): Promise<EventLineResult[]> {
  const read = lines.map((line) => readLine(line, locale));
  const inputs = read.filter((each): each is ReadLine => !('code' in each));
  const outcomes = await intake.takeAll(
    inputs.map(({ input }) => input),
    locale,
  );
  const results = new Map(inputs.map(({ line }, index) => [line, outcomes[index]] as const));
  return read.map((each) => {
    if ('code' in each) return each;
    const outcome = results.get(each.line);
    if (!outcome) throw new Error('an event without outcome');
    return lineResult(each.line, outcome, locale);
  });
}

interface ReadLine {
  readonly line: number;
  readonly input: unknown;
}

function readLine(line: Line, locale: Locale): ReadLine | (EventLineResult & { code: string }) {
  const fail = (fault: keyof typeof FAULTS) => ({
    line: line.number,
    ok: false,
    code: malformedBody.code,
    reason: FAULTS[fault][locale],
  });
  if ('fault' in line) return fail(line.fault);
  try {
    return { line: line.number, input: JSON.parse(line.text) };
  } catch {
    return fail('not-json');
  }
}

function lineResult(line: number, outcome: TakeOutcome, locale: Locale): EventLineResult {
  if (outcome.ok) {
    const { decision } = outcome.entry;
    return {
      line,
      ok: true,
      id: decision.eventId,
      decision: outcome.id,
      verdict: decision.verdict,
      reasons: decision.reasons.map(({ code }) => code),
      ...(outcome.duplicate ? { duplicate: true } : {}),
    };
  }
  const { kind, fields, detail } = outcome.error;
  const [first] = fields;
  return {
    line,
    ok: false,
    ...(outcome.id === undefined ? {} : { id: outcome.id }),
    code: kind.code,
    ...(first && first.field !== '' ? { field: first.field } : {}),
    reason: first?.reason ?? detail ?? kind.title[locale],
  };
}
