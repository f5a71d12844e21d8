import type { EventReading, FactDeclaration, Facts, Signal } from '../engine/index.ts';
import type { ListKind, Lists } from './list.model.ts';

/** Facts `lists.<role>`: which lists know the caller, the sender, the links ... of an event. */
export function createListSignals(lists: Lists, version: string): Signal[] {
  /** What a fact may hold grows with every list that is made: a rule may name it from then on. */
  const listFact = (of: ListKind, zh: string, en: string): FactDeclaration => ({
    type: 'list<string>',
    title: { 'zh-CN': zh, en },
    format: 'list',
    values: () => lists.names(of),
  });
  const signal = (
    id: string,
    kind: Signal['kinds'][number],
    roles: Readonly<Record<string, FactDeclaration>>,
  ): Signal => {
    const asked = Object.keys(roles).map((role) => ({ role, fact: `lists.${role}` }));
    return {
      id,
      version,
      kinds: [kind],
      facts: Object.fromEntries(Object.entries(roles).map(([role, fact]) => [`lists.${role}`, fact])),
      evaluate: (event, reading) => look(lists, asked, reading, event.at),
    };
  };
  return [
    signal('lists-call', 'call.attempt', {
      caller: listFact('number', '主叫所在名单', 'lists that know the caller'),
      callee: listFact('number', '被叫所在名单', 'lists that know the callee'),
    }),
    signal('lists-message', 'sms.submit', {
      sender: listFact('number', '发送方所在名单', 'lists that know the sender'),
      recipient: listFact('number', '接收方所在名单', 'lists that know the recipient'),
      link: listFact('host', '链接所在名单', 'lists that know a link'),
    }),
  ];
}

const NOTHING: Facts = {};

/** Nearly nobody is on a list: then nothing is said, and nothing is made. */
function look(
  lists: Lists,
  asked: readonly { readonly role: string; readonly fact: string }[],
  { subjects }: EventReading,
  at: string,
): Facts {
  let facts: Facts | undefined;
  for (const { role, fact } of asked) {
    let found: readonly string[] = [];
    for (const subject of subjects) {
      if (subject.role === role) found = joined(found, lists.lookUp(subject, at));
    }
    if (found.length === 0) continue;
    facts ??= {};
    facts[fact] = [...found];
  }
  return facts ?? NOTHING;
}

function joined(some: readonly string[], more: readonly string[]): readonly string[] {
  if (more.length === 0) return some;
  return some.length === 0 ? more : [...new Set([...some, ...more])];
}
