import type { CallAttempt } from '@fanzha/contract';
import { type FactDeclaration, loadPackValues, packValueAt, type Signal } from '../engine/index.ts';
import type { Pack } from '../platform/index.ts';
import type { CallNumbers } from './call-number.model.ts';

const trait = (zh: string, en: string): FactDeclaration => ({ type: 'bool', title: { 'zh-CN': zh, en } });

/** Values of the pack that say how long is long, in seconds. */
const [LONG_TALK, SHORT_RING] = ['pack.calls.longTalkSeconds', 'pack.calls.shortRingSeconds'];

/** What counters filter attempts by: facts that are true or false. */
export function createAttemptTraitSignal(version: string, read: (call: CallAttempt) => CallNumbers): Signal {
  return {
    id: 'call-traits',
    version,
    kinds: ['call.attempt'],
    facts: {
      'call.fromAbroad': trait('境外号码自国际入口呼入', 'a foreign number calls from abroad'),
    },
    evaluate: (event) =>
      event.kind === 'call.attempt'
        ? { 'call.fromAbroad': event.ingress === 'international' && read(event).caller.kind === 'foreign' }
        : {},
  };
}

/** What counters filter ends by. Throws when the pack does not say how long is long. */
export function createEndTraitSignal(pack: Pack): Signal {
  const values = loadPackValues(pack);
  const secondsOf = (name: string) => {
    const value = values.find((each) => each.name === name);
    if (!value) throw new Error(`values.json: ${name} is missing`);
    return (at: string): number => Number(packValueAt(value, Date.parse(at)));
  };
  const [long, short] = [secondsOf(LONG_TALK), secondsOf(SHORT_RING)];
  return {
    id: 'call-end-traits',
    version: pack.version,
    kinds: ['call.end'],
    facts: {
      'call.long': trait('通话时间长', 'a long talk'),
      'call.shortRing': trait('振铃极短且未接通', 'rang shortly, and nobody answered'),
    },
    evaluate: (event) =>
      event.kind === 'call.end'
        ? {
            'call.long': event.answered && event.talkSeconds >= long(event.at),
            'call.shortRing': !event.answered && event.ringSeconds <= short(event.at),
          }
        : {},
  };
}
