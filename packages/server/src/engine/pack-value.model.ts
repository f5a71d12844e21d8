import type { FactValue } from '@fanzha/contract';
import type { Localized } from '@fanzha/vocabulary';
import Type, { type Static } from 'typebox';
import { defaultFact, type FactDeclaration, type Facts, type FactType, isFactOf } from './signal.model.ts';
import { dayStart } from './zone-time.model.ts';

const closed = { additionalProperties: false };
const Words = Type.Object({ 'zh-CN': Type.String(), en: Type.String() }, closed);
const MAX_TEXT = 200;
const MAX_ITEMS = 1000;

const PackValueEntry = Type.Object(
  {
    title: Words,
    /** In the order of their days; each holds until the next, and the first also before its day. */
    periods: Type.Array(
      Type.Object(
        {
          value: Type.Union([
            Type.Number(),
            Type.Boolean(),
            Type.String({ maxLength: MAX_TEXT }),
            Type.Array(Type.String({ maxLength: MAX_TEXT }), { maxItems: MAX_ITEMS }),
          ]),
          from: Type.String({ format: 'date' }),
          source: Type.String({ minLength: 1 }),
        },
        closed,
      ),
      { minItems: 1 },
    ),
  },
  closed,
);

/** `values.json` of a pack: what rules read as `pack.<name>`. */
export const PackValueFile = Type.Object({ values: Type.Record(Type.String(), PackValueEntry) }, closed);

export type PackValueFile = Static<typeof PackValueFile>;

export interface PackValuePeriod {
  readonly value: FactValue;
  /** Day of the pack's time zone. */
  readonly from: string;
  /** Its first instant, ms since the epoch. */
  readonly at: number;
  readonly source: string;
}

/** A value of the pack that rules can read. */
export interface PackValue {
  /** As rules write it: `pack.night.from`. */
  readonly name: string;
  readonly type: FactType;
  readonly title: Localized;
  readonly periods: readonly PackValuePeriod[];
}

const NAME = /^[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*)*$/;
const TYPES: readonly FactType[] = ['bool', 'double', 'string', 'list<string>'];

/** Reads the entries of `values.json`. Throws an Error that names value and reason. */
export function packValuesOf(file: PackValueFile, timeZone: string): PackValue[] {
  return Object.entries(file.values).map(([key, { title, periods }]) => {
    const name = `pack.${key}`;
    const fault = (reason: string) => new Error(`policy pack values.json: ${key} ${reason}`);
    if (!NAME.test(key)) throw fault('is not a name like night.from');
    const type = TYPES.find((each) => isFactOf(each, periods[0]?.value ?? ''));
    if (type === undefined || periods.some(({ value }) => !isFactOf(type, value))) {
      throw fault('has values of different types');
    }
    if (periods.some(({ from }, index) => index > 0 && from <= (periods[index - 1]?.from ?? ''))) {
      throw fault('has periods that are not in the order of their days');
    }
    return {
      name,
      type,
      title,
      periods: periods.map((period) => ({ ...period, at: dayStart(period.from, timeZone) })),
    };
  });
}

/** The value in force at an instant (ms since the epoch). */
export function packValueAt({ periods, type }: PackValue, at: number): FactValue {
  const period = periods.findLast((each) => each.at <= at) ?? periods[0];
  return period?.value ?? defaultFact(type);
}

/** As a fact: a constant where one value is in force at all times. */
export function packValueFact({ type, title, periods }: PackValue): FactDeclaration {
  const [first, second] = periods;
  return { type, title, ...(first && second === undefined ? { constant: first.value } : {}) };
}

/** Those that change, as they are at an instant. */
export function changingValues(values: readonly PackValue[], at: number): Facts {
  const facts: Facts = {};
  for (const value of values) if (value.periods.length > 1) facts[value.name] = packValueAt(value, at);
  return facts;
}
