import { INGRESSES } from '@fanzha/contract';
import Type, { type Static } from 'typebox';

const closed = { additionalProperties: false };
const Texts = Type.Array(Type.String(), { minItems: 1 });
const Range = Type.Tuple([Type.Number({ minimum: 0 }), Type.Number({ minimum: 0 })]);
const Share = Type.Number({ minimum: 0, maximum: 1 });
/** A log-normal amount: half of all are below `median`; `sigma` is the spread of its natural logarithm. */
const Amount = Type.Object(
  { median: Type.Number({ exclusiveMinimum: 0 }), sigma: Type.Number({ minimum: 0, maximum: 3 }) },
  closed,
);

/** Who is called, as shares of the calls; the rest goes to strangers. */
const Callees = Type.Object(
  {
    /** Family and friends, who call back of their own accord. */
    circle: Share,
    /** Somebody called shortly before. */
    again: Share,
    /** Hotlines and banks: a template of the words. */
    service: Type.Optional(Type.Object({ share: Share, numbers: Texts }, closed)),
    /** All strangers live in one area, another for each operation. */
    oneArea: Type.Optional(Type.Literal(true)),
  },
  closed,
);

/** Calls that follow from a call: minutes are counted from its end. */
const CallBack = Type.Object({ missed: Share, answered: Share, afterMinutes: Range }, closed);

/** Those who are taken in: they talk long, and call their bank afterwards. */
const Victims = Type.Object({ share: Share, talkSeconds: Range, bank: Texts, afterMinutes: Range }, closed);

/** How a sort of caller lives. All shares are of calls unless told otherwise. */
export const CallerProfile = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z][a-z-]*$' }),
    title: Type.Object({ 'zh-CN': Type.String(), en: Type.String() }, closed),
    fraud: Type.Boolean(),
    /** Honest: of 100,000 callers. Fraudulent: numbers among 100 fraudulent ones. */
    callers: Type.Number({ minimum: 0 }),
    /** How often an episode of it is drawn by `fanzha simulate`, relative to the scenarios. */
    weight: Type.Number({ exclusiveMinimum: 0 }),
    /** Calls of an episode, and the seconds over which they are spread. */
    episode: Type.Object({ calls: Range, seconds: Range }, closed),
    /** Words whose templates number its callers. */
    numbers: Type.String(),
    /** Numbers of one operation, used in turn; 1 when left out. */
    rotates: Type.Optional(Type.Integer({ minimum: 2, maximum: 64 })),
    /** Where its calls enter; of subscribers of this network device and cell are known. */
    ingress: Type.Array(Type.Enum([...INGRESSES]), { minItems: 1 }),
    trunk: Texts,
    /** Share of its callers that stand in the register of lines. */
    registered: Share,
    /** Share of its callers whose number was an ordinary person's before. */
    aged: Share,
    /** Days for which a fraudulent number calls before it is dropped; to the end when left out. */
    lastsDays: Type.Optional(Type.Integer({ minimum: 1 })),
    callsPerDay: Amount,
    /** Weight of each hour of the day, from 0 to 23, by the clock of the pack. */
    hours: Type.Array(Type.Number({ minimum: 0 }), { minItems: 24, maxItems: 24 }),
    /** Hours in a row of a day in which it calls, chosen among those of weight; all when left out. */
    activeHours: Type.Optional(Type.Integer({ minimum: 1, maximum: 23 })),
    /** Cells that it is seen in during a day. */
    cells: Type.Integer({ minimum: 1, maximum: 24 }),
    /** Its numbers share a device; each has its own when left out. */
    sharesDevice: Type.Optional(Type.Literal(true)),
    callees: Callees,
    answered: Share,
    /** Seconds until somebody answers or the caller gives up. */
    ring: Range,
    talk: Amount,
    callBack: CallBack,
    victims: Type.Optional(Victims),
  },
  closed,
);
export type CallerProfile = Static<typeof CallerProfile>;

/** Section `population` of `simulation/calls.json`. */
export const Population = Type.Object(
  {
    source: Type.String(),
    /** The profile of ordinary life: who is called, and what aged numbers were. */
    ordinary: Type.String(),
    /** Share of honest callers whose number is new: they begin when the frauds do. */
    newcomers: Share,
    /** Areas that people live in, as `calledArea` says them. */
    areas: Texts,
    profiles: Type.Array(CallerProfile, { minItems: 1 }),
  },
  closed,
);
export type Population = Static<typeof Population>;
