import { BoundedMemory, type Kept } from './bounded-memory.model.ts';
import { type Subjects, SubjectsMap } from './subjects-map.model.ts';
import { type WindowEvent, type WindowInputs, WindowSnapshotError } from './window/windows.model.ts';

/** Entries of a piece of a snapshot: some tenths of a millisecond. */
const BATCH = 500;

/** First piece: what was kept up to a position, its values in the order of these names. */
interface Head {
  readonly position: number;
  readonly inputs: WindowInputs;
}

interface Part {
  readonly open?: readonly [string, Kept<Subjects>][];
  readonly waiting?: readonly [string, Kept<WindowEvent>][];
  readonly suspected?: readonly [string, Kept<true>][];
}

/** Events that wait for one that carries them on, and such that came before their event. Both bounded. */
export class OpenEvents {
  readonly #open: BoundedMemory<Subjects>;
  readonly #waiting: BoundedMemory<WindowEvent>;
  readonly #suspected: BoundedMemory<true>;

  constructor(max: number, maxMs: number) {
    this.#open = new BoundedMemory(max, maxMs, () => new SubjectsMap(Math.ceil(max / 2)));
    this.#waiting = new BoundedMemory(max, maxMs);
    this.#suspected = new BoundedMemory(max, maxMs);
  }

  get open(): number {
    return this.#open.size;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Keeps who took part in an event, unless what carries it on was there already: then that is given and nothing kept. */
  begin(key: string, { subjects, at }: WindowEvent, position: number): WindowEvent | undefined {
    const early = this.#waiting.take(key);
    if (early === undefined) this.#open.keep(key, subjects, at, position);
    return early;
  }

  /** Who took part in the event that is carried on, told once; the first that comes too early is kept. */
  end(key: string, event: WindowEvent, position: number): Subjects | undefined {
    const subjects = this.#open.take(key);
    if (subjects !== undefined || this.#waiting.has(key)) return subjects;
    const { kind, at } = event;
    const own = [event.subjects, event.numbers, event.flags].map((values) => Array.from(values as unknown[]));
    const [names = [], numbers = [], flags = []] = own as [Subjects, number[], number[]];
    this.#waiting.keep(key, { kind, at, subjects: names, numbers, flags }, at, position);
    return undefined;
  }

  /** Remembers that an event was judged against who acts in it, until it ends. */
  suspect(key: string, at: number, position: number): void {
    this.#suspected.keep(key, true, at, position);
  }

  /** Whether the event was judged so; forgotten with that. */
  wasSuspected(key: string): boolean {
    return this.#suspected.take(key) === true;
  }

  clear(): void {
    this.#open.clear();
    this.#waiting.clear();
    this.#suspected.clear();
  }

  /** What was kept up to a position, as JSON texts; events may come between two of them. */
  snapshot(position: number, inputs: WindowInputs): Generator<string> {
    const { subjects, numbers, flags } = inputs;
    const names = { subjects: [...subjects], numbers: [...numbers], flags: [...flags] };
    const head: Head = { position, inputs: names };
    return textsOf(
      head,
      this.#open.walk(position),
      this.#waiting.walk(position),
      this.#suspected.walk(position),
    );
  }

  /**
   * Takes over a snapshot, for a store whose inputs are these. Returns the position it was made at. Throws
   * WindowSnapshotError.
   */
  restore(texts: Iterable<string>, inputs: WindowInputs): number {
    this.clear();
    let head: Head | undefined;
    for (const text of texts) {
      const part = parsed(text);
      if (head === undefined) head = headOf(part);
      else this.#adopt(part, head.inputs, inputs);
    }
    if (head === undefined) throw new WindowSnapshotError('it has no head of open events');
    return head.position;
  }

  #adopt({ open = [], waiting = [], suspected = [] }: Part, from: WindowInputs, to: WindowInputs): void {
    for (const [key, { value, position }] of open) {
      this.#open.keep(key, reordered(value, from.subjects, to.subjects, undefined), 0, position);
    }
    for (const [key, { position }] of suspected) this.#suspected.keep(key, true, 0, position);
    for (const [key, { value, position }] of waiting) {
      const { kind, at } = value;
      const event: WindowEvent = {
        kind,
        at,
        subjects: reordered(value.subjects, from.subjects, to.subjects, undefined),
        numbers: reordered(Array.from(value.numbers), from.numbers, to.numbers, Number.NaN),
        flags: reordered(Array.from(value.flags), from.flags, to.flags, 0),
      };
      this.#waiting.keep(key, event, 0, position);
    }
  }
}

function* textsOf(
  head: Head,
  open: Generator<[string, Kept<Subjects>]>,
  waiting: Generator<[string, Kept<WindowEvent>]>,
  suspected: Generator<[string, Kept<true>]>,
): Generator<string> {
  yield JSON.stringify(head);
  for (const batch of inBatches(open)) yield JSON.stringify({ open: batch });
  for (const batch of inBatches(waiting)) yield JSON.stringify({ waiting: batch });
  for (const batch of inBatches(suspected)) yield JSON.stringify({ suspected: batch });
}

function* inBatches<T>(items: Iterable<T>): Generator<T[]> {
  let batch: T[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function parsed(text: string): Part {
  try {
    return JSON.parse(text) as Part;
  } catch {
    throw new WindowSnapshotError('its open events are no JSON');
  }
}

function headOf(part: Partial<Head> & Part): Head {
  const { position, inputs } = part;
  if (position === undefined || inputs === undefined)
    throw new WindowSnapshotError('its open events have no head');
  return { position, inputs };
}

/** Values in the order of other names; JSON has null for what is absent or no number. */
function reordered<T>(
  values: readonly (T | null)[],
  from: readonly string[],
  to: readonly string[],
  absent: T,
): T[] {
  return to.map((name) => values[from.indexOf(name)] ?? absent);
}
