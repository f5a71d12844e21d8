import { type CallAttempt, INGRESSES } from '@fanzha/contract';
import {
  DISGUISES,
  NUMBER_FORMS,
  NUMBER_KINDS,
  NUMBER_VALIDITIES,
  type PhoneNumber,
} from '@fanzha/vocabulary';
import type { FactDeclaration, Facts, Signal } from '../engine/index.ts';
import { type CallNumbers, reached } from './call-number.model.ts';

const fact = (
  type: FactDeclaration['type'],
  zh: string,
  en: string,
  format?: string,
  values?: readonly string[],
): FactDeclaration => ({
  type,
  title: { 'zh-CN': zh, en },
  ...(format === undefined ? {} : { format }),
  ...(values === undefined ? {} : { values }),
});

const WHO = {
  caller: ['主叫', 'caller'],
  callee: ['被叫', 'callee'],
  network: ['网络侧主叫', 'network-provided caller'],
} as const;

/** Facts of one number of the call. */
function numberFacts(role: keyof typeof WHO): Record<string, FactDeclaration> {
  const [zh, en] = WHO[role];
  return {
    [`${role}.number`]: fact('string', `${zh}号码`, `${en}: number`, 'number'),
    [`${role}.kind`]: fact('string', `${zh}号码类型`, `${en}: kind of number`, 'numberKind', NUMBER_KINDS),
    [`${role}.validity`]: fact(
      'string',
      `${zh}是否符合编号计划`,
      `${en}: by the number plan`,
      'validity',
      NUMBER_VALIDITIES,
    ),
    [`${role}.domestic`]: fact('bool', `${zh}为境内号码`, `${en}: domestic number`),
    [`${role}.country`]: fact('string', `${zh}所属国家或地区`, `${en}: country or region`, 'country'),
    [`${role}.area`]: fact('string', `${zh}地区`, `${en}: area`, 'area'),
    [`${role}.operator`]: fact('string', `${zh}号段分配给`, `${en}: range given to`, 'operator'),
  };
}

const FACTS: Record<string, FactDeclaration> = {
  'call.ingress': fact('string', '呼入方向', 'where the call enters', 'channel', INGRESSES),
  'call.trunk': fact('string', '中继', 'trunk'),
  'call.carrier': fact('string', '上游运营商', 'carrier that hands the call over'),
  'call.line': fact('string', '线路', 'line'),
  'call.roaming': fact('bool', '归属网络确认在境外漫游', 'home network confirms roaming abroad'),
  'call.originCountry': fact('string', '来话国家或地区', 'country of origin told by the carrier', 'country'),
  'call.calledArea': fact('string', '被叫归属地', 'area that the callee is at home in'),
  'call.diverted': fact('bool', '经过前转', 'diverted'),
  'call.signed': fact('bool', '带 STIR 签名', 'carries a STIR identity'),
  ...numberFacts('caller'),
  'caller.presented': fact('string', '主叫原样', 'caller as presented'),
  'caller.form': fact('string', '主叫书写形式', 'caller: how it was written', undefined, NUMBER_FORMS),
  'caller.callingCode': fact('string', '主叫国家代码', 'caller: country calling code', 'callingCode'),
  'caller.disguise': fact(
    'string',
    '主叫伪装方式',
    'caller: how a short code is disguised',
    'disguise',
    DISGUISES,
  ),
  'caller.disguised': fact('string', '被伪装的号码', 'caller: short code that is imitated', 'number'),
  'caller.resembles': fact(
    'string',
    '形似的短号码',
    'caller: short code that a local number looks like',
    'number',
  ),
  ...numberFacts('callee'),
  ...numberFacts('network'),
  'network.present': fact('bool', '网络提供了主叫', 'the network tells the caller'),
  'network.agrees': fact('bool', '网络侧主叫与显示一致', 'network and presented caller agree'),
};

