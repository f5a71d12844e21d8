import { resolve } from 'node:path';
import type { CallAttempt } from '@fanzha/contract';
import { describe, expect, it } from 'vitest';
import { openPack } from '../platform/index.ts';
import { CallProofFile } from './call-exception.model.ts';
import { createExceptionSignal } from './call-exception.signals.ts';
import { createCalls } from './index.ts';
import { createIdentityReader } from './stir/identity.service.ts';
import {
  CALLEE,
  call,
  HEADER,
  NOW,
  numbering,
  numbers,
  setting,
  shaken,
  signer,
  URL_A,
} from './stir/signed-call.fixture.ts';
import { identityOf } from './stir/stir.fixture.ts';

const pack = openPack(resolve(import.meta.dirname, '../../../../packs/cn'));
const CALLER = '8613812345678';
const DIVERTER = '8613700001111';
const signal = createExceptionSignal('1', {
  setting: pack.read('call-proofs.json', CallProofFile),
  book: createCalls({ pack, numbering }).lines,
  numbersOf: numbers,
  identityOf: createIdentityReader(setting),
});
const facts = (identity: string | string[], partial: Partial<CallAttempt> = {}) =>
  signal.evaluate(call(identity, { from: `+${CALLER}`, ingress: 'international', ...partial }), {
    subjects: [],
  });
const signed = (payload: object = {}) => shaken({ orig: { tn: CALLER }, ...payload });
const div = identityOf({
  key: signer.key,
  header: { ...HEADER, ppt: 'div' },
  payload: { dest: { tn: [CALLEE] }, div: { tn: DIVERTER }, iat: NOW, orig: { tn: CALLER } },
  url: URL_A,
  ppt: 'div',
});

describe('a domestic number from abroad', () => {
  it('is domestic traffic where its own network signed for it in full', () => {
    expect(facts(signed())).toEqual({
      'call.exception': 'domestic-traffic',
      'call.proof': 'signature',
      'call.proofLine': '',
    });
  });

  it.each(['B', 'C'])('is not where the signer attests %s: it does not know the caller', (attest) => {
    expect(facts(signed({ attest }))).toEqual({ 'call.exceptionsClaimed': ['domestic-traffic'] });
  });

  it('is diverted where the diversion is signed, and claims it where only a header says so', () => {
    const diverted = { diversion: `+${DIVERTER}` };
    const gateway = signed({ attest: 'C', dest: { tn: [DIVERTER] } });
    expect(facts([gateway, div], diverted)).toMatchObject({
      'call.exception': 'diverted',
      'call.proof': 'signed-diversion',
    });
    expect(facts(signed({ attest: 'C' }), diverted)).toEqual({
      'call.exceptionsClaimed': ['domestic-traffic', 'diverted'],
    });
  });

  it('is none of it where the signature does not hold', () => {
    expect(facts(signed({ iat: NOW - 3600 }))).toEqual({ 'call.exceptionsClaimed': ['domestic-traffic'] });
    expect(facts(signed(), { from: '+8613812345679' })).toEqual({
      'call.exceptionsClaimed': ['domestic-traffic'],
    });
  });
});
