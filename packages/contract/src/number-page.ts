import { NUMBER_KINDS, NUMBER_VALIDITIES } from '@fanzha/vocabulary';
import Type, { type Static } from 'typebox';
import { ModelPart, PURPOSES, SubjectView, VerdictName } from './decision.ts';
import { LINE_STANDINGS, LineHours, LineId } from './line.ts';
import { operation } from './operation.ts';
import { Instant, LocalizedText } from './shared.ts';
import { purposeRequired } from './subject-features.ts';

const closed = { additionalProperties: false };
/** Numbers stand in bodies and never in addresses, which are logged. */
const Asked = Type.String({ minLength: 1, maxLength: 200, description: 'a number in any form' });
const Coded = Type.Object({ code: Type.String(), title: LocalizedText }, closed);

/** What a number is in the number plan. */
export const NumberPlanView = Type.Object(
  {
    value: Type.String({ description: 'canonical, or as it was asked for where nothing reads it' }),
    display: Type.String(),
    kind: Type.Object({ code: Type.Enum([...NUMBER_KINDS]), title: LocalizedText }, closed),
    validity: Type.Object({ code: Type.Enum([...NUMBER_VALIDITIES]), title: LocalizedText }, closed),
    domestic: Type.Boolean(),
    country: Type.Optional(Type.String({ description: 'ISO 3166-1 alpha-2' })),
    callingCode: Type.Optional(Type.String()),
    area: Type.Optional(Coded),
    operator: Type.Optional(
      Type.Object(
        { code: Type.String(), title: LocalizedText },
        { ...closed, description: 'that the range was given to; the number may have been ported' },
      ),
    ),
    range: Type.Optional(
      Type.Object(
        {
          prefix: Type.String(),
          from: Type.String({ format: 'date', description: 'day from which the plan counts it so' }),
          until: Type.Optional(
            Type.String({ format: 'date', description: 'first day on which it no longer does' }),
          ),
          assigned: Type.Boolean(),
          source: LocalizedText,
          sourceDate: Type.String({ format: 'date' }),
          note: Type.Optional(Type.String()),
        },
        { ...closed, description: 'of the plan that it falls into; landlines have an area instead' },
      ),
    ),
    disguise: Type.Optional(
      Type.Object(
        { how: Type.String(), title: LocalizedText, target: Type.String() },
        { ...closed, description: 'short code made to look like another number' },
      ),
    ),
    resembles: Type.Optional(Type.String({ description: 'short code that a local number looks like' })),
  },
  { $id: 'NumberPlanView', ...closed },
);
export type NumberPlanView = Static<typeof NumberPlanView>;

/** A registered line that may show the number. */
export const NumberLine = Type.Object(
  {
    id: LineId,
    kind: Coded,
    owner: Type.String(),
    use: Coded,
    standing: Type.Enum([...LINE_STANDINGS]),
    validFrom: Type.String({ format: 'date' }),
    validUntil: Type.Optional(Type.String({ format: 'date', description: 'last day' })),
    hours: Type.Array(LineHours, { description: 'empty: at all hours' }),
    timeZone: Type.String(),
  },
  { $id: 'NumberLine', ...closed },
);
export type NumberLine = Static<typeof NumberLine>;

export const NumberView = Type.Object(
  {
    plan: NumberPlanView,
    at: Instant,
    lines: Type.Optional(
      Type.Array(NumberLine, {
        description: 'registered lines that may show it; left out without line:read',
      }),
    ),
    moreLines: Type.Boolean(),
  },
  { $id: 'NumberView', ...closed },
);
export type NumberView = Static<typeof NumberView>;

export const numbersView = operation({
  id: 'numbers.view',
  method: 'POST',
  path: '/v1/numbers/view',
  access: 'decision:read',
  summary: {
    'zh-CN': '一个号码：编号计划中的含义与登记的线路',
    en: 'A number: what it is in the number plan, and whose registered line it is',
  },
  body: Type.Object({ number: Asked }, closed),
  response: NumberView,
  errors: [],
});

const Quantiles = Type.Object(
  {
    p10: Type.Number(),
    p25: Type.Number(),
    p50: Type.Number(),
    p75: Type.Number(),
    p90: Type.Number(),
  },
  { $id: 'NumberQuantiles', ...closed },
);
export type NumberQuantiles = Static<typeof Quantiles>;

