import type { CallToSign } from '@fanzha/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../platform/index.ts';
import { newCall } from '../call.fixture.ts';
import type { LineFinding, LineQuestion } from '../line.model.ts';
import { createCallSigner } from './call-signing.service.ts';
import { createIdentityReader } from './identity.service.ts';
import { numbering, numbers, setting } from './signed-call.fixture.ts';
import { certificateUrl, newSigning } from './signing.fixture.ts';

const signing = newSigning();
const key = signing.keys.rotate(['709J']);
const pem = key.chain;
const customerTrunks = [{ trunk: 'bank', numbers: ['861088886'] }];
/** A register: trunk `cc-1` belongs to line l-1; l-2 names no route. Both may show one number. */
const lineOf = (id: string, routing: LineFinding['routing'], authorised: boolean): LineFinding => ({
  id,
  kind: 'call-centre',
  owner: 'o',
  use: 'u',
  standing: 'active',
  expiredDays: 0,
  authorised,
  routing,
  withinHours: true,
  abroad: false,
});
const lines = {
  find: ({ line, trunk, caller }: LineQuestion) => {
    const authorised = caller === '+861066668888';
    if (trunk === 'cc-1') return lineOf('l-1', 'right', authorised);
    return line !== undefined || authorised ? lineOf('l-2', 'open', authorised) : undefined;
  },
};
const parts = { ...signing, certificateUrl, numbering, customerTrunks, lines };
const signer = createCallSigner(parts);
const own: CallToSign = { from: '+861088886666', to: '+8613900001111', ingress: 'access', trunk: 'bank' };

/** Whoever trusts this installation's CA. */
const verify = createIdentityReader({
  ...setting,
  trustAnchors: [pem.slice(pem.indexOf('-----BEGIN', 1))],
  certificates: [{ url: certificateUrl(key), pem }],
});
function found(call: CallToSign, identity: string | string[], at = signing.clock.date().toISOString()) {
  const attempt = newCall({ from: call.from, to: call.to, at, identity });
  return verify(attempt, numbers(attempt));
}

describe('a call that leaves this network', () => {
  it('is vouched for fully where its customer may show the number', () => {
    const signed = signer.sign(own, 'en');
    expect(signed).toMatchObject({ extension: 'shaken', attestation: 'A', basis: 'number-of-customer' });
    expect(found(own, signed.identity)).toEqual({
      state: 'valid',
      attestation: 'A',
      signer: '709J',
      diverted: false,
    });
  });

  it.each([
    ['partly, for a customer with a number nobody checked', { from: '+8613812345678' }, 'B', 'customer'],
    ['not, from a trunk that nobody knows', { trunk: 'other' }, 'C', 'gateway'],
    ['not, when it only passes through', { ingress: 'interconnect' }, 'C', 'gateway'],
    ['not, when it comes from abroad', { ingress: 'international', from: '+81312345678' }, 'C', 'gateway'],
    [
      'fully, for a registered line on its trunk',
      { from: '+861066668888', trunk: 'cc-1' },
      'A',
      'number-of-customer',
    ],
    ['partly, for another number on that trunk', { from: '+8613812345678', trunk: 'cc-1' }, 'B', 'customer'],
    [
      'fully, for a line that the call names',
      { from: '+861066668888', trunk: 'x', line: 'l-2' },
      'A',
      'number-of-customer',
    ],
    [
      'not, for a number of a line that comes by who knows where',
      { from: '+861066668888', trunk: 'x' },
      'C',
      'gateway',
    ],
    ['not, from a number that is assigned to nobody', { from: '+8613000' }, undefined, undefined],
  ] as const)('is vouched for %s', (_, partial, attestation, basis) => {
    const call = { ...own, ...partial };
    if (attestation === undefined) return expect(() => signer.sign(call, 'en')).toThrow(AppError);
    const signed = signer.sign(call, 'en');
    expect(signed).toMatchObject({ attestation, basis });
    expect(found(call, signed.identity)).toMatchObject({ state: 'valid', attestation });
  });

  it('that was signed before and goes on to another number has its diversion signed', () => {
    const moved = { from: own.from, to: '+8613900002222', ingress: 'access', diversion: own.to } as const;
    const first = signer.sign(own, 'en').identity;
    const second = signer.sign(moved, 'en');
    expect(second).toMatchObject({ extension: 'div', basis: 'diversion' });
    expect(found(moved, [first, second.identity])).toMatchObject({ state: 'valid', diverted: true });
    expect(found(moved, first)).toMatchObject({ fault: 'callee-mismatch' });
  });

  it('gets the same identity within a second, whoever asks, and a fresh one after', () => {
    const first = signer.sign(own, 'en').identity;
    expect(signer.sign(own, 'en').identity).toBe(first);
    signing.clock.advance(1000);
    expect(signer.sign(own, 'en').identity).not.toBe(first);
    expect(found(own, signer.sign(own, 'en').identity).state).toBe('valid');
  });

  it('tells where it came from only to those who signed it: one origin id for one trunk', () => {
    const origin = (call: CallToSign) => {
      const [, payload = ''] = signer.sign(call, 'en').identity.split('.');
      return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { origid: string }).origid;
    };
    expect(origin({ ...own, to: '+8613900003333' })).toBe(origin(own));
    expect(origin({ ...own, trunk: 'other' })).not.toBe(origin(own));
  });

  it.each([
    ['whose caller is withheld', { from: 'anonymous' }, /caller/],
    ['whose caller is no number', { from: '+99912' }, /caller/],
    ['whose callee is no number', { to: 'alice' }, /callee/],
    ['that was diverted from nowhere', { diversion: 'x' }, /diverting/],
  ])('%s is not signed, and why is said', (_, partial, reason) => {
    expect(() => signer.sign({ ...own, ...partial }, 'en')).toThrow(reason);
  });

  it('is not signed with a certificate that others cannot fetch or that has no authority', () => {
    const local = createCallSigner({ ...parts, certificateUrl: () => 'http://127.0.0.1:8080/c' });
    expect(() => local.sign(own, 'en')).toThrow(/https/);
    const fresh = newSigning();
    const plain = createCallSigner({ ...parts, keys: fresh.keys });
    expect(() => plain.sign(own, 'zh-CN')).toThrow(/TNAuthList/);
  });

  it('whatever is asked, is signed so that it verifies, or is refused in words', () => {
    const number = fc.oneof(
      fc.string({ maxLength: 30 }),
      fc.stringMatching(/^\+86(13[0-9]{9}|10[1-8][0-9]{7})$/),
      fc.constantFrom('110', '95588', '+8695588', '', 'anonymous'),
    );
    const ingress = fc.constantFrom('international', 'interconnect', 'access');
    fc.assert(
      fc.property(number, number, ingress, (from, to, way) => {
        const call: CallToSign = { from, to, ingress: way, trunk: 'bank' };
        let identity: string;
        try {
          identity = signer.sign(call, 'en').identity;
        } catch (error) {
          return error instanceof AppError;
        }
        return found(call, identity).state === 'valid';
      }),
      { numRuns: 300 },
    );
  });
});
