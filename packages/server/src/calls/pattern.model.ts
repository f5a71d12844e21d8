import Type, { type Static } from 'typebox';

/** Facts of a call by name, as signals tell them. */
export type KnownFacts = Readonly<Record<string, unknown>>;

/** What is declared of a fact, as far as it is asked here. */
export interface DeclaredFact {
  readonly type: string;
  readonly values?: readonly string[] | (() => readonly string[]);
}

const closed = { additionalProperties: false };
const Id = Type.String({ pattern: '^[a-z][a-z0-9-]{0,59}$' });
const Title = Type.Object(
  { 'zh-CN': Type.String({ minLength: 1 }), en: Type.String({ minLength: 1 }) },
  closed,
);
const Source = Type.String({ minLength: 1 });
const Count = Type.Integer({ minimum: 1 });
const Share = Type.Number({ exclusiveMinimum: 0, maximum: 1 });

/** Values of facts, any of which will do: `{"caller.kind": ["mobile", "mvno"]}`. */
const Tests = Type.Record(
  Type.String(),
  Type.Array(Type.Union([Type.String(), Type.Boolean()]), { minItems: 1 }),
);

/** What calls of it look like at the gateway: all of `when` hold and none of `unless`; the first that fits is it. */
const CallPatternEntry = Type.Object(
  {
    id: Id,
    title: Title,
    when: Type.Optional(Tests),
    unless: Type.Optional(Tests),
    /** Its traffic is watched for each country of origin by itself. */
    by: Type.Optional(Type.Literal('country')),
  },
  closed,
);

/** A province, and where its tile stands; `region` is what areas of the number plan name it. */
const AreaEntry = Type.Object(
  {
    code: Type.String({ pattern: '^[A-Z0-9]{1,8}$' }),
    region: Type.String({ minLength: 1 }),
    title: Title,
    column: Count,
    row: Count,
  },
  closed,
);

/** How long counts are kept as fine as they came. */
const TallySetting = Type.Object(
  {
    /** Minutes that counts by trunk, carrier and rule are added up over. */
    sourceSteps: Type.Integer({ minimum: 1, maximum: 60 }),
    /** Trunks and carriers of an hour that are told apart; more are counted together. */
    mostSources: Count,
    minuteDays: Count,
    stepDays: Count,
    hourDays: Count,
    dayDays: Count,
    source: Source,
  },
  closed,
);

/** From when on traffic is said to have moved from one pattern to another; see `displacement.model.ts`. */
export const DisplacementSetting = Type.Object(
  {
    cron: Type.String({ minLength: 9 }),
    windowHours: Type.Array(Type.Integer({ minimum: 1, maximum: 12 }), { minItems: 1, maxItems: 4 }),
    historyDays: Type.Integer({ minimum: 3, maximum: 28 }),
    leastDays: Type.Integer({ minimum: 2, maximum: 28 }),
    chance: Share,
    leastDrop: Count,
    dropShare: Share,
    matchLow: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
    matchHigh: Type.Number({ minimum: 1 }),
    blockedShare: Share,
    blockedHours: Count,
    mergeAbove: Count,
    mostNew: Count,
    overHours: Count,
    quietHours: Count,
    seriesHours: Type.Integer({ minimum: 1, maximum: 240 }),
    source: Source,
  },
  closed,
);
export type DisplacementSetting = Static<typeof DisplacementSetting>;

const EffectSetting = Type.Object(
  {
    mostDays: Type.Integer({ minimum: 1, maximum: 60 }),
    leastMinutes: Count,
    confidence: Type.Number({ exclusiveMinimum: 0.5, exclusiveMaximum: 1 }),
    mostChanges: Count,
    source: Source,
  },
  closed,
);

/** File `call-patterns.json` of a pack. */
export const PatternFile = Type.Object(
  {
    from: Type.String({ format: 'date' }),
    source: Source,
    patterns: Type.Array(CallPatternEntry, { minItems: 1, maxItems: 100 }),
    areas: Type.Array(AreaEntry, { maxItems: 200 }),
    tally: TallySetting,
    displacement: DisplacementSetting,
    effect: EffectSetting,
  },
  closed,
);
export type PatternFile = Static<typeof PatternFile>;
export type CallPattern = PatternFile['patterns'][number];

/** Part of an area file of the number plan: which province each area code is in. */
export const AreaRegions = Type.Object({
  areas: Type.Array(Type.Object({ code: Type.String(), region: Type.String() })),
});

/** Names the pattern of a call by what is known of it. */
export type Classify = (facts: KnownFacts) => string;

/** Combinations of values that are remembered. */
const MOST_KNOWN = 5000;

interface Test {
  /** Place of the fact among those that are asked for. */
  readonly slot: number;
  readonly values: readonly (string | boolean)[];
  readonly wanted: boolean;
}

/**
 * Makes patterns ready: each fact is read once for a call, and what values together mean is remembered. Throws an Error that names pattern and fact where a fact is not declared, has another type or never has a
 * value that is asked for, and where the last pattern is not one that fits every call.
 */
export function compilePatterns(
  patterns: readonly CallPattern[],
  declared: Readonly<Record<string, DeclaredFact>>,
): Classify {
  const names: string[] = [];
  const compiled = patterns.map(({ id, when = {}, unless = {} }) => ({
    id,
    tests: [...testsOf(when, true), ...testsOf(unless, false)].map(({ name, values, wanted }): Test => {
      checkValues(id, name, values, declared[name]);
      if (!names.includes(name)) names.push(name);
      return { slot: names.indexOf(name), values, wanted };
    }),
  }));
  const ids = compiled.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new Error(`call-patterns.json: pattern ${twice} is there twice`);
  const last = compiled.at(-1);
  if (!last || last.tests.length > 0) {
    throw new Error('call-patterns.json: the last pattern must be for all other calls, without conditions');
  }
  const values: unknown[] = names.map(() => undefined);
  const known = new Map<string, string>();
  return (facts) => {
    let key = '';
    for (let slot = 0; slot < names.length; slot++) {
      const value = facts[names[slot] as string];
      values[slot] = value;
      key += `${value}\t`;
    }
    let found = known.get(key);
    if (found === undefined) {
      found = compiled.find(({ tests }) => holds(tests, values))?.id ?? last.id;
      // Facts have few values each; a name that comes from outside must not fill the memory all the same.
      if (known.size < MOST_KNOWN) known.set(key, found);
    }
    return found;
  };
}

function testsOf(tests: Readonly<Record<string, readonly (string | boolean)[]>>, wanted: boolean) {
  return Object.entries(tests).map(([name, values]) => ({ name, values, wanted }));
}

function holds(tests: readonly Test[], values: readonly unknown[]): boolean {
  for (const test of tests) {
    if (test.values.includes(values[test.slot] as string | boolean) !== test.wanted) return false;
  }
  return true;
}

function checkValues(
  pattern: string,
  name: string,
  values: readonly (string | boolean)[],
  fact: DeclaredFact | undefined,
): void {
  const place = `call-patterns.json: pattern ${pattern}, ${name}`;
  if (!fact) throw new Error(`${place}: no such fact of a call`);
  const type = fact.type === 'bool' ? 'boolean' : fact.type;
  const odd = values.find((value) => typeof value !== type);
  if (odd !== undefined) throw new Error(`${place}: ${String(odd)} is no ${fact.type}`);
  const known = Array.isArray(fact.values) ? ['', ...fact.values] : undefined;
  const never = known && values.find((value) => !known.includes(String(value)));
  if (never !== undefined) throw new Error(`${place}: it is never ${String(never)}`);
}
