import { describe, expect, it } from 'vitest';
import { kindOf, subjectLink, subjectOf } from './subject-place.ts';

const subject = {
  kind: 'number',
  role: 'caller',
  value: '+8613812345678',
  display: '138 1234 5678',
} as const;

describe('the place of a subject', () => {
  it('keeps the number out of the address and finds it again', () => {
    const { to, state } = subjectLink(subject);
    expect(to).not.toMatch(/\d/);
    expect(subjectOf(state)).toEqual(subject);
  });

  it.each([
    [undefined],
    [null],
    ['x'],
    [{}],
    [{ subject: null }],
    [{ subject: { kind: 'pet', role: 'x', value: 'y' } }],
  ])('takes %j for no subject', (state) => {
    expect(subjectOf(state)).toBeUndefined();
  });

  it.each([
    ['+86 138 1234 5678', 'number'],
    ['95588', 'number'],
    ['icbc-vip.top', 'host'],
    ['ICBC', 'sender'],
  ])('reads %s as a %s', (text, kind) => {
    expect(kindOf(text)).toBe(kind);
  });
});
