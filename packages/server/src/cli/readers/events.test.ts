import { describe, expect, it } from 'vitest';
import { createTimeReader, isTimeZone } from '../../platform/index.ts';
import { createEventMapper, type EventDefaults } from './events.ts';

const defaults: EventDefaults = {
  file: 'cdr.csv',
  at: '2026-11-23T00:00:00Z',
  zone: 'Asia/Shanghai',
  ingress: 'interconnect',
  ingressOf: new Map([
    ['gw-abroad', 'international'],
    ['office', 'access'],
  ]),
  channel: 'smpp',
};

function eventOf(kind: 'calls' | 'messages', values: Record<string, unknown>): unknown {
  const mapped = createEventMapper(kind, defaults).map({ line: 7, raw: '', values });
  return 'event' in mapped ? mapped.event : `${mapped.field} ${mapped.reason.en}`;
}

describe('columns to events', () => {
  it('completes a message of which only the text is known', () => {
    expect(eventOf('messages', { text: 'hello', label: 'ham' })).toEqual({
      kind: 'sms.submit',
      id: 'cdr.csv:7',
      at: '2026-11-23T00:00:00Z',
      sender: 'unknown',
      to: 'unknown',
      channel: 'smpp',
      text: 'hello',
    });
  });

  it('names what it ignored', () => {
    const mapper = createEventMapper('messages', defaults);
    mapper.map({ line: 1, raw: '', values: { text: 'a', label: 'ham', 批次: '3' } });
    expect(mapper.ignored).toEqual(['label', '批次']);
  });

  it.each([
    [
      { 主叫号码: '1', 被叫号码: '2', 开始时间: '2026/11/23 8:05' },
      { from: '1', to: '2', at: '2026-11-23T00:05:00.000Z' },
    ],
    [
      { 'Caller ID Number': '1', 'Destination-Number': '2' },
      { from: '1', to: '2' },
    ],
    [
      { from: '1', src: '9', to: 13800000000 },
      { from: '1', to: '13800000000' },
    ],
    [
      { src: '9', from: '', to: '2' },
      { from: '', to: '2' },
    ],
    [{ from: '1', to: '2', context: 'office' }, { ingress: 'access' }],
    [
      { from: '1', to: '2', context: 'office', trunk: 'gw-abroad' },
      { ingress: 'international', trunk: 'gw-abroad' },
    ],
    [{ from: '1', to: '2', trunk: 'gw-abroad', ingress: 'access' }, { ingress: 'access' }],
    [
      { from: '1', to: '2', roaming: '是', origincountry: 'jp' },
      { roaming: true, originCountry: 'JP' },
    ],
    [{ from: '1', to: '2', uuid: 'abc', line: '' }, { id: 'abc' }],
  ])('maps %j', (values, event) => {
    expect(eventOf('calls', values)).toMatchObject(event);
  });

  it('refuses a time that is none', () => {
    expect(eventOf('calls', { from: '1', to: '2', start: '2026-13-45 10:00:00' })).toContain(
      'at is not a time',
    );
  });
});

describe('times of record files', () => {
  const read = createTimeReader('Asia/Shanghai');
  it.each([
    ['2026-11-23T10:00:00+08:00', '2026-11-23T10:00:00+08:00'],
    ['2026-11-23 10:00:00Z', '2026-11-23T10:00:00Z'],
    ['2026-11-23 10:00:00.5 +0800', '2026-11-23T10:00:00.5+08:00'],
    ['2026-11-23 10:00:00', '2026-11-23T02:00:00.000Z'],
    ['2026-11-23 10:00:00.250', '2026-11-23T02:00:00.250Z'],
    ['2026/1/2 3:04', '2026-01-01T19:04:00.000Z'],
    ['2026-11-23', '2026-11-22T16:00:00.000Z'],
    ['20261123100000', '2026-11-23T02:00:00.000Z'],
    ['1763863200', '2025-11-23T02:00:00.000Z'],
    ['1763863200000', '2025-11-23T02:00:00.000Z'],
    ['1763863200000000', '2025-11-23T02:00:00.000Z'],
  ])('%s', (text, instant) => {
    expect(read(text)).toBe(instant);
  });

  it.each([
    '',
    'yesterday',
    '2026-02-30 10:00:00',
    '2026-11-23 24:00:00',
    '2026-11-23 10:61',
    '12',
    '2026-11-23T99:00:00Z',
  ])('refuses %j', (text) => {
    expect(read(text)).toBeUndefined();
  });

  it('follows summer time', () => {
    const berlin = createTimeReader('Europe/Berlin');
    expect(berlin('2026-07-01 12:00:00')).toBe('2026-07-01T10:00:00.000Z');
    expect(berlin('2026-12-01 12:00:00')).toBe('2026-12-01T11:00:00.000Z');
  });

  it('knows which zones exist', () => {
    expect(['Asia/Shanghai', 'UTC', 'Mars/Olympus', ''].map(isTimeZone)).toEqual([true, true, false, false]);
  });
});
