import type {
  DecisionDetail,
  DecisionRow,
  DecisionStats,
  decisionsList,
  decisionsStats,
  EventKindName,
  FanzhaEvent,
  ModelPart,
  QueryOf,
} from '@fanzha/contract';
import { notFound } from '@fanzha/contract';
import { parseHost, type Verdict } from '@fanzha/vocabulary';
import {
  AppError,
  audit,
  type Context,
  decodeCursor,
  encodeCursor,
  inTransaction,
} from '../platform/index.ts';
import type { Decider } from './decider.model.ts';
import type { EngineDecision } from './decision.model.ts';
import { type DecisionFilter, findDecision, listDecisions, type StoredRow } from './decision.store.ts';
import {
  decisionId,
  openFields,
  positionOf,
  type Sealer,
  type StoredDecision,
  subjectKey,
  toOpenRecord,
} from './decision-record.model.ts';
import { type DecisionTallies, type Tally, tallyDecisions } from './decision-tally.store.ts';
import type { DecisionViews } from './decision-view.model.ts';
import type { JournalReader } from './journal/journal.model.ts';
import { decodeEntry, type JournalEntry } from './journal-entry.model.ts';
import { decisionLabel } from './label.model.ts';
import { findLabel } from './label.store.ts';
import { declaredFacts } from './policy.service.ts';
import type { Recorder } from './recorder.service.ts';

export interface QueryParts {
  readonly decider: Decider;
  readonly views: DecisionViews;
  readonly journal: JournalReader;
  readonly recorder: Recorder;
  /** Decides as if the event were counted, and keeps nothing. */
  preview(event: FanzhaEvent): Promise<EngineDecision>;
  readonly sealer: Sealer;
  readonly timeZone: string;
  /** Canonical form of a number in any form. */
  readonly numbering: { parse(presented: string): { readonly canonical?: string } };
}

/** Reads what was decided. */
export interface DecisionQueries {
  list(ctx: Context, query: QueryOf<typeof decisionsList>): Promise<{ items: DecisionRow[]; next?: string }>;
  /** Throws not-found. */
  get(ctx: Context, id: string): Promise<DecisionDetail>;
  /** The personal fields; the look and its purpose go into the audit log first. Throws not-found. */
  open(ctx: Context, id: string, purpose: string, note?: string): Promise<Record<string, unknown>>;
  stats(ctx: Context, query: QueryOf<typeof decisionsStats>): Promise<DecisionStats>;
  /** Decides without recording or counting; `id` and `at` may be missing. Throws event-invalid. */
  attempt(ctx: Context, input: unknown): Promise<DecisionDetail>;
}

const DEFAULT_LIMIT = 50;

export function createDecisionQueries(parts: QueryParts): DecisionQueries {
  const { decider, views, sealer, preview } = parts;
  return {
    list: async (ctx, { cursor, limit = DEFAULT_LIMIT, ...filters }) => {
      const after = cursor === undefined ? undefined : readCursor(cursor, ctx);
      const rows = await listDecisions(ctx, readFilter(filters, parts), limit + 1, after);
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      return {
        items: page.map(({ seq, record }) => views.row(decisionId(seq), record)),
        ...(last ? { next: encodeCursor([Date.parse(last.record.decision.at), last.seq]) } : {}),
      };
    },
    get: async (ctx, id) => {
      const found = await find(ctx, id, parts.journal);
      const record = 'entry' in found ? parts.recorder.shown(found.entry) : found.record;
      const label = await findLabel(ctx, found.seq);
      return {
        ...views.detail(id, record, modelParts(found, parts)),
        ...(label ? { labelled: decisionLabel(label) } : {}),
      };
    },
    open: async (ctx, id, purpose, note) => {
      const found = await find(ctx, id, parts.journal);
      const record = 'entry' in found ? parts.recorder.kept(found.entry) : found.record;
      const detail = { purpose, kind: record.decision.kind, ...(note === undefined ? {} : { note }) };
      await inTransaction(ctx, (inside) => audit(inside, 'decision.open', id, detail));
      return openFields(record, sealer);
    },
    stats: (ctx, query) => stats(ctx, query, parts),
    attempt: async (ctx, input) => {
      const given = typeof input === 'object' && input !== null ? input : {};
      const event = decider.parse({ id: 'try', at: ctx.clock.date().toISOString(), ...given }, ctx.locale);
      const kind = decider.kinds.get(event.kind);
      if (!kind) throw new Error(`no such kind of event: ${event.kind}`);
      const facts = declaredFacts(decider.signals);
      const { displayNumber } = decider.texts;
      const decision = await preview(event);
      const record = toOpenRecord({ event, decision, kind, facts, displayNumber });
      return views.detail('try', record, decider.explain(event, decision.facts));
    },
  };
}

function readCursor(cursor: string, ctx: Context): { at: number; seq: number } {
  const [at, seq] = decodeCursor(cursor, ['number', 'number'], ctx.locale) as [number, number];
  // A number that is no time or no position would be an error of the database.
  return {
    at: Number.isFinite(new Date(at).getTime()) ? at : 0,
    seq: Number.isSafeInteger(seq) ? seq : 0,
  };
}

type Filters = Omit<QueryOf<typeof decisionsList>, 'cursor' | 'limit'>;

function readFilter(query: Filters, parts: QueryParts): DecisionFilter {
  const { verdict, subject, from, to, kind, pattern, area, ...same } = query;
  const { sealer, numbering } = parts;
  return {
    ...same,
    // Who names an event wants it whatever its kind.
    ...(query.event !== undefined && kind === undefined ? {} : { kinds: kindsOf(kind, parts) }),
    ...(verdict === undefined ? {} : { verdicts: verdict.split(',') as Verdict[] }),
    ...(subject === undefined ? {} : { subjectKeys: subjectKeys(subject, numbering, sealer) }),
    ...marksOf({ pattern, area }),
    ...(from === undefined ? {} : { from: Date.parse(from) }),
    ...(to === undefined ? {} : { to: Date.parse(to) }),
  };
}