/** What the number plan and the signalling say about a call: facts `call.*`, `caller.*`, `callee.*`, `network.*`. */
export function createNumberPlanSignal(version: string, read: (call: CallAttempt) => CallNumbers): Signal {
  return {
    id: 'number-plan',
    version,
    kinds: ['call.attempt'],
    facts: FACTS,
    evaluate: (event) => {
      const facts: Facts = {};
      if (event.kind === 'call.attempt') tell(event, read(event), facts);
      return facts;
    },
    tell: (event, _, facts) => {
      if (event.kind === 'call.attempt') tell(event, read(event), facts);
    },
  };
}

const END_FACTS: Record<string, FactDeclaration> = {
  'call.answered': fact('bool', '已接通', 'answered'),
  'call.duration': fact('double', '通话秒数', 'seconds of talk'),
  'call.ringing': fact('double', '振铃秒数', 'seconds of ringing'),
  'call.suspected': fact('bool', '主叫在该次呼叫时可疑', 'the caller was suspected when the call began'),
  'call.cause': fact('string', '释放原因', 'cause of release as told'),
};

/** How a call ended. No rule judges an end; counters of its caller and callee read these facts. */
export function createCallEndSignal(version: string): Signal {
  return {
    id: 'call-end',
    version,
    kinds: ['call.end'],
    facts: END_FACTS,
    evaluate: (event) =>
      event.kind === 'call.end'
        ? {
            'call.answered': event.answered,
            'call.duration': event.talkSeconds,
            'call.ringing': event.ringSeconds,
            'call.cause': event.cause ?? '',
          }
        : {},
  };
}

function tell(call: CallAttempt, { caller, callee, network }: CallNumbers, facts: Facts): void {
  facts['call.ingress'] = call.ingress;
  facts['call.trunk'] = call.trunk ?? '';
  facts['call.carrier'] = call.carrier ?? '';
  facts['call.line'] = call.line ?? '';
  facts['call.roaming'] = call.roaming === true;
  facts['call.originCountry'] = call.originCountry ?? '';
  facts['call.calledArea'] = call.calledArea ?? callee.area ?? '';
  facts['call.diverted'] = call.diversion !== undefined;
  facts['call.signed'] = call.identity !== undefined;
  facts['caller.number'] = caller.canonical ?? caller.presented;
  facts['caller.kind'] = caller.kind;
  facts['caller.validity'] = caller.validity;
  facts['caller.domestic'] = caller.domestic;
  facts['caller.country'] = caller.country ?? '';
  facts['caller.area'] = caller.area ?? '';
  facts['caller.operator'] = caller.operator ?? '';
  facts['caller.presented'] = caller.presented;
  facts['caller.form'] = caller.form;
  facts['caller.callingCode'] = caller.callingCode ?? '';
  facts['caller.disguise'] = caller.disguise?.how ?? '';
  facts['caller.disguised'] = caller.disguise?.target ?? '';
  facts['caller.resembles'] = caller.resembles ?? '';
  facts['callee.number'] = reached(callee) ?? callee.presented;
  facts['callee.kind'] = callee.kind;
  facts['callee.validity'] = callee.validity;
  facts['callee.domestic'] = callee.domestic;
  facts['callee.country'] = callee.country ?? '';
  facts['callee.area'] = callee.area ?? '';
  facts['callee.operator'] = callee.operator ?? '';
  facts['network.present'] = network !== undefined && network.kind !== 'hidden';
  facts['network.agrees'] = network?.canonical !== undefined && network.canonical === caller.canonical;
  if (network !== undefined) tellNetwork(network, facts);
}

function tellNetwork(network: PhoneNumber, facts: Facts): void {
  facts['network.number'] = network.canonical ?? network.presented;
  facts['network.kind'] = network.kind;
  facts['network.validity'] = network.validity;
  facts['network.domestic'] = network.domestic;
  facts['network.country'] = network.country ?? '';
  facts['network.area'] = network.area ?? '';
  facts['network.operator'] = network.operator ?? '';
}
