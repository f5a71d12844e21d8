import type { EventKindName } from '@fanzha/contract';
import Type, { type Static } from 'typebox';
import { engineSection } from './engine-setting.model.ts';

/** Section `overload` of a pack's `engine.json`: what is answered where a decision cannot be recorded in time. */
export const OverloadSetting = Type.Object(
  {
    /** By kind of event: decided and answered all the same, recorded later. Other kinds are asked to come back. */
    failOpen: Type.Record(Type.String(), Type.Boolean()),
    /** How long an inline decision waits for the journal. */
    journalWaitMs: Type.Integer({ minimum: 1, maximum: 60_000 }),
    /** How long it waits for the process that decides before this one decides, without counters. */
    engineWaitMs: Type.Integer({ minimum: 1, maximum: 60_000 }),
    /** Events that may wait for the journal at once. */
    maxUnderWay: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    /** Decisions that are kept until they can be recorded, and the memory that they may take. */
    keepUnrecorded: Type.Integer({ minimum: 0, maximum: 10_000_000 }),
    keepMegabytes: Type.Integer({ minimum: 1, maximum: 4096 }),
    from: Type.String({ format: 'date' }),
    source: Type.String({ minLength: 1 }),
  },
  { additionalProperties: false },
);
export type OverloadSetting = Static<typeof OverloadSetting>;

/** The policy for overload of a pack. Throws an Error that names file, field and reason. */
export function overloadSetting(pack: Parameters<typeof engineSection>[0]): OverloadSetting {
  return engineSection(pack, 'overload', OverloadSetting);
}

/** What was missing when an event was answered unrecorded; stands in the decision's `degraded`. */
export type Lack = 'journal' | 'overload' | 'engine';

/** What the policy for overload did. */
export interface OverloadFigures {
  /** By kind of event and what was missing: answered unrecorded. */
  readonly answered: readonly { readonly kind: string; readonly lack: Lack; readonly count: number }[];
  /** By kind: asked to come back. */
  readonly refused: readonly { readonly kind: string; readonly count: number }[];
  /** Decisions that wait to be recorded. */
  readonly waiting: number;
  /** Decisions that were answered and found no place to wait: they are not recorded. */
  readonly lost: number;
  /** Kinds that are answered all the same. */
  readonly failOpen: readonly string[];
}

/** The kinds that fail open. */
export function kindsOf({ failOpen }: OverloadSetting): string[] {
  return Object.keys(failOpen).filter((kind) => failOpen[kind]);
}

/** Counts what the policy for overload does. */
export class OverloadTally {
  readonly #answered = new Map<string, { kind: EventKindName; lack: Lack; count: number }>();
  readonly #refused = new Map<EventKindName, number>();

  answered(kind: EventKindName, lack: Lack): void {
    const known = this.#answered.get(`${kind} ${lack}`);
    if (known) known.count += 1;
    else this.#answered.set(`${kind} ${lack}`, { kind, lack, count: 1 });
  }

  refused(kind: EventKindName): void {
    this.#refused.set(kind, (this.#refused.get(kind) ?? 0) + 1);
  }

  figures(): Pick<OverloadFigures, 'answered' | 'refused'> {
    return {
      answered: [...this.#answered.values()].map((each) => ({ ...each })),
      refused: [...this.#refused].map(([kind, count]) => ({ kind, count })),
    };
  }
}

/** Figures of two processes together. */
export function together(one: OverloadFigures, other: OverloadFigures): OverloadFigures {
  return {
    answered: [...one.answered, ...other.answered],
    refused: [...one.refused, ...other.refused],
    waiting: one.waiting + other.waiting,
    lost: one.lost + other.lost,
    failOpen: one.failOpen,
  };
}
