import type { CallAttempt } from '@fanzha/contract';
import type { FactDeclaration, Facts, Signal } from '../engine/index.ts';
import type { CallNumbers } from './call-number.model.ts';
import { LINE_ROUTINGS, LINE_VALIDITIES, type LineBook, type LineQuestion } from './line.model.ts';
import type { LineRegisterFile } from './line-setting.model.ts';

/** Kind of the lines that adapters name in `line` of a call. */
const NAMED_KIND = 'voice-line';

type Zh = string;
type En = string;
const fact = (
  type: FactDeclaration['type'],
  [zh, en]: readonly [Zh, En],
  more: Pick<FactDeclaration, 'format' | 'values'> = {},
): FactDeclaration => ({ type, title: { 'zh-CN': zh, en }, ...more });

const factsOf = ({ kinds, uses }: LineRegisterFile): Record<string, FactDeclaration> => ({
  'line.known': fact('bool', ['登记簿中有此线路', 'the register knows the line']),
  'line.id': fact('string', ['线路编号', 'id of the line']),
  'line.kind': fact('string', ['线路类型', 'kind of line'], {
    format: 'lineKind',
    values: kinds.map(({ code }) => code),
  }),
  'line.owner': fact('string', ['线路使用单位', 'owner of the line']),
  'line.use': fact('string', ['登记用途', 'declared use'], { format: 'lineUse', values: uses }),
  'line.standing': fact('string', ['线路状态', 'how the line stands'], {
    format: 'lineStanding',
    values: LINE_VALIDITIES,
  }),
  'line.valid': fact('bool', ['线路在有效期内且未暂停', 'the line is valid at the time and not suspended']),
  'line.expiredDays': fact('double', ['登记已过期天数', 'days since the registration ended']),
  'line.authorised': fact('bool', [
    '主叫是该线路获准显示的号码',
    'the caller is a number that the line may show',
  ]),
  'line.route': fact('string', ['是否由登记的中继进入', 'came by a registered route'], {
    format: 'lineRoute',
    values: LINE_ROUTINGS,
  }),
  'line.withinHours': fact('bool', ['在登记的时段内', 'within the declared hours']),
  'line.unknown': fact('bool', ['呼叫所报线路未登记', 'the call names a line that is not registered']),
  'caller.registered': fact('bool', [
    '主叫为有效登记的企业号码',
    'registered enterprise number, valid, by its route',
  ]),
  'caller.registeredUse': fact('string', ['主叫登记用途', 'declared use of the registered caller'], {
    format: 'lineUse',
    values: uses,
  }),
  'caller.mustBeRegistered': fact('bool', [
    '该类号码应已全部登记',
    'all numbers of this kind are said to be registered',
  ]),
});

/** The question that a call asks of the register. */
export function lineQuestion(call: CallAttempt, caller: string | undefined, at: number): LineQuestion {
  const { line, trunk, carrier } = call;
  return { line, trunk, carrier, caller, at };
}

/** What the register of lines says about a call: facts `line.*` and `caller.registered*`. */
export function createLineSignal(
  version: string,
  setting: LineRegisterFile,
  book: LineBook,
  read: (call: CallAttempt) => CallNumbers,
): Signal {
  const tell = (call: CallAttempt, facts: Facts): void => {
    const { caller, at } = read(call);
    if (book.version === 0) return;
    if (book.mustBeRegistered(caller.canonical, at)) facts['caller.mustBeRegistered'] = true;
    const found = book.find(lineQuestion(call, caller.canonical, at));
    if (found === undefined) {
      if (call.line !== undefined && book.isComplete(NAMED_KIND, at)) facts['line.unknown'] = true;
      return;
    }
    const valid = found.standing === 'active';
    facts['line.known'] = true;
    facts['line.id'] = found.id;
    facts['line.kind'] = found.kind;
    facts['line.owner'] = found.owner;
    facts['line.use'] = found.use;
    facts['line.standing'] = found.standing;
    facts['line.valid'] = valid;
    facts['line.expiredDays'] = found.expiredDays;
    facts['line.authorised'] = found.authorised;
    facts['line.route'] = found.routing;
    facts['line.withinHours'] = found.withinHours;
    const surely =
      found.routing === 'right' || (found.routing === 'open' && call.ingress !== 'international');
    if (!valid || !found.authorised || !surely) return;
    if (call.ingress === 'international' && !found.abroad) return;
    facts['caller.registered'] = true;
    facts['caller.registeredUse'] = found.use;
  };
  return {
    id: 'line-register',
    version,
    kinds: ['call.attempt'],
    facts: factsOf(setting),
    evaluate: (event) => {
      const facts: Facts = {};
      if (event.kind === 'call.attempt') tell(event, facts);
      return facts;
    },
    tell: (event, _, facts) => {
      if (event.kind === 'call.attempt') tell(event, facts);
    },
  };
}
