import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { testClock } from '../../platform/testing/index.ts';
import type { CallAnswer } from './call-answer.model.ts';
import { createRedirect } from './redirect.service.ts';
import { addressBytes, sourceFinder } from './redirect-source.model.ts';
import { invite, sip } from './sip.fixture.ts';
import { parseSipAddress } from './sip-address.model.ts';
import type { SipPeer } from './sip-answer.model.ts';

const PEER: SipPeer = { transport: 'udp', address: '192.0.2.10', port: 5080 };
const sources = [
  { network: '192.0.2.0/24', ingress: 'international', trunk: 'ig-1', carrier: 'KDDI' },
] as const;
const ALLOW: CallAnswer = { action: 'allow', decision: 'd1', headers: [] };
const LABEL: CallAnswer = {
  action: 'label',
  decision: 'd1',
  displayName: '境外来电：日本',
  headers: [{ name: 'Call-Info', value: '<data:,x>;purpose=jcard' }],
};
const REJECT: CallAnswer = {
  action: 'reject',
  decision: 'd1',
  code: 608,
  reason: 'Rejected',
  headers: [{ name: 'Call-Info', value: '<https://f.example/c>;purpose=jwscard' }],
};

let told: unknown[];
let screen: (told: unknown) => Promise<{ answer: CallAnswer }>;
let sent: { text: string; port: number }[];
let clock: ReturnType<typeof testClock>;
let redirect: ReturnType<typeof createRedirect>;

function answering(answer: CallAnswer, contactHeaders = false): void {
  screen = async (call) => {
    told.push(call);
    return { answer };
  };
  clock = testClock();
  redirect = createRedirect({
    screen: (call) => screen(call),
    sourceOf: sourceFinder(sources),
    contactHeaders,
    clock,
  });
}
beforeEach(() => {
  told = [];
  sent = [];
  answering(ALLOW);
});

/** What comes back to a request. */
async function ask(bytes: Buffer, peer: SipPeer = PEER): Promise<string> {
  const before = sent.length;
  redirect.receive(bytes, peer, (answer, port) => sent.push({ text: answer.toString(), port }));
  await new Promise((resolve) => setImmediate(resolve));
  return sent
    .slice(before)
    .map(({ text }) => text)
    .join('');
}
const line = (text: string, name: string) => new RegExp(`^${name}: (.*)\\r$`, 'm').exec(text)?.[1];

