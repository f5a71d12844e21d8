import Type, { type Static } from 'typebox';
import { PURPOSES, VerdictName } from './decision.ts';
import { operation } from './operation.ts';
import { problem } from './problem.ts';
import { Instant, LocalizedText } from './shared.ts';

const closed = { additionalProperties: false };

export const purposeRequired = problem(
  'purpose-required',
  422,
  '查看未受怀疑的人须说明目的',
  'Looking at a person who is not suspected needs a stated purpose',
);

export const roleUnknown = problem('role-unknown', 422, '没有这种角色', 'No subject has this role');

/** One counter of a subject as it stands now. */
export const CounterNow = Type.Object(
  {
    name: Type.String({ description: 'as rules write it, e.g. `count("caller", "10m")`' }),
    value: Type.Number(),
    startedAt: Type.String({
      format: 'date-time',
      description: 'counts since then; a window that reaches further back is not full yet',
    }),
  },
  { $id: 'CounterNow', ...closed },
);
export type CounterNow = Static<typeof CounterNow>;

/** An hour of a subject: how it was decided, and the highest that each counter said in it. */
export const SubjectHour = Type.Object(
  {
    at: Instant,
    verdicts: Type.Record(VerdictName, Type.Integer()),
    counters: Type.Record(Type.String(), Type.Number()),
  },
  { $id: 'SubjectHour', ...closed },
);
export type SubjectHour = Static<typeof SubjectHour>;

export const SubjectFeatures = Type.Object(
  {
    role: Type.String(),
    value: Type.String({ description: 'canonical; masked where it is a person who is not suspected' }),
    masked: Type.Boolean(),
    simulated: Type.Boolean({ description: 'only simulated events counted it: these are their counters' }),
    at: Instant,
    counters: Type.Array(CounterNow),
    facts: Type.Record(Type.String(), LocalizedText, {
      description: 'titles of the facts that the counters name',
    }),
    hours: Type.Array(SubjectHour, {
      description: 'of the last seven days, oldest first; quiet hours left out',
    }),
    truncated: Type.Boolean({ description: 'there were more decisions than are read for the hours' }),
  },
  { $id: 'SubjectFeatures', ...closed },
);
export type SubjectFeatures = Static<typeof SubjectFeatures>;

export const subjectsFeatures = operation({
  id: 'subjects.features',
  method: 'POST',
  path: '/v1/subjects/features',
  access: 'decision:read',
  summary: {
    'zh-CN': '一个主体的计数器：现在与最近七天（未受怀疑的人须说明目的，留有记录）',
    en: 'Counters of a subject, now and over seven days (for a person not suspected with a purpose, recorded)',
  },
  body: Type.Object(
    {
      role: Type.String({ minLength: 1, maxLength: 80, description: 'e.g. `caller`' }),
      value: Type.String({
        minLength: 1,
        maxLength: 200,
        description: 'a number, sender or host in any form',
      }),
      purpose: Type.Optional(Type.Enum([...PURPOSES])),
      note: Type.Optional(Type.String({ maxLength: 500 })),
    },
    closed,
  ),
  response: SubjectFeatures,
  errors: [purposeRequired, roleUnknown],
});

/** Counters kept together for one kind of subject or pair. */
export const WindowGroup = Type.Object(
  {
    by: Type.Array(Type.String()),
    counters: Type.Array(Type.String()),
    keys: Type.Integer(),
    bytes: Type.Integer(),
    startedAt: Instant,
  },
  { $id: 'WindowGroup', ...closed },
);

export const EngineWindows = Type.Object(
  {
    budgetBytes: Type.Integer(),
    usedBytes: Type.Integer(),
    keys: Type.Integer(),
    counters: Type.Integer({ description: 'that policies read' }),
    unused: Type.Integer({ description: 'kept for a rollback' }),
    evictions: Type.Integer({ description: 'subjects forgotten for want of memory' }),
    expired: Type.Integer({ description: 'subjects forgotten because no window reaches them' }),
    late: Type.Integer({ description: 'events too late to count' }),
    early: Type.Integer({ description: 'events dated into the future' }),
    open: Type.Integer({ description: 'events that wait for their end' }),
    groups: Type.Array(WindowGroup),
    snapshot: Type.Object(
      {
        restoredFrom: Type.Enum(['newest', 'older', 'journal']),
        lastAt: Type.Optional(Instant),
        lastBytes: Type.Optional(Type.Integer()),
        problem: Type.Optional(Type.String()),
      },
      closed,
    ),
  },
  { $id: 'EngineWindows', ...closed },
);
export type EngineWindows = Static<typeof EngineWindows>;

export const engineWindows = operation({
  id: 'engine.windows',
  method: 'GET',
  path: '/v1/engine/windows',
  access: 'system:read',
  summary: {
    'zh-CN': '计数器：内存、主体数、自何时起计',
    en: 'Counters of the engine: memory by group, subjects, since when each counts',
  },
  response: EngineWindows,
  errors: [],
});
