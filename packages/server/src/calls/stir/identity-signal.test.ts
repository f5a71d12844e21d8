import { expect, it } from 'vitest';
import { newCall } from '../call.fixture.ts';
import { createIdentityReader } from './identity.service.ts';
import { createIdentitySignal } from './identity.signals.ts';
import { call, numbers, setting, shaken } from './signed-call.fixture.ts';

it('tells rules what is proved, and only that there is nothing where a call carries no identity', () => {
  const signal = createIdentitySignal('1', numbers, createIdentityReader(setting));
  const facts = (event: ReturnType<typeof newCall>) => signal.evaluate(event, { subjects: [] });
  expect(facts(newCall())).toEqual({ 'call.identity': 'none' });
  expect(facts(call(shaken()))).toEqual({
    'call.identity': 'valid',
    'call.attestation': 'A',
    'call.identityFault': '',
    'call.signer': '709J',
    'call.diversionSigned': false,
  });
  const undeclared = Object.keys(facts(call('nonsense'))).filter((name) => !(name in signal.facts));
  expect(undeclared).toEqual([]);
});
