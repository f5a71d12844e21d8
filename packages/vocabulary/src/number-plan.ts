import Type, { type Static, type TSchema } from 'typebox';

const closed = { additionalProperties: false };
const Digits = Type.String({ pattern: '^[0-9]{1,8}$' });
const Day = Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' });
const Text = Type.Object({ 'zh-CN': Type.String(), en: Type.String() }, closed);

/** What a number is for. `foreign`, `network`, `hidden` and `unknown` come from parsing, the rest from the plan. */
export const NUMBER_KINDS = [
  'mobile',
  'mvno',
  'iot',
  'satellite',
  'fixed',
  'emergency',
  'service',
  'enterprise',
  'call-centre',
  '400',
  '800',
  '700',
  'sms-port',
  'foreign',
  'network',
  'hidden',
  'unknown',
] as const;
export type NumberKind = (typeof NUMBER_KINDS)[number];
const PLANNED_KINDS = NUMBER_KINDS.slice(0, -4);

/**
 * Numbers that begin with `prefix` and have one of `lengths` digits; the longest prefix that fits wins. `short` codes
 * are dialled as they stand: with a country or area code in front they are a disguise. In force from `from` to before
 * `until`, by the time of an event; the plan's first day holds also for events before it. `source` is a key of the plan's
 * `sources`.
 */
const NumberRange = Type.Object(
  {
    prefix: Digits,
    lengths: Type.Array(Type.Integer({ minimum: 2, maximum: 20 }), { minItems: 1 }),
    kind: Type.Enum([...PLANNED_KINDS]),
    operator: Type.Optional(Type.String()),
    status: Type.Optional(Type.Enum(['assigned', 'unassigned'])),
    short: Type.Optional(Type.Boolean()),
    from: Day,
    until: Type.Optional(Day),
    source: Type.String(),
    note: Type.Optional(Type.String()),
  },
  closed,
);
export type NumberRange = Static<typeof NumberRange>;

/** A country's numbering plan without its areas: file `number-plan.json` of a pack. */
export const NumberPlanFile = Type.Object(
  {
    $comment: Type.Optional(Type.String()),
    country: Type.String({ pattern: '^[A-Z]{2}$' }),
    callingCode: Digits,
    /** The day for which numbers are read that are not of an event with a time. */
    asOf: Day,
    /** What local time is ahead of universal time where days begin. */
    utcOffset: Type.String({ pattern: '^[+-][0-9]{2}:[0-9]{2}$' }),
    trunkPrefix: Digits,
    internationalPrefix: Digits,
    sources: Type.Record(Type.String(), Type.Object({ title: Text, date: Day }, closed)),
    operators: Type.Record(Type.String(), Text),
    /** Prefixes of `length` digits that choose a carrier and are followed by the number itself. */
    carrierSelect: Type.Array(
      Type.Object({ prefix: Digits, length: Type.Integer(), source: Type.String() }, closed),
    ),
    /** Kinds that are also written with the trunk prefix. */
    trunkKinds: Type.Array(Type.Enum([...PLANNED_KINDS])),
    /** First digits of subscriber numbers: in use, and reserved for later. */
    subscriber: Type.Object(
      {
        assigned: Digits,
        unassigned: Type.String({ pattern: '^[0-9]{0,8}$' }),
        lengths: Type.Array(Type.Integer({ minimum: 3, maximum: 12 }), { minItems: 1 }),
        source: Type.String(),
      },
      closed,
    ),
    /** Digits without any prefix that begin so are never read as foreign, even where the plan leaves them unassigned. */
    ownPrefixes: Type.Array(Digits),
    /** How a kind is written: sizes of the groups with the separator between, one pattern per length. */
    formats: Type.Record(
      Type.String(),
      Type.String({ pattern: '^[0-9]+([ -][0-9]+)*([|][0-9]+([ -][0-9]+)*)*$' }),
    ),
    ranges: Type.Array(NumberRange, { minItems: 1 }),
  },
  closed,
);

/** Areas with the lengths of their subscriber numbers: file `number-plan/areas.json`; names are in the labels. */
export const AreaFile = Type.Object(
  {
    source: Type.String(),
    from: Day,
    areas: Type.Array(
      Type.Object(
        {
          code: Type.String({ pattern: '^[1-9][0-9]{0,4}$' }),
          lengths: Type.Array(Type.Integer({ minimum: 3, maximum: 12 }), { minItems: 1 }),
          region: Type.String(),
        },
        closed,
      ),
      { minItems: 1 },
    ),
  },
  closed,
);

/**
 * Country codes that exist (ITU-T E.164): file `country-codes.json`. `countries` has the main one first. `structure`
 * says what digits after the code are impossible by the plan's build, whatever is assigned.
 */
export const CountryCodeFile = Type.Object(
  {
    source: Type.Object({ title: Text, date: Day }, closed),
    codes: Type.Array(
      Type.Object(
        {
          code: Type.String({ pattern: '^[1-9][0-9]{0,2}$' }),
          use: Type.Enum(['geographic', 'satellite', 'network', 'service']),
          countries: Type.Optional(Type.Array(Type.String({ pattern: '^[A-Z]{2}$' }), { minItems: 1 })),
          title: Type.Optional(Text),
          lengths: Type.Optional(Type.Array(Type.Integer({ minimum: 1, maximum: 15 }))),
          structure: Type.Optional(Type.String({ maxLength: 200 })),
        },
        closed,
      ),
      { minItems: 1 },
    ),
  },
  closed,
);

/** Everything that parsing rests on. */
export interface NumberPlan {
  readonly national: Static<typeof NumberPlanFile>;
  readonly areas: Static<typeof AreaFile>['areas'];
  readonly countryCodes: Static<typeof CountryCodeFile>['codes'];
}

/** Anything that reads a checked JSON file: a policy pack. */
export interface PlanReader {
  read<S extends TSchema>(file: string, schema: S): Static<S>;
}

/** Reads the numbering plan of a pack. Throws when a file is missing, does not fit, or a range names no known source. */
export function readNumberPlan(pack: PlanReader): NumberPlan {
  const national = pack.read('number-plan.json', NumberPlanFile);
  const stray = national.ranges.find(
    ({ source, operator }) =>
      !(source in national.sources) || (operator !== undefined && !(operator in national.operators)),
  );
  if (stray) throw new Error(`number-plan.json: range ${stray.prefix} names an unknown source or operator`);
  return {
    national,
    areas: pack.read('number-plan/areas.json', AreaFile).areas,
    countryCodes: pack.read('country-codes.json', CountryCodeFile).codes,
  };
}
