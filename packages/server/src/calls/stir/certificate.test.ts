import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createIdentityReader } from './identity.service.ts';
import {
  CALLER,
  call,
  find,
  HEADER,
  middle,
  PAYLOAD,
  root,
  setting,
  signer,
  URL_A,
} from './signed-call.fixture.ts';
import { der, entry, type Issued, identityOf, issue, providerList, unknownCritical } from './stir.fixture.ts';

describe('a certificate that is refused', () => {
  const stranger = issue({ name: 'Root', ca: true });
  const authority = providerList('709J');
  const direct = (wish: Partial<Parameters<typeof issue>[0]>) =>
    issue({ name: 'Carrier', by: root, authority, ...wish });
  const judge = (certificate: Issued, pem = certificate.pem) => {
    const value = identityOf({
      key: certificate.key,
      header: HEADER,
      payload: PAYLOAD,
      url: URL_A,
      ppt: 'shaken',
    });
    return find(call(value, { certificates: [{ url: URL_A, pem }] })).fault;
  };
  const notCa = direct({ name: 'Customer' });

  it.each([
    ['of another key', direct({}), signer.pem + middle.pem, 'signature-wrong'],
    ['that has expired', direct({ until: '2026-11-23T09:59:59Z' }), undefined, 'certificate-expired'],
    ['of tomorrow', direct({ from: '2026-11-24T00:00:00Z' }), undefined, 'certificate-not-yet-valid'],
    ['of a root of the same name', direct({ by: stranger }), undefined, 'certificate-untrusted'],
    ['without its intermediate', signer, signer.pem, 'certificate-untrusted'],
    ['issued by who is no CA', direct({ by: notCa }), undefined, 'certificate-untrusted'],
    ['of a CA itself', direct({ ca: true }), undefined, 'certificate-usage'],
    ['on another curve', direct({ curve: 'secp256k1' }), undefined, 'certificate-usage'],
    ['for nobody’s numbers', issue({ name: 'Carrier', by: root }), undefined, 'authority-missing'],
    [
      'with a broken list',
      direct({ authority: Buffer.from('3003a00116', 'hex') }),
      undefined,
      'authority-malformed',
    ],
    [
      'with text for a list',
      direct({ authority: Buffer.from('https://x') }),
      undefined,
      'authority-malformed',
    ],
    [
      'with an unknown critical extension',
      direct({ extra: unknownCritical }),
      undefined,
      'certificate-malformed',
    ],
    ['that is none', signer, 'garbage', 'certificate-malformed'],
    ['that is empty', signer, '', 'certificate-malformed'],
    [
      'with another number',
      direct({ authority: der(0x30, entry.number('12155551213')) }),
      undefined,
      'number-not-authorised',
    ],
    [
      'with a range beside',
      direct({ authority: der(0x30, entry.range('12155551200', 12)) }),
      undefined,
      'number-not-authorised',
    ],
    ['with the number', direct({ authority: der(0x30, entry.number(CALLER)) }), undefined, undefined],
    [
      'with a range around',
      direct({ authority: der(0x30, entry.range('12155551200', 13)) }),
      undefined,
      undefined,
    ],
  ])('is one %s', (_, certificate, pem, fault) => {
    const chained = certificate.name === 'Carrier' && fault === 'certificate-untrusted';
    const sent = pem ?? certificate.pem + (chained ? notCa.pem : '');
    expect(judge(certificate, sent)).toBe(fault);
  });

  it('stops the start when it is to be an anchor', () => {
    expect(() => createIdentityReader({ ...setting, trustAnchors: [signer.pem] })).toThrow(/trustAnchors/);
  });

  it('is also one with any byte changed', () => {
    const raw = Buffer.from(signer.pem.replace(/-----.*?-----|\s/g, ''), 'base64');
    fc.assert(
      fc.property(fc.nat(raw.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const bytes = Buffer.from(raw);
        bytes[at] = (bytes[at] ?? 0) ^ by;
        const pem = `-----BEGIN CERTIFICATE-----\n${bytes.toString('base64')}\n-----END CERTIFICATE-----\n`;
        expect(judge(signer, pem + middle.pem)).toBeDefined();
      }),
      { numRuns: 150 },
    );
  });
});
