import type { CallAttempt } from '@fanzha/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newCall } from '../call.fixture.ts';
import { createIdentityReader } from './identity.service.ts';
import {
  CALLEE,
  CALLER,
  call,
  chain,
  find,
  HEADER,
  NOW,
  numbers,
  PAYLOAD,
  root,
  setting,
  shaken,
  signer,
  URL_A,
} from './signed-call.fixture.ts';
import { der, entry, identityOf, issue } from './stir.fixture.ts';

const faultOf = (identity: string | string[], partial?: Partial<CallAttempt>) =>
  find(call(identity, partial)).fault;
const div = (from: string, to: string, partial: object = {}) =>
  identityOf({
    key: signer.key,
    header: { ...HEADER, ppt: 'div' },
    payload: { dest: { tn: [to] }, div: { tn: from }, iat: NOW, orig: { tn: CALLER }, ...partial },
    url: URL_A,
    ppt: 'div',
  });

describe('an identity that holds', () => {
  it.each(['A', 'B', 'C'])('tells attestation %s and who signed', (attest) => {
    expect(find(call(shaken({ attest })))).toEqual({
      state: 'valid',
      attestation: attest,
      signer: '709J',
      diverted: false,
    });
  });

  it('may be written with quotes, blanks and its name in front', () => {
    const value = shaken().replace(';info', ' ; info').replace('ppt=shaken', 'PPT="shaken"');
    expect(find(call(`Identity: ${value}`)).state).toBe('valid');
  });

  it('may be compact: what is signed is put together from the request', () => {
    const header = { alg: 'ES256', typ: 'passport', x5u: URL_A };
    const payload = { dest: { tn: [CALLEE] }, iat: NOW - 5, orig: { tn: CALLER } };
    const value = identityOf({ key: signer.key, header, payload, url: URL_A, compact: true });
    const sipDate = '2026-11-23T09:59:55Z';
    expect(find(call(value, { sipDate }))).toEqual({ state: 'valid', signer: '709J', diverted: false });
    expect(faultOf(value)).toBe('signature-wrong');
    expect(faultOf(`${value};ppt=shaken`, { sipDate })).toBe('extension-mismatch');
  });

  it('may come with headers of extensions that nobody here knows', () => {
    const other = identityOf({ key: signer.key, url: URL_A, ppt: 'rcd' });
    expect(find(call([other, shaken()])).state).toBe('valid');
    expect(faultOf(other)).toBe('extension-unsupported');
  });

  it('may name a certificate that the pack has', () => {
    const known = createIdentityReader({ ...setting, certificates: [{ url: URL_A, pem: chain(signer) }] });
    const attempt = call(shaken(), { certificates: [] });
    expect(known(attempt, numbers(attempt)).state).toBe('valid');
    expect(find(attempt)).toMatchObject({ state: 'unchecked', fault: 'certificate-missing' });
  });

  it('proves nothing where the country trusts nobody, and costs nothing where there is none', () => {
    const nobody = createIdentityReader({ ...setting, trustAnchors: [] });
    const attempt = call(shaken());
    expect(nobody(attempt, numbers(attempt))).toMatchObject({
      state: 'unchecked',
      fault: 'no-trust-anchors',
    });
    expect(find(newCall()).state).toBe('none');
  });
});

describe('a diverted call', () => {
  const [first, second] = ['8613900002222', '8613900003333'];

  it('is proved when every diversion leads on to the next, in whatever order they come', () => {
    const base = shaken({ dest: { tn: [first] } });
    const expected = { state: 'valid', attestation: 'A', diverted: true };
    expect(find(call([div(second, CALLEE), base, div(first, second)]))).toMatchObject(expected);
  });

  it('is not when a link is missing, leads elsewhere, or speaks for another caller', () => {
    const base = shaken({ dest: { tn: [first] } });
    expect(faultOf(base)).toBe('callee-mismatch');
    expect(faultOf([base, div(second, CALLEE)])).toBe('diversion-broken');
    expect(faultOf([base, div(first, second)])).toBe('callee-mismatch');
    expect(faultOf([base, div(first, CALLEE, { orig: { tn: '12155559999' } })])).toBe('diversion-broken');
    expect(faultOf([div(first, CALLEE)])).toBe('identity-missing');
    expect(faultOf([base, div(first, CALLEE, { iat: NOW - 61 })])).toBe('stale');
  });

  it('needs a certificate that may speak for the number diverted from', () => {
    const small = issue({ name: 'Small', by: root, authority: der(0x30, entry.number(CALLER)) });
    const url = 'https://small.example/s.pem';
    const value = identityOf({
      key: small.key,
      header: { ...HEADER, ppt: 'div', x5u: url },
      payload: { dest: { tn: [CALLEE] }, div: { tn: first }, iat: NOW, orig: { tn: CALLER } },
      url,
      ppt: 'div',
    });
    const certificates = [
      { url: URL_A, pem: chain(signer) },
      { url, pem: small.pem },
    ];
    expect(faultOf([shaken({ dest: { tn: [first] } }), value], { certificates })).toBe(
      'number-not-authorised',
    );
  });
});

