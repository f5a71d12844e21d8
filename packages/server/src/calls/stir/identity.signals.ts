import type { CallAttempt } from '@fanzha/contract';
import type { FactDeclaration, Facts, Signal } from '../../engine/index.ts';
import type { CallNumbers } from '../call-number.model.ts';
import type { IdentityReader } from './identity.service.ts';
import { IDENTITY_STATES } from './identity-check.model.ts';
import { IDENTITY_FAULTS } from './identity-fault.model.ts';

const FACTS: Record<string, FactDeclaration> = {
  'call.identity': {
    type: 'string',
    title: {
      'zh-CN': 'STIR 身份验证结果（valid 只说明号码未被冒用）',
      en: 'STIR identity; valid means not spoofed, nothing more',
    },
    values: IDENTITY_STATES,
  },
  'call.attestation': {
    type: 'string',
    title: { 'zh-CN': '签名方的证明等级', en: 'attestation of the signer' },
    values: ['A', 'B', 'C'],
  },
  'call.identityFault': {
    type: 'string',
    title: { 'zh-CN': '身份验证未通过的原因', en: 'why the identity proves nothing' },
    values: IDENTITY_FAULTS,
  },
  'call.signer': {
    type: 'string',
    title: { 'zh-CN': '签名方的服务商代码', en: 'service provider code of the signer' },
  },
  'call.diversionSigned': {
    type: 'bool',
    title: { 'zh-CN': '前转经过签名验证', en: 'the diversion is signed and verified' },
  },
};

/** What the Identity headers of a call prove: RFC 8224. */
export function createIdentitySignal(
  version: string,
  numbersOf: (call: CallAttempt) => CallNumbers,
  read: IdentityReader,
): Signal {
  const tell = (call: CallAttempt, facts: Facts): void => {
    if (call.identity === undefined) {
      facts['call.identity'] = 'none';
      return;
    }
    const { state, fault, attestation, signer, diverted } = read(call, numbersOf(call));
    facts['call.identity'] = state;
    facts['call.attestation'] = attestation ?? '';
    facts['call.identityFault'] = fault ?? '';
    facts['call.signer'] = signer ?? '';
    facts['call.diversionSigned'] = diverted;
  };
  return {
    id: 'stir',
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
