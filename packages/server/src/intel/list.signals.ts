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
    const names = Object.keys(roles);
    return {
      id,
      version,
      kinds: [kind],
      facts: Object.fromEntries(Object.entries(roles).map(([role, fact]) => [`lists.${role}`, fact])),
      evaluate: (event, reading) => look(lists, names, reading, event.at),
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

function look(lists: Lists, roles: readonly string[], reading: EventReading, at: string): Facts {
  const facts: Facts = {};
  for (const role of roles) {
    const found = new Set<string>();
    for (const subject of reading.subjects) {
      if (subject.role !== role) continue;
      for (const id of lists.lookUp(subject, at)) found.add(id);
    }
    facts[`lists.${role}`] = [...found];
  }
  return facts;
}
