import type { Localized } from '@fanzha/vocabulary';

/** Something that a model looks at, made of the inputs of one caller. */
export interface Feature {
  readonly name: string;
  readonly title: Localized;
  /** NaN where it is unknown, as where something is divided by nothing. */
  readonly from: (inputs: ArrayLike<number>) => number;
}

/** What a model is given of a caller, and what it makes of that. */
export interface FeatureSpace {
  /** Id of the model over it. */
  readonly id: string;
  readonly title: Localized;
  /** What a caller's inputs are made of, by name, from the columns of a monthly summary. */
  readonly inputs: readonly Feature[];
  /** Made of the inputs. */
  readonly features: readonly Feature[];
}

type Recipe = (inputs: ArrayLike<number>) => number;

/** Recipes over inputs that are named. */
export function recipes<Input extends string>(inputs: readonly Input[]) {
  const of = (input: Input): Recipe => {
    const at = inputs.indexOf(input);
    return (values) => values[at] ?? Number.NaN;
  };
  const get = (part: Input | Recipe): Recipe => (typeof part === 'string' ? of(part) : part);
  return {
    of,
    ratio: (over: Input | Recipe, under: Input | Recipe): Recipe => {
      const [a, b] = [get(over), get(under)];
      return (values) => {
        const divisor = b(values);
        return divisor === 0 ? Number.NaN : a(values) / divisor;
      };
    },
    minus: (left: Input | Recipe, right: Input | Recipe): Recipe => {
      const [a, b] = [get(left), get(right)];
      return (values) => a(values) - b(values);
    },
    plus: (left: Input | Recipe, right: Input | Recipe): Recipe => {
      const [a, b] = [get(left), get(right)];
      return (values) => a(values) + b(values);
    },
    times: (left: Input | Recipe, right: Input | Recipe): Recipe => {
      const [a, b] = [get(left), get(right)];
      return (values) => a(values) * b(values);
    },
    root: (of: Input | Recipe): Recipe => {
      const a = get(of);
      return (values) => Math.sqrt(a(values));
    },
  };
}

/** A feature with its titles. */
export function feature(name: string, zh: string, en: string, from: Recipe): Feature {
  return { name, title: { 'zh-CN': zh, en }, from };
}

/** All features of a caller by the inputs, into `into`. */
export function featuresOf({ features }: FeatureSpace, inputs: ArrayLike<number>, into: Float64Array): void {
  tell(features, inputs, into);
}

/** The inputs of a space from the columns of a monthly summary. */
export function inputsOf({ inputs }: FeatureSpace, columns: ArrayLike<number>): Float64Array {
  const values = new Float64Array(inputs.length);
  tell(inputs, columns, values);
  return values;
}

function tell(features: readonly Feature[], from: ArrayLike<number>, into: Float64Array): void {
  for (let index = 0; index < features.length; index++) {
    const value = (features[index] as Feature).from(from);
    into[index] = Number.isFinite(value) ? value : Number.NaN;
  }
}