describe('an SBC that asks by SIP', () => {
  it('is told to go on with an ordinary call as it would have', async () => {
    const answer = await ask(invite());
    expect(answer).toMatch(/^SIP\/2\.0 302 Moved Temporarily\r\n/);
    expect(line(answer, 'Contact')).toBe('<sip:+8613900001111@op.example;user=phone>');
    expect(line(answer, 'Via')).toBe(
      'SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK1;received=192.0.2.10;rport=5080',
    );
    expect(line(answer, 'To')).toMatch(/^<sip:\+8613900001111@op\.example;user=phone>;tag=[0-9a-f]{16}$/);
    expect(sent[0]?.port).toBe(5080);
  });

  it('has the call screened as what its address says', async () => {
    await ask(
      invite(
        {},
        'P-Asserted-Identity: <sip:+81399998888@gw>, <tel:+81399998888>',
        'Diversion: <sip:+8613900002222@op.example>;reason=unconditional',
        'Identity: a.b.c;info=<https://x.example/1>;alg=ES256',
        'Identity: d.e.f;info=<https://x.example/2>;alg=ES256',
        'Date: Mon, 23 Nov 2026 02:00:00 GMT',
        'Feature-Caps: *;+sip.608',
      ),
    );
    expect(told).toEqual([
      {
        id: 'call-1@sbc.example',
        from: '+81312345678',
        to: '+8613900001111',
        networkFrom: '+81399998888',
        ingress: 'international',
        trunk: 'ig-1',
        carrier: 'KDDI',
        diversion: '+8613900002222',
        identity: [
          'a.b.c;info=<https://x.example/1>;alg=ES256',
          'd.e.f;info=<https://x.example/2>;alg=ES256',
        ],
        sipDate: 'Mon, 23 Nov 2026 02:00:00 GMT',
        featureCaps: '*;+sip.608',
      },
    ]);
  });

  it('is given the label in every place where it may look', async () => {
    answering(LABEL);
    const answer = await ask(invite());
    expect(parseSipAddress(line(answer, 'Contact') ?? '')).toMatchObject({
      displayName: '境外来电：日本',
      uri: 'sip:+8613900001111@op.example;user=phone',
    });
    expect(line(answer, 'P-Asserted-Identity')).toBe(
      '"境外来电：日本" <sip:+81312345678@sbc.example;user=phone>',
    );
    expect(line(answer, 'Call-Info')).toBe('<data:,x>;purpose=jcard');
    answering(LABEL, true);
    const contact = parseSipAddress(line(await ask(invite()), 'Contact') ?? '');
    const query = new URL(contact?.uri ?? '').searchParams;
    expect(query.get('P-Asserted-Identity')).toContain('"境外来电：日本"');
    expect(query.get('Call-Info')).toBe('<data:,x>;purpose=jcard');
  });

  it('is told to reject with the card, or to send the call to the announcement', async () => {
    answering(REJECT);
    const answer = await ask(invite());
    expect(answer).toMatch(/^SIP\/2\.0 608 Rejected\r\n/);
    expect(line(answer, 'Call-Info')).toBe('<https://f.example/c>;purpose=jwscard');
    answering({ ...REJECT, target: 'sip:blocked@media.example' });
    const moved = await ask(invite());
    expect(moved).toMatch(/^SIP\/2\.0 302 /);
    expect(line(moved, 'Contact')).toBe('<sip:blocked@media.example>');
    expect(line(moved, 'Reason')).toBe('SIP;cause=608;text="Rejected"');
  });

  it('goes on with the call when nobody can screen it', async () => {
    screen = () => Promise.reject(new Error('away'));
    expect(await ask(invite())).toMatch(/^SIP\/2\.0 302 /);
    expect(redirect.figures()).toMatchObject({ calls: 1, unscreened: 1 });
  });
});

describe('transactions', () => {
  it('a repeated INVITE is screened once and answered the same, until the ACK', async () => {
    const first = await ask(invite());
    expect(await ask(invite())).toBe(first);
    clock.advance(500);
    redirect.tick();
    expect(sent.map(({ text }) => text)).toEqual([first, first, first]);
    await ask(invite({ start: 'ACK sip:+8613900001111@op.example SIP/2.0', CSeq: '1 ACK' }));
    clock.advance(1000);
    redirect.tick();
    expect(sent).toHaveLength(3);
    expect(told).toHaveLength(1);
  });

  it('a call that is cancelled while it is screened is ended, and not redirected afterwards', async () => {
    const { promise, resolve } = Promise.withResolvers<{ answer: CallAnswer }>();
    screen = () => promise;
    await ask(invite({}, 'Via: SIP/2.0/UDP behind.example;branch=z9hG4bK0'));
    const cancel = invite({ start: 'CANCEL sip:+8613900001111@op.example SIP/2.0', CSeq: '1 CANCEL' });
    const answers = await ask(cancel);
    expect(answers.match(/^SIP\/2\.0 .*(?=\r)/gm)).toEqual([
      'SIP/2.0 200 OK',
      'SIP/2.0 487 Request Terminated',
    ]);
    expect(answers.match(/^CSeq: .*(?=\r)/gm)).toEqual(['CSeq: 1 CANCEL', 'CSeq: 1 INVITE']);
    // The INVITE came through more hands than its CANCEL, and its answer goes back through all of them.
    expect(answers.slice(answers.indexOf(' 487 '))).toContain(
      'Via: SIP/2.0/UDP behind.example;branch=z9hG4bK0',
    );
    resolve({ answer: ALLOW });
    await ask(invite({ start: 'ACK sip:+8613900001111@op.example SIP/2.0', CSeq: '1 ACK' }));
    expect(sent).toHaveLength(2);
    expect(await ask(invite({ ...CANCEL_OF_NOTHING }))).toMatch(/^SIP\/2\.0 481 /);
  });

  const CANCEL_OF_NOTHING = {
    start: 'CANCEL sip:a@b SIP/2.0',
    CSeq: '1 CANCEL',
    Via: 'SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bKother',
  };
});