describe('a token that is refused', () => {
  const repeated = `{"attest":"C",${JSON.stringify(PAYLOAD).slice(1)}`;
  const payloadText = (payload: string) =>
    identityOf({ key: signer.key, header: HEADER, payload, url: URL_A, ppt: 'shaken' });
  const at = (url: string) =>
    identityOf({ key: signer.key, header: { ...HEADER, x5u: url }, payload: PAYLOAD, url, ppt: 'shaken' });

  it.each([
    ['a second old too many', shaken({ iat: NOW - 61 }), 'stale'],
    ['from the future', shaken({ iat: NOW + 61 }), 'from-future'],
    ['of the year 1970', shaken({ iat: 0 }), 'stale'],
    ['before 1970', shaken({ iat: -1 }), 'claims-malformed'],
    ['for another caller', shaken({ orig: { tn: '12155550000' } }), 'caller-mismatch'],
    ['for another callee', shaken({ dest: { tn: ['8613900009999'] } }), 'callee-mismatch'],
    ['with a number that is not canonical', shaken({ orig: { tn: `+${CALLER}` } }), 'claims-malformed'],
    ['with the numbers as text', shaken({ orig: `{"tn":"${CALLER}"}` }), 'claims-malformed'],
    ['with one number where a list belongs', shaken({ dest: { tn: CALLEE } }), 'claims-malformed'],
    ['without attestation', shaken({ attest: undefined }), 'claims-malformed'],
    ['with attestation D', shaken({ attest: 'D' }), 'claims-malformed'],
    ['with an origid that is no UUID', shaken({ origid: 'ref' }), 'claims-malformed'],
    ['with a member twice', payloadText(repeated), 'passport-malformed'],
    [
      'with a member twice, one escaped',
      payloadText(repeated.replace('attest', '\\u0061ttest')),
      'passport-malformed',
    ],
    ['that is no JSON', payloadText('{'), 'passport-malformed'],
    ['without signature algorithm', shaken({}, { alg: 'none' }), 'algorithm-refused'],
    ['signed with a shared secret', shaken({}, { alg: 'HS256' }), 'algorithm-refused'],
    ['of another algorithm by its parameter', shaken().replace('ES256', 'RS256'), 'algorithm-refused'],
    ['of another type', shaken({}, { typ: 'JWT' }), 'passport-header-refused'],
    ['with a key of its own', shaken({}, { jwk: {} }), 'passport-header-refused'],
    ['whose extension is not in the header', shaken().replace(';ppt=shaken', ''), 'extension-mismatch'],
    ['whose certificate is elsewhere', shaken({}, { x5u: 'https://other.example/' }), 'url-mismatch'],
    ['with a parameter twice', `${shaken()};alg=ES256`, 'header-malformed'],
    ['without info', shaken().replace(/;info=<.*?>/, ''), 'header-malformed'],
    ['with padding', shaken().replace(';info', '=;info'), 'header-malformed'],
    ['of an extension without its algorithm', shaken().replace(';alg=ES256', ''), 'algorithm-refused'],
  ])('is one %s', (_, identity, fault) => {
    expect(find(call(identity))).toEqual({ state: 'invalid', fault, diverted: false });
  });

  it.each([
    ['over plain http', 'http://certificates.example/a.pem'],
    ['at another port', 'https://certificates.example:22/a.pem'],
    ['with a query', 'https://certificates.example/a.pem?x'],
    ['that is no URL', 'a'.repeat(5000)],
    ['longer than any', `https://certificates.example/${'a'.repeat(3000)}`],
  ])('proves nothing either way when its certificate is offered where none may be: %s', (_, url) => {
    expect(find(call(at(url)))).toEqual({ state: 'unchecked', fault: 'url-refused', diverted: false });
  });

  it('longer than any that is read proves nothing either', () => {
    expect(find(call('a'.repeat(16_385)))).toMatchObject({ state: 'unchecked', fault: 'header-too-long' });
  });

  it('is one of two that both speak for the caller', () => {
    expect(faultOf([shaken(), shaken()])).toBe('identity-repeated');
  });

  it('is one with any bit changed', () => {
    const value = shaken();
    const token = value.slice(0, value.indexOf(';'));
    const changed = fc.tuple(fc.nat(token.length - 1), fc.constantFrom('A', 'z', '_', '.', ';', '"'));
    fc.assert(
      fc.property(changed, ([at, character]) => {
        fc.pre(value[at] !== character);
        const identity = value.slice(0, at) + character + value.slice(at + 1);
        expect(find(call(identity)).state).toBe('invalid');
      }),
      { numRuns: 200 },
    );
  });

  it('is anything else, and nothing that is sent makes the verifier fail', () => {
    const piece = fc.constantFrom(
      ';',
      '<',
      '>',
      '"',
      '=',
      '.',
      'info',
      'alg',
      'ES256',
      ' ',
      URL_A,
      'eyJ9',
      '\\',
    );
    const header = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 40 }).map((parts) => parts.join('')),
    );
    fc.assert(fc.property(header, (identity) => find(call(identity)).state !== 'valid'));
    fc.assert(
      fc.property(fc.json(), fc.json(), (header, payload) => {
        const value = identityOf({ key: signer.key, header, payload, url: URL_A, ppt: 'shaken' });
        return find(call(value)).state === 'invalid';
      }),
    );
  });
});
