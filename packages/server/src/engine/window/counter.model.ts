import type { Localized } from '@fanzha/vocabulary';

/** Functions that rules may use on the history of a subject; `COUNTER_FUNCTIONS` has their arguments. */
export type CounterFunction =
  | 'count'
  | 'distinct'
  | 'sum'
  | 'mean'
  | 'ratio'
  | 'share'
  | 'first_seen'
  | 'last'
  | 'since';

type Parameter = 'by' | 'of' | 'feature' | 'filter' | 'filterA' | 'filterB' | 'window' | 'where';

interface FunctionShape {
  /** Arguments in order; `where` may be left out. */
  readonly parameters: readonly Parameter[];
  readonly title: Localized;
}

/** Every counter function with its arguments in order: for type-checking, completion and the reference. */
export const COUNTER_FUNCTIONS: Readonly<Record<CounterFunction, FunctionShape>> = {
  count: {
    parameters: ['by', 'window', 'where'],
    title: { 'zh-CN': '窗口内的事件数，含本次', en: 'events in the window, this one included' },
  },
  distinct: {
    parameters: ['of', 'by', 'window', 'where'],
    title: { 'zh-CN': '窗口内不同值的个数，含本次', en: 'different values in the window, this one included' },
  },
  sum: {
    parameters: ['feature', 'by', 'window', 'where'],
    title: { 'zh-CN': '窗口内数值之和，含本次', en: 'sum of a number over the window, this event included' },
  },
  mean: {
    parameters: ['feature', 'by', 'window', 'where'],
    title: {
      'zh-CN': '窗口内数值的平均，含本次；没有时为 0',
      en: 'mean of a number over the window, this event included; 0 when there is none',
    },
  },
  ratio: {
    parameters: ['filterA', 'filterB', 'by', 'window', 'where'],
    title: {
      'zh-CN': '窗口内符合甲的事件数除以符合乙的事件数；乙为零时为 0',
      en: 'events with A over events with B in the window; 0 when there is none with B',
    },
  },
  share: {
    parameters: ['filter', 'by', 'window', 'where'],
    title: {
      'zh-CN': '窗口内符合条件的事件所占比例；没有事件时为 0',
      en: 'part of the events in the window that satisfy the filter; 0 when there is no event',
    },
  },
  first_seen: {
    parameters: ['by', 'where'],
    title: {
      'zh-CN': '自首次出现以来的秒数；首次出现时为 0',
      en: 'seconds since the subject was first seen; 0 when it is new',
    },
  },
  last: {
    parameters: ['feature', 'by', 'where'],
    title: {
      'zh-CN': '此前最近一次事件中的数值；没有时为 0',
      en: 'number at the latest earlier event that has it; 0 when there is none',
    },
  },
  since: {
    parameters: ['filter', 'by'],
    title: {
      'zh-CN': '距此前最近一次此类事件的秒数；从未有过时为 1e9',
      en: 'seconds since the latest earlier event of this sort; 1e9 when there never was one',
    },
  },
};

/** What `since` says when there never was such an event: finite, since facts are, and longer than any threshold. */
export const NEVER_SECONDS = 1e9;

/** One counter that a rule asks for. Two specs with one identity (`counterIdentity`) are one counter. */
export interface CounterSpec {
  readonly fn: CounterFunction;
  /** Roles of subjects or names of text facts; sorted, since `a+b` and `b+a` are the same pair. */
  readonly by: readonly string[];
  /**
   * Whose history is read, in the order of `by`, where it is not the one that the event adds to: counted by `callee` and
   * asked of the `caller` says how often who calls now was called. It says what was before this event.
   */
  readonly asked?: readonly string[];
  /** Milliseconds; 0 for `first_seen`, `last` and `since`, which look back as far as the subject is remembered. */
  readonly windowMs: number;
  /** Boolean facts that must all hold; sorted. */
  readonly where: readonly string[];
  /** What the events of `where` are divided by, for `ratio` and `share`. */
  readonly over?: readonly string[];
  readonly of?: readonly string[];
  readonly feature?: string;
  /** Kinds of events that count; empty for all. */
  readonly kinds: readonly string[];
}

/** An argument of a counter function is wrong: which one, and why. */
export class CounterError extends Error {
  readonly field: string;
  readonly reason: Localized;
  /** 0-based position of the argument; -1 when the call itself is wrong. */
  readonly argument: number;
  constructor(field: string, argument: number, reason: Localized) {
    super(`${field}: ${reason.en}`);
    this.name = 'CounterError';
    this.field = field;
    this.argument = argument;
    this.reason = reason;
  }
}

const NAME = /^[a-z][A-Za-z0-9_]*(\.[a-z][A-Za-z0-9_]*)*$/;
const MAX_JOINED = 4;
const WINDOW = /^([1-9][0-9]{0,4})([mhd])$/;
const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
export const MIN_WINDOW_MS = 60_000;
export const MAX_WINDOW_MS = 30 * 86_400_000;

/** Whether a function of a rule is one of the counters. */
export function isCounterFunction(name: string): name is CounterFunction {
  return Object.hasOwn(COUNTER_FUNCTIONS, name);
}

/**
 * Reads a counter from the literal arguments of its call. `kinds` says which kinds of events it counts, none for all:
 * a rule on `call.attempt` that counts answered calls means the kind that knows `call.answered`.
 * Throws CounterError that names the argument.
 */