describe('other requests', () => {
  it.each([
    ['OPTIONS', {}, '200 OK'],
    ['REGISTER', {}, '405 Method Not Allowed'],
    ['SUBSCRIBE', {}, '405 Method Not Allowed'],
    ['INVITE', { To: '<sip:a@b>;tag=7' }, '481 Call/Transaction Does Not Exist'],
    ['INVITE', { CSeq: '1 BYE' }, '400 Bad CSeq'],
    ['INVITE', { CSeq: 'x INVITE' }, '400 Bad CSeq'],
  ])('%s %j gets %s', async (method, partial, status) => {
    const answer = await ask(invite({ start: `${method} sip:a@b SIP/2.0`, CSeq: `1 ${method}`, ...partial }));
    expect(answer.slice(8).split('\r\n')[0]).toBe(status);
    if (method === 'OPTIONS') expect(line(answer, 'Allow')).toBe('INVITE, ACK, CANCEL, OPTIONS');
  });

  it('what names no sender of its own gets a 400; strangers and noise get nothing', async () => {
    const bare = sip('INVITE sip:a@b SIP/2.0', 'Via: SIP/2.0/UDP h;branch=z9hG4bKz', 'CSeq: 1 INVITE');
    expect(await ask(bare)).toMatch(/^SIP\/2\.0 400 Missing from/);
    expect(await ask(invite(), { ...PEER, address: '198.51.100.1' })).toBe('');
    expect(await ask(Buffer.from('\r\n\r\n'))).toBe('');
    expect(await ask(invite({ Via: '' }))).toBe('');
    expect(redirect.figures().dropped).toBe(3);
  });

  it('whatever a peer sends, the server answers in whole lines or not at all', async () => {
    const value = fc.string({ unit: 'binary', maxLength: 40 });
    const fields = fc.record(
      { From: value, To: value, 'Call-ID': value, CSeq: value, Date: value },
      { requiredKeys: [] },
    );
    answering(LABEL, true);
    await fc.assert(
      fc.asyncProperty(fields, value, async (partial, extra) => {
        const answer = await ask(invite(partial as Record<string, string>, `P-Asserted-Identity: ${extra}`));
        for (const each of answer.split('\r\n').filter((text) => text !== '')) {
          expect(each).toMatch(/^(SIP\/2\.0 \d{3} |[A-Za-z-]+: )/);
        }
      }),
    );
  });
});

describe('where calls come from', () => {
  it('the narrowest network says what a call is', () => {
    const find = sourceFinder([
      { network: '10.0.0.0/8', ingress: 'interconnect' },
      { network: '10.1.2.3', ingress: 'access' },
      { network: '2001:db8::/32', ingress: 'international' },
      { network: '10.1.0.0/17', ingress: 'international' },
    ]);
    expect(find('10.200.0.1')?.ingress).toBe('interconnect');
    expect(find('10.1.2.3')?.ingress).toBe('access');
    expect(find('::ffff:10.1.127.9')?.ingress).toBe('international');
    expect(find('10.1.128.9')?.ingress).toBe('interconnect');
    expect(find('2001:db8:1::9')?.ingress).toBe('international');
    expect(find('11.0.0.1')).toBeUndefined();
    expect(find('nonsense')).toBeUndefined();
  });

  it('a network that is none is named at the start', () => {
    for (const network of ['10.0.0.0/33', '300.1.1.1', ':::', '1:2', '10.0.0']) {
      expect(() => sourceFinder([{ network, ingress: 'access' }])).toThrow(network);
    }
    expect(addressBytes('::1')).toHaveLength(16);
  });
});
