import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { invite, sip } from './sip.fixture.ts';
import { parseSipAddress, parseSipVia, quotedName, userOf } from './sip-address.model.ts';
import { type SipFrame, SipFramer } from './sip-framing.model.ts';
import { fieldOf, fieldsOf, parseSipRequest, SIP_LIMITS, SipFault, valuesOf } from './sip-message.model.ts';

describe('a SIP request', () => {
  it('is read with compact names, folded lines, several values and any language', () => {
    const request = parseSipRequest(
      sip(
        'INVITE sip:95588@op.example SIP/2.0',
        'v: SIP/2.0/UDP a;branch=z9hG4bKx, SIP/2.0/TCP b',
        'f: "张三, \\"老板\\"" <sip:a@b>;tag=1',
        't : <sip:95588@op.example>',
        'i:\tabc',
        'CSeq: 1',
        '  INVITE',
        'VIA: SIP/2.0/UDP c',
        'y: a.b.c;info=<https://x.example/a,b>;alg=ES256',
        'Subject:',
        'l: 0',
      ),
    );
    expect(valuesOf(request, 'via')).toEqual([
      'SIP/2.0/UDP a;branch=z9hG4bKx',
      'SIP/2.0/TCP b',
      'SIP/2.0/UDP c',
    ]);
    expect(parseSipAddress(fieldOf(request, 'from') ?? '')?.displayName).toBe('张三, "老板"');
    expect(fieldOf(request, 'cseq')).toBe('1 INVITE');
    expect(valuesOf(request, 'identity')).toEqual(['a.b.c;info=<https://x.example/a,b>;alg=ES256']);
    expect(fieldOf(request, 'subject')).toBe('');
  });

  it('has the body that it tells, and what follows a datagram is left aside', () => {
    const bytes = Buffer.concat([invite({ 'Content-Length': '3' }), Buffer.from('abcdef')]);
    expect(parseSipRequest(bytes).body.toString()).toBe('abc');
    expect(parseSipRequest(Buffer.concat([invite(), Buffer.from('x')])).body).toHaveLength(0);
  });

  it.each([
    ['that is a response', sip('SIP/2.0 200 OK', 'Via: x')],
    ['without an end', Buffer.from('INVITE sip:a@b SIP/2.0\r\nVia: x\r\n')],
    ['with a line that is no header', sip('INVITE sip:a@b SIP/2.0', 'nonsense')],
    ['with a line end alone in a value', sip('INVITE sip:a@b SIP/2.0', 'Subject: a\nVia: b')],
    ['with a body shorter than told', invite({ 'Content-Length': '5' })],
    ['with two different lengths', invite({}, 'l: 3')],
    ['with a negative length', invite({ 'Content-Length': '-1' })],
    ['with a body beyond the limit', invite({ 'Content-Length': String(SIP_LIMITS.bodyBytes + 1) })],
    ['with more headers than any call has', invite({}, ...Array.from({ length: 300 }, () => 'X: y'))],
    [
      'that is not UTF-8',
      Buffer.concat([Buffer.from('INVITE sip:a@b SIP/2.0\r\nX: '), Buffer.from([0xff]), sip('')]),
    ],
    ['with a bracket in its URI', sip('INVITE sip:a<b@c SIP/2.0')],
  ])('%s is refused', (_, bytes) => {
    expect(() => parseSipRequest(bytes)).toThrow(SipFault);
  });

  it('whatever comes, is read or refused, and reading it takes no longer than its length', () => {
    const piece = fc.constantFrom(
      '\r\n',
      '\r\n ',
      'INVITE sip:a@b SIP/2.0\r\n',
      'Via: ',
      ';',
      '"',
      '\\',
      '<',
      '>',
      ',',
      'l: 9',
      ':',
      '\0',
      '=',
      ' ',
    );
    const text = fc.array(fc.oneof(piece, fc.string({ unit: 'binary', maxLength: 8 })), { maxLength: 80 });
    fc.assert(
      fc.property(
        fc.oneof(
          text.map((parts) => Buffer.from(parts.join(''))),
          fc.uint8Array().map(Buffer.from),
        ),
        (bytes) => {
          let request: ReturnType<typeof parseSipRequest>;
          try {
            request = parseSipRequest(bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(SipFault);
            return;
          }
          for (const { name, value } of request.fields) {
            expect(value).not.toMatch(/[\r\n\0]/);
            valuesOf(request, name).map(parseSipAddress);
            fieldsOf(request, name).map(parseSipVia);
          }
        },
      ),
      { numRuns: 2000 },
    );
    const hostile = [
      '"\\'.repeat(4000),
      ';a='.repeat(3000),
      '<'.repeat(12_000),
      `a${' '.repeat(12_000)}b`,
      `${'; '.repeat(6000)}b`,
      ';a="'.repeat(3000),
    ];
    for (const value of hostile) {
      const started = performance.now();
      const request = parseSipRequest(invite({ From: value, Via: value }));
      parseSipAddress(fieldOf(request, 'from') ?? '');
      parseSipVia(valuesOf(request, 'via')[0] ?? '');
      expect(performance.now() - started).toBeLessThan(100);
    }
  });
});

describe('addresses', () => {
  it.each([
    ['<sip:+8613900001111@h;user=phone>;tag=1', '+8613900001111'],
    ['sip:95588@h;tag=1', '95588'],
    ['"x" <tel:+86-10-8888;phone-context=+86>', '+86-10-8888'],
    ['<sip:%2B86139;npdi@h>', '+86139'],
    ['<sip:139:secret@h>', '139'],
    ['<sips:anonymous@anonymous.invalid>', 'anonymous'],
    ['<sip:gateway.example>', ''],
    ['<mailto:a@b>', ''],
    ['<sip:%zz@h>', '%zz'],
  ])('%s names %s', (value, user) => {
    expect(userOf(parseSipAddress(value)?.uri ?? '')).toBe(user);
  });

  it('a display name is written so that it reads back the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (name) => {
        const plain = name.replace(/\p{Cc}+/gu, ' ');
        expect(parseSipAddress(`${quotedName(name)} <sip:a@b>`)?.displayName).toBe(plain);
      }),
    );
  });
});

describe('a stream of messages', () => {
  const one = Buffer.concat([invite({ 'Content-Length': '4' }), Buffer.from('\r\n\r\n')]);
  const two = invite({ CSeq: '2 INVITE' });

  it('is cut by Content-Length however it is chopped, with keep-alives between', () => {
    const whole = Buffer.concat([one, Buffer.from('\r\n\r\n'), two, two]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 40 }), (sizes) => {
        const framer = new SipFramer();
        const frames: SipFrame[] = [];
        let at = 0;
        for (const size of [...sizes, whole.length]) {
          frames.push(...framer.push(whole.subarray(at, at + size)));
          at += size;
        }
        expect(frames.map(({ kind }) => kind)).toEqual(['message', 'ping', 'message', 'message']);
        expect(frames.flatMap((frame) => (frame.kind === 'message' ? [frame.bytes] : []))).toEqual([
          one,
          two,
          two,
        ]);
      }),
    );
  });

  it('that nobody can cut, or that never ends its head, is refused before it fills the memory', () => {
    expect(() => new SipFramer().push(sip('INVITE sip:a@b SIP/2.0', 'Via: x'))).toThrow(/Content-Length/);
    const framer = new SipFramer();
    const endless = () => {
      for (let count = 0; count < 100; count++) framer.push(Buffer.alloc(1000, 'a'));
    };
    expect(endless).toThrow(/too long/);
  });
});