export function parseCounter(
  fn: CounterFunction,
  args: readonly unknown[],
  kinds: readonly string[] = [],
): CounterSpec {
  const { parameters } = COUNTER_FUNCTIONS[fn];
  const needed = parameters.filter((parameter) => parameter !== 'where').length;
  if (args.length < needed || args.length > parameters.length) {
    const wanted = [...new Set([needed, parameters.length])];
    throw new CounterError(fn, -1, {
      'zh-CN': `${fn}(${parameters.join(', ')}) 需要 ${wanted.join(' 或 ')} 个参数，实有 ${args.length} 个`,
      en: `${fn}(${parameters.join(', ')}) takes ${wanted.join(' or ')} arguments, not ${args.length}`,
    });
  }
  const read = <T>(parameter: Parameter, reader: (text: string, at: number) => T, absent: T): T => {
    const at = parameters.indexOf(parameter);
    return at === -1 || at >= args.length ? absent : reader(textOf(parameter, at, args[at]), at);
  };
  const name = (parameter: Parameter) => read(parameter, (text, at) => [nameOf(parameter, at, text)], []);
  const where = name('where');
  const numerator = [...name('filter'), ...name('filterA'), ...where];
  const of = read('of', (text, at) => joinedOf('of', at, text), []);
  const [feature] = name('feature');
  const { by, asked } = read<Asked>('by', askedOf, { by: [] });
  return {
    fn,
    by,
    ...(asked === undefined ? {} : { asked }),
    windowMs: read('window', windowOf, 0),
    where: unique(numerator),
    ...(fn === 'ratio' || fn === 'share' ? { over: unique([...name('filterB'), ...where]) } : {}),
    ...(of.length > 0 ? { of } : {}),
    ...(feature === undefined ? {} : { feature }),
    kinds: unique(kinds),
  };
}

/**
 * What is counted, as text. The same identity shares one state and keeps its history; another identity starts anew.
 * Thresholds stand outside the counter, so changing them changes nothing here.
 */
export function counterIdentity(spec: CounterSpec): string {
  const parts = [
    ...(spec.of === undefined ? [] : [`of=${spec.of.join('+')}`]),
    ...(spec.feature === undefined ? [] : [`feature=${spec.feature}`]),
    `by=${spec.by.join('+')}`,
    ...(spec.asked === undefined ? [] : [`asked=${spec.asked.join('+')}`]),
    ...(spec.windowMs === 0 ? [] : [`window=${spec.windowMs / 60_000}m`]),
    ...(spec.where.length === 0 ? [] : [`where=${spec.where.join('+')}`]),
    ...(spec.over === undefined ? [] : [`over=${spec.over.join('+')}`]),
    ...(spec.kinds.length === 0 ? [] : [`kinds=${spec.kinds.join('+')}`]),
  ];
  return `${spec.fn === 'share' ? 'ratio' : spec.fn}(${parts.join(',')})`;
}

function textOf(field: string, argument: number, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new CounterError(field, argument, {
    'zh-CN': '必须是写明的文字，如 "caller"',
    en: 'must be a literal text such as "caller"',
  });
}

function nameOf(field: string, argument: number, text: string): string {
  if (NAME.test(text) && text.length <= 80) return text;
  throw new CounterError(field, argument, {
    'zh-CN': `不是名称：${shown(text)}`,
    en: `is not a name: ${shown(text)}`,
  });
}

function joinedOf(field: string, argument: number, text: string): string[] {
  const names = text.split('+').map((part) => nameOf(field, argument, part.trim()));
  if (new Set(names).size === names.length && names.length <= MAX_JOINED) return names.sort();
  throw joinedFault(field, argument);
}

function joinedFault(field: string, argument: number): CounterError {
  return new CounterError(field, argument, {
    'zh-CN': `最多连接 ${MAX_JOINED} 个不同的名称`,
    en: `joins at most ${MAX_JOINED} names, each once`,
  });
}

type Asked = Pick<CounterSpec, 'by' | 'asked'>;

/** `caller`, `caller+callee`, or `callee=caller`: counted by callee, asked of the caller. */
function askedOf(text: string, argument: number): Asked {
  const pairs = new Map<string, string>();
  const parts = text.split('+');
  for (const part of parts) {
    const [name = '', of = name] = part.split(/=(.*)/s, 2).map((each) => each.trim());
    pairs.set(nameOf('by', argument, name), nameOf('by', argument, of));
  }
  if (pairs.size < parts.length || pairs.size > MAX_JOINED) throw joinedFault('by', argument);
  const by = [...pairs.keys()].sort();
  const asked = by.map((name) => pairs.get(name) ?? name);
  return asked.every((name, index) => name === by[index]) ? { by } : { by, asked };
}

/** `10m`, `1h`, `7d` in milliseconds. */
function windowOf(text: string, argument: number): number {
  const [, amount, unit] = WINDOW.exec(text) ?? [];
  const ms = Number(amount) * (UNIT_MS[unit ?? ''] ?? Number.NaN);
  if (ms >= MIN_WINDOW_MS && ms <= MAX_WINDOW_MS) return ms;
  throw new CounterError('window', argument, {
    'zh-CN': `必须是 "1m" 至 "30d" 之间的时长（m 分、h 时、d 天）：${shown(text)}`,
    en: `must be a time from "1m" to "30d" (m, h or d): ${shown(text)}`,
  });
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 40));
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
