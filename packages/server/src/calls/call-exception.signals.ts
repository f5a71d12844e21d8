import type { CallAttempt } from '@fanzha/contract';
import type { FactDeclaration, Facts, Signal } from '../engine/index.ts';
import {
  CALL_EXCEPTIONS,
  CALL_PROOFS,
  type CallProofFile,
  claimedExceptions,
  type Evidence,
  provenException,
} from './call-exception.model.ts';
import { type CallNumbers, reached } from './call-number.model.ts';
import type { LineBook, LineFinding } from './line.model.ts';
import { lineQuestion } from './line.signals.ts';
import type { IdentityReader } from './stir/identity.service.ts';

const FACTS: Record<string, FactDeclaration> = {
  'call.exception': {
    type: 'string',
    title: {
      'zh-CN': '境内号码从境外呼入的已证明例外',
      en: 'proven exception for a domestic number that comes from abroad',
    },
    format: 'callException',
    values: CALL_EXCEPTIONS,
  },
  'call.proof': {
    type: 'string',
    title: { 'zh-CN': '例外的证明', en: 'what proves the exception' },
    format: 'callProof',
    values: CALL_PROOFS,
  },
  'call.proofLine': {
    type: 'string',
    title: { 'zh-CN': '作为证明的登记线路', en: 'registered line that proves the exception' },
  },
  'call.exceptionsClaimed': {
    type: 'list<string>',
    title: { 'zh-CN': '声称但未证明的例外', en: 'exceptions claimed and not proven' },
    format: 'callException',
    values: CALL_EXCEPTIONS,
  },
};

export interface ExceptionParts {
  readonly setting: CallProofFile;
  readonly book: LineBook;
  readonly numbersOf: (call: CallAttempt) => CallNumbers;
  readonly identityOf: IdentityReader;
}

/** Whether a domestic number may come in from abroad, by what proof. Nothing is asked about any other call. */
export function createExceptionSignal(version: string, parts: ExceptionParts): Signal {
  const tell = (call: CallAttempt, facts: Facts): void => {
    if (call.ingress !== 'international') return;
    const numbers = parts.numbersOf(call);
    if (!numbers.caller.domestic) return;
    const line = parts.book.find(lineQuestion(call, numbers.caller.canonical, numbers.at));
    const proven = provenException(
      parts.setting.exceptions,
      numbers.caller.kind,
      evidenceOf(call, numbers, line, parts),
    );
    if (proven !== undefined) {
      facts['call.exception'] = proven.code;
      facts['call.proof'] = proven.proof;
      facts['call.proofLine'] = proven.line;
      return;
    }
    const claims = {
      diverted: call.diversion !== undefined,
      foreign: line?.abroad === true,
      signed: call.identity !== undefined,
    };
    facts['call.exceptionsClaimed'] = claimedExceptions(claims);
  };
  return {
    id: 'call-exception',
    version,
    kinds: ['call.attempt'],
    facts: FACTS,
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

function evidenceOf(
  call: CallAttempt,
  numbers: CallNumbers,
  line: LineFinding | undefined,
  { book, identityOf }: ExceptionParts,
): Evidence {
  const { caller, diverting, at } = numbers;
  const identity = () => (call.identity === undefined ? undefined : identityOf(call, numbers));
  const canonical = diverting && reached(diverting);
  const isNode =
    line?.abroad === true && line.authorised && line.standing === 'active' && line.routing === 'right';
  return {
    roaming: call.roaming === true,
    diverted: call.diversion !== undefined,
    diverterRoaming: call.diversionRoaming === true && diverting?.domestic === true,
    attestation: () => {
      const found = identity();
      return found?.state === 'valid' ? found.attestation : undefined;
    },
    diversionSigned: () => {
      const found = identity();
      return found?.state === 'valid' && found.diverted;
    },
    returnTrunk: () => book.findReturn(lineQuestion(call, caller.canonical, at))?.id,
    foreignNode: () => (isNode ? line.id : undefined),
    forwarding: () =>
      canonical === undefined ? undefined : book.findForwarding(lineQuestion(call, canonical, at))?.id,
  };
}
