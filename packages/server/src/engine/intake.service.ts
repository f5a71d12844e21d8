import { eventIdConflict, type FanzhaEvent, internalError, overloaded, unavailable } from '@fanzha/contract';
import { type Locale, remembered } from '@fanzha/vocabulary';
import { AppError, type Logger, monotonicMicros } from '../platform/index.ts';
import type { Decider } from './decider.model.ts';
import {
  type DecisionRecord,
  decisionId,
  decodeKey,
  decodeRecord,
  digestOf,
  encodeRecord,
  eventKey,
  kindOfKey,
  openFields,
  type Sealer,
  SUBJECT_TOKEN,
  subjectKey,
  toRecord,
} from './decision-record.model.ts';
import { type Journal, JournalUnavailable } from './journal/journal.model.ts';
import { declaredFacts } from './policy.service.ts';
import type { RepeatIndex } from './repeat.model.ts';

/** A decided event: durable before anybody sees this. */
export interface Taken {
  readonly id: string;
  readonly record: DecisionRecord;
  /** The event had been decided before; this is the first decision. */
  readonly duplicate: boolean;
}

export type TakeOutcome =
  | ({ readonly ok: true } & Taken)
  | { readonly ok: false; readonly error: AppError; readonly id?: string };

/** Takes events in: validated, decided once, durable, then answered. */
export interface Intake {
  /** One event. Throws AppError: event-invalid, event-id-conflict, overloaded, unavailable. */
  take(input: unknown, locale: Locale): Promise<Taken>;
  /** Several; one that is wrong costs only itself. Outcomes are in the order of the inputs. */
  takeAll(inputs: readonly unknown[], locale: Locale): Promise<TakeOutcome[]>;
}

export interface IntakeParts {
  readonly decider: Decider;
  readonly journal: Journal;
  readonly sealer: Sealer;
  readonly repeats: RepeatIndex;
  readonly log: Logger;
  /** Told of every event that was decided and is durable. */
  onTaken(taken: Taken, micros: number): void;
}

/** Events that may be under way at once: beyond it the sender is asked to come back. */
const MAX_UNDER_WAY = 20_000;
const RETRY_SECONDS = 2;
/** Ids kept of events that could not be written; past it, sending again counts again. */
const MAX_COUNTED = 100_000;
/** Subjects whose tokens are kept, 10 MB or so. */
const REMEMBERED_SUBJECTS = 30_000;

export function createIntake(parts: IntakeParts): Intake {
  const { decider, journal, repeats } = parts;
  const sealer = rememberingSubjects(parts.sealer);
  const facts = declaredFacts(decider.signals);
  const { displayNumber } = decider.texts;
  const underWay = new Map<string, Promise<Taken>>();
  const counted = new CountedKeys();

  const decide = async (event: FanzhaEvent, key: string): Promise<Taken> => {
    const started = monotonicMicros();
    const kind = decider.kinds.get(event.kind);
    if (!kind) throw new Error(`no such kind of event: ${event.kind}`);
    const decision = decider.decide(event, { counted: counted.take(key) });
    const record = toRecord({ event, decision, kind, facts, displayNumber }, sealer);
    const [position = 0] = await journal.append([encodeRecord(key, record)]).catch((error: unknown) => {
      if (decider.counting.counts(event.kind)) counted.add(key);
      throw error;
    });
    repeats.add(key, position);
    const taken: Taken = { id: decisionId(position), record, duplicate: false };
    parts.onTaken(taken, monotonicMicros() - started);
    return taken;
  };

  /** The first decision of an event that was decided before; decided anew when its record is gone. */
  const repeat = async (event: FanzhaEvent, key: string, position: number): Promise<Taken> => {
    const found = await journal.get(position).catch((error: unknown) => {
      throw new JournalUnavailable(error);
    });
    if (!found || decodeKey(found.payload) !== key) return decide(event, key);
    return { id: decisionId(position), record: decodeRecord(found.payload), duplicate: true };
  };

  const take = async (input: unknown, locale: Locale): Promise<Taken> => {
    const event = decider.parse(input, locale);
    const key = eventKey(event);
    const running = underWay.get(key);
    if (running) return asRepeat(await running, digestOf(event, sealer));
    if (underWay.size >= MAX_UNDER_WAY) throw new AppError(overloaded, { retryAfter: RETRY_SECONDS });
    const position = repeats.positionOf(key);
    const work = position === undefined ? decide(event, key) : repeat(event, key, position);
    underWay.set(key, work);
    try {
      const taken = await work;
      return taken.duplicate ? asRepeat(taken, digestOf(event, sealer)) : taken;
    } finally {
      underWay.delete(key);
    }
  };

  const answered = (input: unknown, locale: Locale): Promise<Taken> =>
    take(input, locale).catch((error: unknown) => {
      if (!(error instanceof JournalUnavailable)) throw error;
      throw new AppError(unavailable, { retryAfter: RETRY_SECONDS, cause: error });
    });

  return {
    take: answered,
    takeAll: (inputs, locale) =>
      Promise.all(
        inputs.map((input) =>
          answered(input, locale).then(
            (taken): TakeOutcome => ({ ok: true, ...taken }),
            (error: unknown): TakeOutcome => {
              const id = (input as { id?: unknown } | null)?.id;
              return {
                ok: false,
                error: expected(error, parts.log),
                ...(typeof id === 'string' ? { id: id.slice(0, 200) } : {}),
              };
            },
          ),
        ),
      ),
  };
}

