import type { Term } from './expression-term.model.ts';

type PickTerm = Extract<Term, { op: 'pick' }>;
type QuantifierTerm = Extract<Term, { op: 'quantifier' }>;

/** JavaScript text of a term. `slot` names the local variable that holds a fact; `sizeOf` must be in scope. */
export function codeOf(term: Term, slot: (fact: string) => string): string {
  const code = (part: Term): string => codeOf(part, slot);
  switch (term.op) {
    case 'fact':
      return slot(term.name);
    case 'constant':
      return typeof term.value === 'number' ? `(${term.value})` : JSON.stringify(term.value);
    case 'item':
      return itemName(term.depth);
    case 'list':
      return `[${term.items.map(code).join(',')}]`;
    case 'not':
      return `!${code(term.of)}`;
    case 'negative':
      // A size that is zero has no negative zero.
      return term.type === 'int' ? `(0-${code(term.of)})` : `(-${code(term.of)})`;
    case 'choice':
      return `(${code(term.when)}?${code(term.yes)}:${code(term.no)})`;
    case 'size':
      return term.of.type === 'list' ? `${code(term.of)}.length` : `sizeOf(${code(term.of)})`;
    case 'text':
      return `${code(term.of)}.${term.test}(${code(term.part)})`;
    case 'change':
      return `${code(term.of)}.${term.change}()`;
    case 'quantifier':
      return quantifierCode(term, code);
    case 'pick':
      return pickCode(term, code);
    case 'member':
      return `${code(term.list)}.includes(${code(term.item)})`;
    case 'one-of':
      return `(${term.options.map((option) => `${code(term.item)}===${code(option)}`).join('||') || 'false'})`;
    case 'binary':
      return `(${code(term.left)}${term.sign}${code(term.right)})`;
  }
}

const itemName = (depth: number): string => `i${depth}`;

function quantifierCode(
  { quantifier, depth, list, test }: QuantifierTerm,
  code: (term: Term) => string,
): string {
  const ask = `(${itemName(depth)}=>${code(test)})`;
  if (quantifier === 'exists') return `${code(list)}.some${ask}`;
  return quantifier === 'all' ? `${code(list)}.every${ask}` : `(${code(list)}.filter${ask}.length===1)`;
}

function pickCode({ depth, list, test, to }: PickTerm, code: (term: Term) => string): string {
  const step = (method: string, part: Term | undefined) =>
    part ? `.${method}(${itemName(depth)}=>${code(part)})` : '';
  return `${code(list)}${step('filter', test)}${step('map', to)}`;
}
