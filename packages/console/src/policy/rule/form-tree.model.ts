import type { FormNode, FormOperand, FormOperator, FormTest, RuleLanguage } from '@fanzha/contract';

export type Group = { readonly kind: 'all' | 'any' | 'not'; readonly parts: readonly FormNode[] };
export type ValueType = 'bool' | 'double' | 'string' | 'list<string>';

/** A group as the form draws it; a single test has none. */
export function groupOf(node: FormNode): Group | undefined {
  if ('all' in node) return { kind: 'all', parts: node.all };
  if ('any' in node) return { kind: 'any', parts: node.any };
  return 'not' in node ? { kind: 'not', parts: [node.not] } : undefined;
}

/** The condition of a group; "not" of several is "not all of them". */
export function nodeOf({ kind, parts }: Group): FormNode {
  if (kind === 'all') return { all: parts };
  if (kind === 'any') return { any: parts };
  const [only] = parts;
  return { not: parts.length === 1 && only !== undefined ? only : { all: parts } };
}

/** The form as it is drawn: always a group at the top. */
export function topOf(node: FormNode): FormNode {
  return groupOf(node) === undefined ? { all: [node] } : node;
}

/** Whether every group holds something and every test is whole, so that it can be asked about. */
export function isWhole(node: FormNode): boolean {
  const group = groupOf(node);
  if (group !== undefined) return group.parts.length > 0 && group.parts.every(isWhole);
  if (!('test' in node)) return false;
  const { left, right } = node.test;
  if ('counter' in left && left.arguments.some((each) => each.trim() === '')) return false;
  if (right === undefined || !('value' in right)) return true;
  return Array.isArray(right.value) ? right.value.length > 0 : true;
}

/** How an operand stands in a list of choices. */
export function operandKey(operand: FormOperand): string {
  if ('fact' in operand) return `fact ${operand.fact}`;
  if ('pack' in operand) return `pack ${operand.pack}`;
  return 'counter' in operand ? `counter ${operand.counter}` : 'value';
}

/** The operand of a choice; a counter begins with empty arguments. */
export function operandOf(key: string, { counters }: RuleLanguage): FormOperand {
  const [kind, name = ''] = key.split(' ');
  if (kind === 'pack') return { pack: name };
  if (kind !== 'counter') return { fact: name };
  const parameters = counters.find((each) => each.name === name)?.parameters ?? [];
  return { counter: name, arguments: parameters.filter(({ optional }) => !optional).map(() => '') };
}

export function typeOf(operand: FormOperand, { facts, packValues }: RuleLanguage): ValueType {
  if ('fact' in operand) return facts.find(({ name }) => name === operand.fact)?.type ?? 'string';
  if ('pack' in operand) return packValues.find(({ name }) => name === operand.pack)?.type ?? 'string';
  return 'double';
}

type Takes = 'nothing' | 'one' | 'several';

export function takesOf(operator: FormOperator, type: ValueType, { formOperators }: RuleLanguage): Takes {
  return formOperators.find((each) => each.operator === operator && each.type === type)?.takes ?? 'one';
}

/** What stands on the right of a new test. */
function firstValue(takes: Takes, type: ValueType): FormOperand | undefined {
  if (takes === 'nothing') return undefined;
  if (takes === 'several') return { value: [] };
  return { value: type === 'double' ? 0 : '' };
}

/** A test with another left side or operator: what still fits of the right side stays. */
export function changedTest(
  test: FormTest,
  change: { readonly left?: FormOperand; readonly operator?: FormOperator },
  language: RuleLanguage,
): FormTest {
  const left = change.left ?? test.left;
  const type = typeOf(left, language);
  const known = language.formOperators.filter((each) => each.type === type);
  const asked = change.operator ?? test.operator;
  const operator = known.some((each) => each.operator === asked) ? asked : (known[0]?.operator ?? 'is');
  const takes = takesOf(operator, type, language);
  const sameType = typeOf(test.left, language) === type;
  const sameTakes = takesOf(test.operator, typeOf(test.left, language), language) === takes;
  const right = sameType && sameTakes ? test.right : firstValue(takes, type);
  return { left, operator, ...(right === undefined ? {} : { right }) };
}