/** An error of ours costs the one event that met it, not the others of its stream. */
function expected(error: unknown, log: Logger): AppError {
  if (error instanceof AppError) return error;
  log.error({ err: error }, 'an event could not be decided');
  return new AppError(internalError, { cause: error });
}

/** Events that were counted but could not be written: when they come again they are not counted again. */
class CountedKeys {
  readonly #keys = new Set<string>();

  add(key: string): void {
    if (this.#keys.size >= MAX_COUNTED) this.#keys.clear();
    this.#keys.add(key);
  }

  /** Whether an event was counted; asked once. */
  take(key: string): boolean {
    return this.#keys.delete(key);
  }
}

/** Trunks, carriers and busy numbers come with event after event: their tokens are made once. */
function rememberingSubjects(sealer: Sealer): Sealer {
  const token = remembered((value) => subjectKey(value, sealer), REMEMBERED_SUBJECTS);
  return {
    seal: sealer.seal,
    open: sealer.open,
    token: (kind, value) => (kind === SUBJECT_TOKEN ? token(value) : sealer.token(kind, value)),
  };
}

/** The first decision, for an event that is the same in every field. */
function asRepeat(first: Taken, digest: string): Taken {
  if (first.record.digest !== digest) throw new AppError(eventIdConflict);
  return { ...first, duplicate: true };
}

/** Fills the index of repeats from the end of the journal: what was written since an instant, within a byte budget. */
export async function rememberFrom(
  journal: Journal,
  repeats: RepeatIndex,
  instant: number,
  maxBytes: number,
): Promise<void> {
  const from = await journal.since(instant, maxBytes);
  for await (const batch of journal.read(from)) {
    for (const { payload, position } of batch) repeats.add(decodeKey(payload), position);
  }
}

/**
 * Counts anew what the end of the journal holds, as far back as the counters look and within a byte budget. Returns how
 * many events could not be opened any more and were not counted.
 */
export async function recountFrom(
  journal: Journal,
  decider: Decider,
  sealer: Sealer,
  now: number,
  maxBytes: number,
): Promise<number> {
  const { counting } = decider;
  if (counting.longestMs === 0) return 0;
  let unread = 0;
  for await (const batch of journal.read(await journal.since(now - counting.longestMs, maxBytes))) {
    for (const { payload, position } of batch) {
      if (!counting.counts(kindOfKey(decodeKey(payload)))) continue;
      try {
        const record = decodeRecord(payload);
        decider.recount({ ...record.event, ...openFields(record, sealer) } as FanzhaEvent, position);
      } catch {
        unread += 1;
      }
    }
  }
  return unread;
}
