import type { EventKindName, ModelPart } from '@fanzha/contract';
import type { Verdict } from '@fanzha/vocabulary';
import type { Context } from '../platform/index.ts';
import type { CounterValue } from './counting.model.ts';
import { simulatedSubject } from './counting.service.ts';
import {
  type DecisionFilter,
  listDecisions,
  type SampleFilter,
  type StoredRow,
  sampleDecisions,
} from './decision.store.ts';
import type { DecisionQueries } from './decision-query.service.ts';
import {
  type DecisionRecord,
  decisionId,
  type Sealer,
  type StoredSubject,
  subjectKey,
} from './decision-record.model.ts';
import type { EngineCore } from './engine-core.service.ts';
import type { Facts } from './signal.model.ts';
import { listSnoozes } from './snooze.store.ts';

/** Who took part in a decided event; masked persons are told apart by their token. */
export interface StudiedParty extends StoredSubject {
  readonly token?: string;
}

/** A listed decision as a room looks at it: facts that had their default value are left out. */
export interface StudiedDecision {
  readonly id: string;
  /** Of the event, ms since the epoch. */
  readonly at: number;
  readonly verdict: Verdict;
  readonly simulated: boolean;
  readonly facts: Facts;
  readonly parties: readonly StudiedParty[];
}

/** What a room may ask about a subject, to show people what it did. */
export interface SubjectStudy {
  /** Token by which a canonical value is found and named in the audit log without standing there. */
  tokenOf(value: string): string;
  /** Listed decisions about a canonical value, newest first. Times ms since the epoch. */
  decisions(
    ctx: Context,
    asked: {
      readonly value: string;
      readonly kind: EventKindName;
      readonly from?: number;
      readonly limit: number;
    },
  ): Promise<StudiedDecision[]>;
  /** Listed decisions of all subjects, spread evenly over a time. */
  sample(ctx: Context, filter: SampleFilter): Promise<StudiedDecision[]>;
  /** The counters by a role, of several subjects, as they stand at an instant (ms since the epoch). */
  countersOf(
    role: string,
    values: readonly string[],
    at: number,
    simulated: boolean,
  ): Promise<(readonly CounterValue[])[]>;
  /** What models say of a decision, computed again. Throws not-found. */
  explained(ctx: Context, id: string): Promise<readonly ModelPart[]>;
  /** Ids of the newest snoozes about a canonical value. */
  snoozes(ctx: Context, value: string, limit: number): Promise<readonly string[]>;
  /** Decisions in which no rule spoke: so many of each second are listed. */
  readonly plainRowsPerSecond: number;
}

export interface SubjectStudyParts {
  readonly sealer: Sealer;
  readonly core: Pick<EngineCore, 'countersOf'>;
  readonly queries: Pick<DecisionQueries, 'get'>;
  readonly plainRowsPerSecond: number;
}

export function createSubjectStudy({
  sealer,
  core,
  queries,
  plainRowsPerSecond,
}: SubjectStudyParts): SubjectStudy {
  const tokenOf = (value: string): string => subjectKey(value, sealer);
  const studied = ({ seq, record }: StoredRow): StudiedDecision => ({
    id: decisionId(seq),
    at: Date.parse(record.decision.at),
    verdict: record.decision.verdict,
    simulated: record.decision.simulated,
    facts: record.decision.facts,
    parties: partiesOf(record, tokenOf),
  });
  return {
    tokenOf,
    decisions: async (ctx, { value, kind, from, limit }) => {
      const filter: DecisionFilter = {
        kinds: [kind],
        subjectKeys: [tokenOf(value)],
        ...(from === undefined ? {} : { from }),
      };
      return (await listDecisions(ctx, filter, limit)).map(studied);
    },
    sample: async (ctx, filter) => {
      const rows = await sampleDecisions(ctx, filter);
      // Nobody asks who the others talked to: their tokens are not worth making.
      return rows.map((row) => ({ ...studied({ ...row, record: { ...row.record, keys: [] } }) }));
    },
    countersOf: (role, values, at, simulated) =>
      core.countersOf(role, simulated ? values.map(simulatedSubject) : values, at),
    explained: async (ctx, id) => (await queries.get(ctx, id)).modelParts,
    snoozes: async (ctx, value, limit) => {
      const found = await listSnoozes(ctx, { tokens: [tokenOf(value)], limit }, ctx.clock.now());
      return found.map(({ id }) => id);
    },
    plainRowsPerSecond,
  };
}

/**
 * Puts to each party its token. Tokens of what is not masked can be made; the others belong to the masked, in their
 * order. Where two parties are one and the same there are fewer tokens than parties, and none is guessed.
 */
function partiesOf({ subjects, keys }: DecisionRecord, tokenOf: (value: string) => string): StudiedParty[] {
  if (keys.length === 0) return [...subjects];
  const masked = subjects.filter((subject) => subject.masked);
  const open = new Set(subjects.filter((subject) => !subject.masked).map(({ value }) => tokenOf(value)));
  const hidden = keys.filter((key) => !open.has(key));
  const known = hidden.length === masked.length;
  return subjects.map((subject) => {
    if (!subject.masked) return { ...subject, token: tokenOf(subject.value) };
    const token = known ? hidden[masked.indexOf(subject)] : undefined;
    return token === undefined ? subject : { ...subject, token };
  });
}