/** What rooms mark decisions with, as `EventKind.mark` writes it. */
function marksOf(wanted: Readonly<Record<string, string | undefined>>): Pick<DecisionFilter, 'marks'> {
  const marks = Object.entries(wanted).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}`],
  );
  return marks.length === 0 ? {} : { marks };
}

/** Kinds to show: the one asked for, else those that get a verdict; what is only recorded would drown them. */
function kindsOf(kind: EventKindName | undefined, { decider }: QueryParts): EventKindName[] {
  if (kind !== undefined) return [kind];
  return [...decider.kinds.values()].filter(({ decided }) => decided).map(({ name }) => name);
}

/** Tokens of everything that a searched text may stand for. */
function subjectKeys(text: string, numbering: QueryParts['numbering'], sealer: Sealer): string[] {
  return subjectForms(text, numbering).map((form) => subjectKey(form, sealer));
}

/** What a text may stand for: a number, a host or link, itself in lower case, itself. */
export function subjectForms(text: string, numbering: QueryParts['numbering']): string[] {
  const trimmed = text.trim();
  const number = numbering.parse(trimmed).canonical ?? trimmed;
  const host = parseHost(trimmed.replace(/^[a-z]+:\/\//i, '').replace(/[/?#:].*$/, ''))?.name ?? trimmed;
  return [...new Set([number, host, trimmed.toLowerCase(), trimmed])];
}

/** A decision as the database keeps it, or as the journal holds it. */
type Found = StoredRow | { readonly seq: number; readonly entry: JournalEntry };

async function find(ctx: Context, id: string, journal: JournalReader): Promise<Found> {
  const seq = positionOf(id);
  if (seq === undefined) throw new AppError(notFound);
  return findFound(ctx, seq, journal);
}

/** The decision at a position of the journal, wherever it is by now. Throws not-found. */
export async function findStored(
  ctx: Pick<Context, 'db'>,
  seq: number,
  journal: Pick<JournalReader, 'get'>,
): Promise<Omit<StoredDecision, 'facts'>> {
  const found = await findFound(ctx, seq, journal);
  return 'entry' in found ? found.entry.decision : found.record.decision;
}

async function findFound(
  ctx: Pick<Context, 'db'>,
  seq: number,
  journal: Pick<JournalReader, 'get'>,
): Promise<Found> {
  const row = await findDecision(ctx, seq);
  if (row) return row;
  // Durable but not yet written to the database, or counted and not listed.
  const found = await journal.get(seq);
  if (!found) throw new AppError(notFound);
  return { seq, entry: decodeEntry(found.payload) };
}

/** What models said, computed again; nothing when the event cannot be unsealed any more or a model has gone. */
function modelParts(found: Found, { decider, sealer }: QueryParts): ModelPart[] {
  try {
    if ('entry' in found) return decider.explain(found.entry.event, found.entry.decision.facts);
    const { event, decision } = found.record;
    const opened = { ...event, ...openFields(found.record, sealer) } as FanzhaEvent;
    return decider.explain(opened, decision.facts);
  } catch {
    return [];
  }
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const PERIODS = {
  '15m': { seconds: 15 * MINUTE, bucket: 30 },
  '1h': { seconds: HOUR, bucket: MINUTE },
  '24h': { seconds: DAY, bucket: 30 * MINUTE },
  '7d': { seconds: 7 * DAY, bucket: 3 * HOUR },
  '30d': { seconds: 30 * DAY, bucket: DAY },
} as const;

async function stats(
  ctx: Context,
  { period = '24h', kind }: QueryOf<typeof decisionsStats>,
  parts: QueryParts,
): Promise<DecisionStats> {
  const { decider, timeZone } = parts;
  const { seconds, bucket } = PERIODS[period as keyof typeof PERIODS];
  // Events may be a little ahead of our clock; see the parser.
  const to = ctx.clock.now() + 10 * MINUTE * 1000;
  const from = ctx.clock.now() - seconds * 1000;
  const filter = { from, to, kinds: kindsOf(kind, parts) };
  const tallies = await tallyDecisions(ctx, filter, bucket, timeZone);
  const titled = (
    group: readonly Tally[],
    title: (code: string) => DecisionStats['reasons'][number]['title'],
  ) => group.map(({ key, count }) => ({ code: key, title: title(key), count }));
  return {
    from: new Date(from).toISOString(),
    to: ctx.clock.date().toISOString(),
    total: tallies.total,
    simulated: tallies.simulated,
    unlisted: tallies.unlisted,
    verdicts: [...tallies.verdicts],
    kinds: [...tallies.kinds],
    channels: [...tallies.channels],
    countries: [...tallies.countries],
    reasons: titled(tallies.reasons, (code) => decider.texts.title(code)),
    fraudTypes: titled(tallies.fraudTypes, (code) => decider.texts.label('fraudType', code)),
    series: seriesOf(tallies, ctx.clock.now(), bucket * 1000),
    bucketSeconds: bucket,
  };
}

/** Every bucket of the period, also the empty ones. */
function seriesOf(
  { series, firstBucket }: DecisionTallies,
  until: number,
  bucketMs: number,
): DecisionStats['series'] {
  const counts = new Map<number, Record<string, number>>();
  for (let at = firstBucket; at <= until; at += bucketMs) counts.set(at, {});
  for (const { at, verdict, count } of series) counts.set(at, { ...counts.get(at), [verdict]: count });
  return [...counts].map(([at, bucket]) => ({ at: new Date(at).toISOString(), counts: bucket }));
}
