import type { CdrImport, CdrState, CdrWay } from '@fanzha/contract';
import type { Localized } from '@fanzha/vocabulary';

/** An import as it is kept. Times are milliseconds since the epoch. */
export interface ImportRecord {
  readonly id: string;
  readonly source: string;
  readonly way: CdrWay;
  readonly name: string;
  readonly path: string;
  /** The file whose content it takes in, once that is known. */
  readonly file?: string;
  readonly state: CdrState;
  readonly format?: string;
  readonly bytes: number;
  readonly total?: number;
  readonly alreadyRead: number;
  readonly records: number;
  readonly taken: number;
  readonly duplicates: number;
  readonly refused: number;
  readonly kept: number;
  readonly older: number;
  readonly verdicts: Readonly<Record<string, number>>;
  readonly firstAt?: number;
  readonly lastAt?: number;
  /** How long it ran. */
  readonly runMs: number;
  readonly problem?: Localized;
  readonly askedAt: number;
  readonly askedBy: string;
  readonly endedAt?: number;
}

/** Where an import may go from each state; `running` again is another turn, also after the program was started anew. */
const TRANSITIONS: Readonly<Record<CdrState, readonly CdrState[]>> = {
  waiting: ['running', 'cancelled'],
  running: ['running', 'following', 'done', 'failed', 'cancelled'],
  following: ['running', 'cancelled', 'failed'],
  done: ['running'],
  failed: ['waiting', 'running'],
  cancelled: ['waiting'],
};

export function mayBecome(from: CdrState, to: CdrState): boolean {
  return TRANSITIONS[from].includes(to);
}

/** States from which an import may come into a state. */
export function statesBefore(to: CdrState): CdrState[] {
  return (Object.keys(TRANSITIONS) as CdrState[]).filter((from) => mayBecome(from, to));
}

/** What a batch adds to an import. */
export interface ImportStep {
  readonly records: number;
  readonly taken: number;
  readonly duplicates: number;
  readonly refused: number;
  readonly older: number;
  readonly verdicts: Readonly<Record<string, number>>;
  readonly firstAt?: number;
  readonly lastAt?: number;
}

/** As the API shows it. */
export function importView(record: ImportRecord): CdrImport {
  const { path, file, runMs, firstAt, lastAt, askedAt, endedAt, ...shown } = record;
  return {
    ...shown,
    verdicts: { ...shown.verdicts },
    perSecond: runMs === 0 ? 0 : Math.round((record.records * 1000) / runMs),
    askedAt: new Date(askedAt).toISOString(),
    ...timeOf('firstAt', firstAt),
    ...timeOf('lastAt', lastAt),
    ...timeOf('endedAt', endedAt),
  };
}

function timeOf<K extends string>(name: K, at: number | undefined): Partial<Record<K, string>> {
  return at === undefined ? {} : ({ [name]: new Date(at).toISOString() } as Record<K, string>);
}

/** A text with every longer number and every Han name masked: enough to see how a record is built. */
export function maskedRecord(raw: string): string {
  return raw
    .replaceAll(
      /\d{7,}/g,
      (digits) => `${digits.slice(0, 3)}****${digits.length > 10 ? digits.slice(-4) : ''}`,
    )
    .replaceAll(/\p{Script=Han}{2,}/gu, (name) => `${name.slice(0, 1)}＊`);
}
