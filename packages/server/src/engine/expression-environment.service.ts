import { RULE_LIMITS } from '@fanzha/contract';
import { Environment } from '@marcbachmann/cel-js';
import { callText, counterName, counterSignatures } from './expression-counter.service.ts';
import type { FactDeclaration, Facts, FactType } from './signal.model.ts';

type Declared = Readonly<Record<string, FactDeclaration>>;

/** A name before a dot (`caller`), with what stands after it. */
interface Branch {
  readonly ctor: new () => Record<string, unknown>;
  readonly children: Map<string, Branch | string>;
}

/** What the expression that the library runs just now is about. */
export interface Running {
  facts: Facts;
  kinds: readonly string[];
}

/** Facts as they look to the library: `caller.kind` is field `kind` of variable `caller`. */
export interface FactEnvironment {
  readonly env: Environment;
  /** The library's functions see only their arguments; evaluating is synchronous, so one place for the rest is enough. */
  readonly running: Running;
  variables(values: Facts): Record<string, unknown>;
}

const FACT_NAME = /^[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*)*$/;
/** `size()` is an int and facts are doubles: what CEL leaves undefined between the two. */
const MIXED: readonly [string, (a: number, b: number) => number][] = [
  ['+', (a, b) => a + b],
  ['-', (a, b) => a - b],
  ['*', (a, b) => a * b],
  ['/', (a, b) => a / b],
  ['%', (a, b) => a % b],
];

/** Throws an Error for a name that is no identifier or that is both a value and a prefix of another. */
export function createFactEnvironment(facts: Declared): FactEnvironment {
  const limits = { maxDepth: RULE_LIMITS.depth, maxListElements: RULE_LIMITS.characters };
  const env = new Environment({ unlistedVariablesAreDyn: false, limits });
  const root = new Map<string, Branch | string>();
  for (const name of Object.keys(facts)) plant(root, name);
  for (const [name, child] of root) {
    const type = typeof child === 'string' ? typeOf(facts, child) : register(env, name, child, facts);
    env.registerVariable(name, type);
  }
  // CEL leaves it to whole numbers, and rules have few: all facts are doubles.
  env.registerOperator('double % double: double', (a: number, b: number) => a % b);
  env.registerOperator('int == double', (a: bigint, b: number) => Number(a) === b);
  for (const [sign, apply] of MIXED) {
    env.registerOperator(`int ${sign} double: double`, (a: bigint, b: number) => apply(Number(a), b));
    env.registerOperator(`double ${sign} int: double`, (a: number, b: bigint) => apply(a, Number(b)));
  }
  const running: Running = { facts: {}, kinds: [] };
  for (const { fn, signature } of counterSignatures()) {
    env.registerFunction(
      signature,
      (...args: string[]) => running.facts[counterName(callText(fn, args), running.kinds)] ?? 0,
    );
  }
  const fill = (child: Branch | string, values: Facts): unknown => {
    if (typeof child === 'string') return facts[child]?.constant ?? values[child];
    const object = new child.ctor();
    for (const [name, inner] of child.children) object[name] = fill(inner, values);
    return object;
  };
  return {
    env,
    running,
    variables: (values) => Object.fromEntries([...root].map(([name, child]) => [name, fill(child, values)])),
  };
}

function plant(root: Map<string, Branch | string>, name: string): void {
  if (!FACT_NAME.test(name)) throw new Error(`fact name is not dotted identifiers: ${name}`);
  const parts = name.split('.');
  const leaf = parts.pop() ?? '';
  let level = root;
  for (const part of parts) {
    const found = level.get(part) ?? { ctor: class {} as Branch['ctor'], children: new Map() };
    if (typeof found === 'string') throw new Error(`fact ${found} is also the beginning of ${name}`);
    level.set(part, found);
    level = found.children;
  }
  if (level.has(leaf)) throw new Error(`fact ${name} is declared twice or is the beginning of another`);
  level.set(leaf, name);
}

function typeOf(facts: Declared, name: string): FactType {
  return facts[name]?.type ?? 'string';
}

function register(env: Environment, path: string, branch: Branch, facts: Declared): string {
  const fields: Record<string, string> = {};
  for (const [name, child] of branch.children) {
    fields[name] =
      typeof child === 'string' ? typeOf(facts, child) : register(env, `${path}_${name}`, child, facts);
  }
  const type = `Facts_${path}`;
  env.registerType(type, { ctor: branch.ctor, fields });
  return type;
}
