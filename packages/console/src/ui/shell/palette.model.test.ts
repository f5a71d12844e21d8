import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPasted } from './palette.model.ts';

describe('what somebody pastes into the command palette', () => {
  it.each([
    ['+86 138 1234 5678', 'subject', '+86 138 1234 5678'],
    ['(010) 6512-3456', 'subject', '(010) 6512-3456'],
    ['95588', 'subject', '95588'],
    ['https://ICBC-vip.top/login?x=1', 'subject', 'icbc-vip.top'],
    ['icbc-vip.top', 'subject', 'icbc-vip.top'],
  ])('%s is looked up as a subject', (text, kind, value) => {
    expect(readPasted(text)[0]).toEqual({ kind, value });
  });

  it('offers words to Try it', () => {
    expect(readPasted('您的包裹丢失，请加客服微信 kf88661 办理退款')).toEqual([
      { kind: 'message', text: '您的包裹丢失，请加客服微信 kf88661 办理退款' },
    ]);
  });

  it('opens a decision by its id', () => {
    expect(readPasted(' hofs9351p6 ')[0]).toEqual({ kind: 'decision', id: 'hofs9351p6' });
  });

  it('reads anything without failing', () => {
    fc.assert(fc.property(fc.string({ maxLength: 3000 }), (text) => readPasted(text).length <= 2));
  });
});
