import { createPublicKey, verify, X509Certificate } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openPack } from '../../platform/index.ts';
import { certificateUrl, newSigning, PUBLIC } from '../stir/signing.fixture.ts';
import { type AnsweredDecision, CallAnswerFile } from './call-answer.model.ts';
import { createCards } from './card.service.ts';

const pack = openPack(fileURLToPath(new URL('../../../../../packs/cn', import.meta.url)));
const { cards: setting } = pack.read('call-answers.json', CallAnswerFile);
const signing = newSigning();
const contact = {
  name: '某运营商反诈中心',
  url: 'https://op.example/appeal?lang=zh',
  phone: '+861012345678',
};
const parts = { ...signing, setting, contact, publicUrl: PUBLIC, certificateUrl };
const cards = createCards(parts);
const blocked: AnsweredDecision = { id: 'k3f9', event: 'e1', verdict: 'block', reasons: [], degraded: [] };

function idOf(decision: AnsweredDecision, of = cards): string {
  const { name, value } = of.header(decision) ?? { name: '', value: '' };
  expect(name).toBe('Call-Info');
  const [, id = ''] =
    /^<https:\/\/fraud\.example\/v1\/calls\/cards\/([\w-]+)>;purpose=jwscard$/.exec(value) ?? [];
  return id;
}
const part = (text = '') => JSON.parse(Buffer.from(text, 'base64url').toString()) as Record<string, unknown>;

describe('the card of a rejected call', () => {
  it('verifies with the certificate it names, and says when the call was rejected (RFC 8688 §3.2)', () => {
    const id = idOf(blocked);
    const rejected = Math.floor(signing.clock.now() / 1000);
    signing.clock.advance(3600_000);
    const [header, payload, signature = ''] = cards.card(id).split('.');
    const key = signing.keys.current();
    expect(part(header)).toEqual({ alg: 'ES256', typ: 'vcard+json', x5u: certificateUrl(key) });
    expect(part(payload)).toMatchObject({ iat: rejected });
    const chain = signing.keys.chain(key.id) ?? '';
    const holds = verify(
      'sha256',
      Buffer.from(`${header}.${payload}`),
      {
        key: createPublicKey(new X509Certificate(chain).publicKey.export({ type: 'spki', format: 'pem' })),
        dsaEncoding: 'ieee-p1363',
      },
      Buffer.from(signature, 'base64url'),
    );
    expect(holds).toBe(true);
  });

  it('leads to the appeal: a jCard with contact, reference and words in both languages (RFC 7095)', () => {
    const id = idOf(blocked);
    const { jcard } = part(cards.card(id).split('.')[1]) as {
      jcard: [string, [string, object, string, string][]];
    };
    const [kind, properties] = jcard;
    expect(kind).toBe('vcard');
    expect(properties[0]).toEqual(['version', {}, 'text', '4.0']);
    const told = (name: string) => properties.filter(([each]) => each === name).map(([, , , value]) => value);
    expect(told('fn')).toEqual([contact.name]);
    expect(told('url')).toEqual([`https://op.example/appeal?lang=zh&card=${id}`]);
    expect(told('tel')).toEqual(['tel:+861012345678']);
    expect(told('note').join()).toMatch(/k3f9.*申诉.*appeal.*k3f9/s);
  });

  it('leads those who handle the appeal to the decision, or to its event where none was recorded yet', () => {
    expect(cards.matter(idOf(blocked))).toEqual({ decision: 'k3f9' });
    expect(cards.matter(idOf({ ...blocked, id: 'not-recorded' }))).toEqual({ event: 'e1' });
  });

  it('cannot be guessed, altered, or asked for when its time is over', () => {
    const id = idOf(blocked);
    expect(idOf(blocked)).not.toBe(id);
    fc.assert(
      fc.property(fc.nat(id.length - 1), fc.constantFrom(...'AZaz09-_'), (at, character) => {
        fc.pre(id[at] !== character);
        const other = id.slice(0, at) + character + id.slice(at + 1);
        // The last character of base64url may hold bits that mean nothing.
        fc.pre(!Buffer.from(other, 'base64url').equals(Buffer.from(id, 'base64url')));
        expect(() => cards.card(other)).toThrow('Not found');
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => void expect(() => cards.matter(text)).toThrow('Not found')));
    signing.clock.advance(setting.days * 86_400_000 + 1000);
    expect(() => cards.card(id)).toThrow('Not found');
  });

  it('is not shown by who says nowhere whom to ask, or has no address', () => {
    expect(createCards({ ...parts, contact: undefined }).header(blocked)).toBeUndefined();
    expect(createCards({ ...parts, publicUrl: undefined }).header(blocked)).toBeUndefined();
  });
});