/** What a caller does, beside others of its kind. */
export const NumberBehaviour = Type.Object(
  {
    at: Instant,
    simulated: Type.Boolean({
      description: 'it is known from simulated calls, and compared with such callers',
    }),
    peers: Type.Object(
      {
        kind: Coded,
        callers: Type.Integer({ description: 'that it is compared with' }),
        from: Instant,
        decisions: Type.Integer({ description: 'listed decisions that these callers were drawn from' }),
        sampled: Type.Boolean({
          description: 'not every call of the time was looked at: who calls more is more likely among them',
        }),
        enough: Type.Boolean({ description: 'with fewer callers nothing is compared' }),
      },
      closed,
    ),
    counters: Type.Array(
      Type.Object(
        {
          name: Type.String({ description: 'as rules write it' }),
          value: Type.Number(),
          below: Type.Number({ description: 'share of the others that have less, 0 to 1' }),
          above: Type.Number({ description: 'share of the others that have more, 0 to 1' }),
          others: Quantiles,
        },
        closed,
      ),
      { description: 'counters by caller, now; empty when there are too few to compare with' },
    ),
    hours: Type.Array(
      Type.Object(
        {
          at: Instant,
          callers: Type.Integer(),
          counters: Type.Record(Type.String(), Quantiles),
        },
        closed,
      ),
      {
        description: 'of the last seven days: what the counters of the others said in their calls of an hour',
      },
    ),
    scores: Type.Array(Type.Object({ at: Instant, score: Type.Number() }, closed), {
      description: 'by hour, the highest probability of fraud that the model of conduct gave',
    }),
    model: Type.Optional(
      Type.Object(
        { decision: Type.String(), at: Instant, part: ModelPart },
        { ...closed, description: 'its newest call that the model of conduct judged' },
      ),
    ),
  },
  { $id: 'NumberBehaviour', ...closed },
);
export type NumberBehaviour = Static<typeof NumberBehaviour>;

export const numbersBehaviour = operation({
  id: 'numbers.behaviour',
  method: 'POST',
  path: '/v1/numbers/behaviour',
  access: 'decision:read',
  summary: {
    'zh-CN': '一个主叫号码的行为，与同类号码相比',
    en: 'Conduct of a caller, compared with others of its kind',
  },
  body: Type.Object({ number: Asked }, closed),
  response: NumberBehaviour,
  errors: [],
});

/** Another number of calls with one, over the days that were looked at. */
export const NumberContact = Type.Object(
  {
    subject: SubjectView,
    calls: Type.Integer({ description: 'listed ones' }),
    first: Instant,
    last: Instant,
    decision: Type.String({
      description: 'newest of them: its personal fields are opened there, with a purpose',
    }),
    verdict: VerdictName,
  },
  { $id: 'NumberContact', ...closed },
);
export type NumberContact = Static<typeof NumberContact>;

const Contacts = Type.Object(
  { total: Type.Integer({ description: 'different numbers' }), items: Type.Array(NumberContact) },
  closed,
);

export const NumberContacts = Type.Object(
  {
    from: Instant,
    to: Instant,
    decisions: Type.Integer({ description: 'listed decisions that were read' }),
    truncated: Type.Boolean({ description: 'there were more than are read' }),
    plainRowsPerSecond: Type.Integer({
      description:
        'of calls in which no rule spoke, so many of each second are listed; the rest is only counted',
    }),
    called: Contacts,
    calledBy: Type.Optional(Contacts),
  },
  { $id: 'NumberContacts', ...closed },
);
export type NumberContacts = Static<typeof NumberContacts>;

export const numbersContacts = operation({
  id: 'numbers.contacts',
  method: 'POST',
  path: '/v1/numbers/contacts',
  access: 'decision:read',
  summary: {
    'zh-CN': '一个号码与谁通话：被叫已遮蔽；谁呼叫了它，须说明目的（留有记录）',
    en: 'With whom a number has calls: called people masked; who called it only for a purpose (recorded)',
  },
  body: Type.Object(
    {
      number: Asked,
      days: Type.Optional(Type.Integer({ minimum: 1, maximum: 90, default: 30 })),
      order: Type.Optional(Type.Enum(['most', 'latest'], { default: 'most' })),
      incoming: Type.Optional(
        Type.Boolean({ description: 'also who called it: the number is looked at as a person then' }),
      ),
      purpose: Type.Optional(Type.Enum([...PURPOSES])),
      note: Type.Optional(Type.String({ maxLength: 500 })),
    },
    closed,
  ),
  response: NumberContacts,
  errors: [purposeRequired],
});

/** One act about a number, from the audit log. */
export const NumberAct = Type.Object(
  {
    seq: Type.Integer(),
    at: Instant,
    by: Type.String(),
    action: Type.String({ description: '`noun.verb` as the audit log has it' }),
    target: Type.Optional(Type.String()),
    about: Type.Enum(['decision', 'snooze', 'list', 'line', 'look']),
    detail: Type.Record(Type.String(), Type.String(), {
      description: 'outcome, list, rule, purpose, reason ...',
    }),
  },
  { $id: 'NumberAct', ...closed },
);
export type NumberAct = Static<typeof NumberAct>;

export const numbersActs = operation({
  id: 'numbers.acts',
  method: 'POST',
  path: '/v1/numbers/acts',
  access: 'decision:read',
  summary: {
    'zh-CN': '对一个号码做过什么，最新在前；只列有权看到的',
    en: 'What was done about a number, newest first; only what whoever asks may read',
  },
  body: Type.Object({ number: Asked }, closed),
  response: Type.Object(
    {
      items: Type.Array(NumberAct),
      truncated: Type.Boolean(),
      decisions: Type.Integer({ description: 'newest listed decisions whose acts were looked for' }),
    },
    closed,
  ),
  errors: [],
});
