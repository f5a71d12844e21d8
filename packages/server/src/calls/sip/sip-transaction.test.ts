import { expect, it } from 'vitest';
import { invite } from './sip.fixture.ts';
import { parseSipRequest } from './sip-message.model.ts';
import { SIP_TIMERS, SipTransactions, transactionKey } from './sip-transaction.model.ts';

const keyOf = (partial: Parameters<typeof invite>[0]) => transactionKey(parseSipRequest(invite(partial)));
const ANSWER = Buffer.from('302');

function opened(isReliable = false, most = 10) {
  const sent: number[] = [];
  const table = new SipTransactions(most);
  let now = 0;
  expect(table.arrive('k', () => void sent.push(now), isReliable)).toBe('new');
  table.answer('k', ANSWER, now);
  const run = (until: number) => {
    for (; now <= until; now += 100) table.tick(now);
  };
  return { table, sent, run };
}

it('an answer without ACK goes again at growing intervals for 32 seconds (RFC 3261 §17.2.1)', () => {
  const { table, sent, run } = opened();
  run(31_900);
  expect(sent).toEqual([0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500]);
  run(33_000);
  expect(table.size).toBe(0);
});

it('an ACK ends it, and a late repetition is swallowed for five seconds', () => {
  const { table, sent, run } = opened();
  run(600);
  table.acknowledge('k', 700);
  expect(table.arrive('k', () => undefined, false)).toBe('repeated');
  run(700 + SIP_TIMERS.T4);
  expect(sent).toEqual([0, 500]);
  expect(table.size).toBe(0);
});

it('on a stream nothing goes again, and after the ACK nothing is left', () => {
  const { table, sent, run } = opened(true);
  run(5000);
  table.acknowledge('k', 5000);
  expect(sent).toEqual([0]);
  expect(table.size).toBe(0);
});

it('a request that comes again gets the same answer, and no second one', () => {
  const { table, sent } = opened();
  expect(table.arrive('k', () => undefined, false)).toBe('repeated');
  expect(table.answer('k', Buffer.from('603'), 0)).toBe(false);
  expect(sent).toEqual([0, 0]);
});

it('there are never more than the limit', () => {
  const { table } = opened(false, 1);
  expect(table.arrive('other', () => undefined, false)).toBe('full');
});

it('an INVITE, its ACK and its CANCEL belong together, and nothing else does', () => {
  const first = keyOf({});
  expect(keyOf({ start: 'ACK sip:x@y SIP/2.0', CSeq: '1 ACK' })).toBe(first);
  expect(keyOf({ Via: 'SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK2' })).not.toBe(first);
  expect(keyOf({ Via: 'SIP/2.0/UDP 192.0.2.11:5060;branch=z9hG4bK1' })).not.toBe(first);
  // Without the cookie, of a sender older than RFC 3261, by what RFC 2543 compared.
  const old = 'SIP/2.0/UDP 192.0.2.10:5060;branch=1';
  expect(keyOf({ Via: old, CSeq: '1 ACK' })).toBe(keyOf({ Via: old }));
  expect(keyOf({ Via: old, 'Call-ID': 'other' })).not.toBe(keyOf({ Via: old }));
  expect(keyOf({ Via: 'nonsense' })).toBeUndefined();
});
