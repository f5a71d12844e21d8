import { setTimeout as pause } from 'node:timers/promises';
import { type EventLineResult, eventIdConflict, overloaded, unavailable } from '@fanzha/contract';
import type { Locale } from '@fanzha/vocabulary';
import { AppError, WireLost } from '../../platform/index.ts';

/** The part of the engine that takes records in. */
export interface CdrEngine {
  lines(
    stream: AsyncIterable<Uint8Array>,
    locale: Locale,
    signal: AbortSignal,
  ): AsyncIterable<readonly EventLineResult[] | Uint8Array>;
  journalEnd(): Promise<number>;
  recordedSince(position: number): AsyncIterable<readonly string[]>;
}

/** What became of one event of a batch. */
export interface EventOutcome {
  /** The event as JSON. */
  readonly text: string;
  readonly ok: boolean;
  readonly duplicate: boolean;
  readonly verdict?: string;
  readonly code?: string;
  readonly field?: string;
}

/** The engine asked to come back: it is asked again after so long. */
const RETRY_MS = 1000;
const COME_BACK: ReadonlySet<string> = new Set([unavailable.code, overloaded.code]);
const LOCALE: Locale = 'zh-CN';

export interface TakeOptions {
  readonly source: string;
  readonly known: ReadonlySet<string>;
  readonly since: number;
  readonly signal: AbortSignal;
}

/**
 * Takes the events of a batch in, at the engine's pace, until each is recorded or refused: the outcomes are in their
 * order. `known` are keys that are in the journal already, beyond what the engine itself knows again; `since` is a
 * position of the journal before the batch.
 */
export async function takeEvents(
  engine: CdrEngine,
  lines: Uint8Array,
  { source, known, since, signal }: TakeOptions,
): Promise<EventOutcome[]> {
  const whole = Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength);
  const texts = whole.toString('utf8').split('\n');
  texts.pop();
  const outcomes: (EventOutcome | undefined)[] = texts.map(() => undefined);
  let recorded = known;
  for (;;) {
    const open = pending(texts, outcomes, recorded);
    if (open.length === 0) return outcomes as EventOutcome[];
    const body = open.length === texts.length ? whole : joined(texts, open);
    const isDone = await takeOnce(engine, body, { texts, outcomes, open }, signal);
    if (isDone) continue;
    signal.throwIfAborted();
    await pause(RETRY_MS, undefined, { signal });
    recorded = await recordedKeys(engine, source, since);
  }
}

/** Indexes of events without outcome; those that are recorded already get theirs. */
function pending(
  texts: readonly string[],
  outcomes: (EventOutcome | undefined)[],
  recorded: ReadonlySet<string>,
): number[] {
  const open: number[] = [];
  for (const [index, text] of texts.entries()) {
    if (outcomes[index] !== undefined) continue;
    if (recorded.size > 0 && recorded.has(keyOf(text))) outcomes[index] = { text, ok: true, duplicate: true };
    else open.push(index);
  }
  return open;
}

function keyOf(text: string): string {
  const { kind, id } = JSON.parse(text) as { kind: string; id: string };
  return `${kind} ${id}`;
}

const joined = (texts: readonly string[], open: readonly number[]): Buffer =>
  Buffer.from(`${open.map((index) => texts[index]).join('\n')}\n`);

interface Sent {
  readonly texts: readonly string[];
  readonly outcomes: (EventOutcome | undefined)[];
  /** Indexes of the events that are sent, in their order. */
  readonly open: readonly number[];
}

/** Sends what is open; false when some of it has to be sent again. */
async function takeOnce(
  engine: CdrEngine,
  body: Uint8Array,
  { texts, outcomes, open }: Sent,
  signal: AbortSignal,
): Promise<boolean> {
  let at = 0;
  try {
    const results = new ResultReader();
    for await (const group of engine.lines(once(body), LOCALE, signal)) {
      for (const result of results.read(group)) {
        const index = open[at++];
        if (index === undefined || COME_BACK.has(result.code ?? '')) continue;
        outcomes[index] = outcomeOf(texts[index] ?? '', result);
      }
    }
  } catch (error) {
    if (!isPassing(error)) throw error;
    return false;
  }
  signal.throwIfAborted();
  return open.every((index) => outcomes[index] !== undefined);
}

async function* once(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body;
}

function isPassing(error: unknown): boolean {
  if (error instanceof AppError) return COME_BACK.has(error.kind.code);
  return error instanceof WireLost;
}

function outcomeOf(text: string, { ok, duplicate, verdict, code, field }: EventLineResult): EventOutcome {
  return {
    text,
    ok,
    duplicate: duplicate === true,
    ...(verdict === undefined ? {} : { verdict }),
    ...(code === undefined ? {} : { code }),
    ...(field === undefined ? {} : { field }),
  };
}

/** Results as they come: in groups, or as bytes that may be cut anywhere. */
class ResultReader {
  #held: Buffer = Buffer.alloc(0);

  read(group: readonly EventLineResult[] | Uint8Array): readonly EventLineResult[] {
    if (!(group instanceof Uint8Array)) return group;
    const bytes = Buffer.concat([this.#held, group]);
    const end = bytes.lastIndexOf(10) + 1;
    this.#held = bytes.subarray(end);
    const lines = bytes.toString('utf8', 0, end).split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as EventLineResult);
  }
}

/** Keys of the events of a source that were recorded from a position on. */
export async function recordedKeys(engine: CdrEngine, source: string, since: number): Promise<Set<string>> {
  const keys = new Set<string>();
  for await (const batch of engine.recordedSince(since)) {
    for (const key of batch) if (key.includes(` ${source}/`)) keys.add(key);
  }
  return keys;
}

/** Whether an event was refused because its id was used for other content. */
export function isConflict({ code }: EventOutcome): boolean {
  return code === eventIdConflict.code;
}
