import {
  type BodyOf,
  type EngineWindows,
  purposeRequired,
  roleUnknown,
  type SubjectFeatures,
  type SubjectHour,
  type subjectsFeatures,
} from '@fanzha/contract';
import type { Subject } from '@fanzha/vocabulary';
import { AppError, audit, type Context, inTransaction } from '../platform/index.ts';
import type { CounterValue } from './counting.model.ts';
import { simulatedSubject } from './counting.service.ts';
import type { Decider } from './decider.model.ts';
import { listDecisions, type StoredRow } from './decision.store.ts';
import { type Sealer, type StoredSubject, storedSubject, subjectKey } from './decision-record.model.ts';
import type { EngineCore } from './engine-core.service.ts';
import type { EventKind } from './event.model.ts';
import { declaredFacts } from './policy.service.ts';
import type { FactDeclaration } from './signal.model.ts';

export interface SubjectFeatureParts {
  readonly decider: Decider;
  readonly core: Pick<EngineCore, 'countersOf' | 'groups' | 'status'>;
  readonly sealer: Sealer;
  /** Canonical forms that a text may stand for, the likeliest first. */
  formsOf(text: string): readonly string[];
}

/** What the counters know of a subject, and what they cost. */
export interface SubjectFeatureQueries {
  /** Throws role-unknown, and purpose-required for a person who is not suspected; that look is audited first. */
  features(ctx: Context, asked: BodyOf<typeof subjectsFeatures>): Promise<SubjectFeatures>;
  windows(): Promise<EngineWindows>;
}

const HOUR_MS = 3_600_000;
const REACH_MS = 7 * 24 * HOUR_MS;
/** Decisions that are read for the hours. */
const MAX_DECISIONS = 2000;

export function createSubjectFeatures(parts: SubjectFeatureParts): SubjectFeatureQueries {
  const { decider, sealer, formsOf, core } = parts;
  const declared = declaredFacts(decider.signals);
  return {
    features: async (ctx, { role, value: text, purpose, note }) => {
      const kinds = [...decider.kinds.values()].filter((kind) => kind.roles.includes(role));
      const [kind] = kinds;
      if (kind === undefined) throw new AppError(roleUnknown);
      const now = ctx.clock.now();
      const { value, counters, simulated } = await known(core, role, formsOf(text), now);
      const shown = shownSubject(decider, kind, role, value);
      if (shown.masked) {
        if (purpose === undefined) throw new AppError(purposeRequired);
        const detail = { role, purpose, ...(note === undefined ? {} : { note }) };
        await inTransaction(ctx, (inside) =>
          audit(inside, 'subject.features', subjectKey(value, sealer), detail),
        );
      }
      const filter = {
        kinds: kinds.map(({ name }) => name),
        subjectKeys: [subjectKey(value, sealer)],
        from: now - REACH_MS,
      };
      const rows = await listDecisions(ctx, filter, MAX_DECISIONS + 1);
      const names = counters.map(({ name }) => name);
      return {
        role,
        value: shown.value,
        masked: shown.masked,
        simulated,
        at: new Date(now).toISOString(),
        counters: counters.map(({ startedAt, ...rest }) => ({ ...rest, startedAt: instant(startedAt) })),
        facts: titlesIn(names, declared),
        hours: hoursOf(rows.slice(0, MAX_DECISIONS), shown, names),
        truncated: rows.length > MAX_DECISIONS,
      };
    },
    windows: async () => {
      const { counting, keeper } = core.status();
      const { waiting: _, ...stats } = counting;
      const { restoredFrom, lastAt, lastBytes, problem } = keeper;
      const groups = await core.groups();
      return {
        ...stats,
        groups: groups.map(({ by, counters, startedAt, ...sizes }) => ({
          by: [...by],
          counters: [...counters],
          ...sizes,
          startedAt: instant(startedAt),
        })),
        snapshot: {
          restoredFrom,
          ...(lastAt === undefined ? {} : { lastAt: instant(lastAt) }),
          ...(lastBytes === undefined ? {} : { lastBytes }),
          ...(problem === undefined ? {} : { problem }),
        },
      };
    },
  };
}

const FACT_NAME = /[a-z]\w*(?:\.\w+)+/g;

/** Titles of the facts that counters name, for people who read the counters. */
function titlesIn(
  counters: readonly string[],
  declared: Readonly<Record<string, FactDeclaration>>,
): SubjectFeatures['facts'] {
  const named = new Set(counters.flatMap((counter) => counter.match(FACT_NAME) ?? []));
  return Object.fromEntries(
    [...named].flatMap((name) => {
      const title = declared[name]?.title;
      return title === undefined ? [] : [[name, title]];
    }),
  );
}

const instant = (ms: number): string => new Date(ms).toISOString();

interface Known {
  readonly value: string;
  readonly counters: readonly CounterValue[];
  readonly simulated: boolean;
}

/** The form of a text under which something was counted, really before simulated; the likeliest when nothing was. */
async function known(
  core: Pick<EngineCore, 'countersOf'>,
  role: string,
  forms: readonly string[],
  now: number,
): Promise<Known> {
  const counted = await core.countersOf(role, [...forms, ...forms.map(simulatedSubject)], now);
  const told = counted.map((counters, index) => ({
    value: forms[index % forms.length] ?? '',
    counters,
    simulated: index >= forms.length,
  }));
  const isKnown = ({ counters }: Known) =>
    counters.some(({ name, value }) => value !== 0 && !name.startsWith('since('));
  return told.find(isKnown) ?? told[0] ?? { value: '', counters: [], simulated: false };
}

/** The subject as records show it. */
function shownSubject(decider: Decider, kind: EventKind, role: string, value: string): StoredSubject {
  const subject: Subject = { kind: 'number', role, value };
  return storedSubject(subject, kind, decider.texts.displayNumber);
}

/** Hours of the decisions in which the subject had the role, oldest first. */
function hoursOf(
  rows: readonly StoredRow[],
  { role, value }: StoredSubject,
  names: readonly string[],
): SubjectHour[] {
  const hours = new Map<number, SubjectHour>();
  for (const { record } of rows) {
    const { decision, subjects } = record;
    if (!subjects.some((subject) => subject.role === role && subject.value === value)) continue;
    const at = Math.floor(Date.parse(decision.at) / HOUR_MS) * HOUR_MS;
    const hour = hours.get(at) ?? { at: instant(at), verdicts: {} as SubjectHour['verdicts'], counters: {} };
    hours.set(at, hour);
    hour.verdicts[decision.verdict] = (hour.verdicts[decision.verdict] ?? 0) + 1;
    for (const name of names) {
      const fact = decision.facts[name];
      if (typeof fact === 'number') hour.counters[name] = Math.max(hour.counters[name] ?? fact, fact);
    }
  }
  return [...hours].sort(([a], [b]) => a - b).map(([, hour]) => hour);
}
