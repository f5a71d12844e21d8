import type { EventKindName, PolicyFault } from '@fanzha/contract';
import { closest, isReasonCode, type Localized } from '@fanzha/vocabulary';
import type { Rule } from './policy.model.ts';
import type { PolicyWords } from './policy-ground.model.ts';
import { COMPUTED_FORMATS, placeholders } from './reason-text.model.ts';
import type { FactDeclaration } from './signal.model.ts';

/** Most faults that one message names. */
const MAX_FAULTS = 20;

/** Everything wrong with a policy: whose, in which field, at which character, and why. */
export class PolicyError extends Error {
  readonly faults: readonly PolicyFault[];
  /** `fileOf` names the file that a part was read from, where there is one. */
  constructor(
    faults: readonly PolicyFault[],
    fileOf: (fault: PolicyFault) => string | undefined = () => undefined,
  ) {
    const shown = faults.slice(0, MAX_FAULTS).map((fault) => faultText(fault, fileOf(fault)));
    super(`the policy cannot be loaded:\n${shown.map((text) => `  ${text}`).join('\n')}`);
    this.name = 'PolicyError';
    this.faults = faults;
  }
}

/** A fault on one line of English, for logs and the command line. */
export function faultText({ part, id, field, position, message }: PolicyFault, file?: string): string {
  const place = position === undefined ? '' : `, character ${position}`;
  const within = field === '' || field === 'when' ? '' : `, ${field}`;
  return `${file === undefined ? '' : `${file}: `}${part} ${id}${within}${place}: ${message.en}`;
}

export const faultWords = (zh: string, en: string): Localized => ({ 'zh-CN': zh, en });

/** What was probably meant, in words to be put behind a message. */
export function hint(word: string, known: Iterable<string>): Localized {
  const meant = closest(word, known);
  return meant === undefined
    ? faultWords('', '')
    : faultWords(`（是否为 ${meant}？）`, ` (did you mean ${meant}?)`);
}

interface WordFault {
  readonly field: string;
  readonly message: Localized;
}

const withHint = (field: string, zh: string, en: string, meant: Localized): WordFault => ({
  field,
  message: faultWords(`${zh}${meant['zh-CN']}`, `${en}${meant.en}`),
});

/** Checks that a rule's reason, values, fraud type and template fit together; its values have its counters too. */
export function wordFaults(
  rule: Rule,
  words: PolicyWords,
  facts: ReadonlyMap<EventKindName, Readonly<Record<string, FactDeclaration>>>,
  written: readonly string[] = rule.values,
): WordFault[] {
  return [...valueFaults(rule, written, facts), ...fraudTypeFaults(rule, words), ...textFaults(rule, words)];
}

function valueFaults(
  { on }: Rule,
  written: readonly string[],
  facts: ReadonlyMap<EventKindName, Readonly<Record<string, FactDeclaration>>>,
): WordFault[] {
  const faults: WordFault[] = [];
  for (const name of written) {
    for (const kind of on) {
      // A constant of the pack is not among the facts of an event.
      const known = Object.entries(facts.get(kind) ?? {}).flatMap(([fact, { constant }]) =>
        constant === undefined ? [fact] : [],
      );
      if (known.length === 0 || known.includes(name)) continue;
      const zh = `取值 ${name} 不是 ${kind} 已声明的事实`;
      const en = `value ${name} is not a declared fact of ${kind}`;
      faults.push(withHint('values', zh, en, hint(name, known)));
    }
  }
  return faults;
}

function fraudTypeFaults({ fraudType }: Rule, { labels }: PolicyWords): WordFault[] {
  const types = labels.get('fraudType');
  if (fraudType === undefined || types === undefined || types.has(fraudType)) return [];
  const zh = `诈骗类型 ${fraudType} 不在分类表中`;
  const en = `fraud type ${fraudType} is not in the taxonomy`;
  return [withHint('fraudType', zh, en, hint(fraudType, types.keys()))];
}

function textFaults({ reason, values }: Rule, { reasons, labels }: PolicyWords): WordFault[] {
  const said = reasons.get(reason);
  if (!said) {
    const [zh, en] = isReasonCode(reason)
      ? ['没有对应的文字', 'has no text in reasons/']
      : ['不是合法的理由代码', 'is not a reason code'];
    return [
      withHint('reason', `理由 ${reason} ${zh}`, `reason ${reason} ${en}`, hint(reason, reasons.keys())),
    ];
  }
  const faults: WordFault[] = [];
  for (const { fact, format } of [...placeholders(said.text['zh-CN']), ...placeholders(said.text.en)]) {
    if (!values.includes(fact)) {
      const zh = `${reason} 的文字用到 {${fact}}，但规则的取值里没有它`;
      const en = `the text of ${reason} uses {${fact}}, which is not among the rule's values`;
      faults.push({ field: 'values', message: faultWords(zh, en) });
    }
    if (format !== undefined && !COMPUTED_FORMATS.includes(format) && !labels.has(format)) {
      const meant = hint(format, [...COMPUTED_FORMATS, ...labels.keys()]);
      const zh = `${reason} 的文字用到未知格式 ${format}`;
      const en = `the text of ${reason} uses the unknown format ${format}`;
      faults.push(withHint('reason', zh, en, meant));
    }
  }
  return faults;
}
