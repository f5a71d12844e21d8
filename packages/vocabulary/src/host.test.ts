import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseHost } from './host.ts';

describe('a host', () => {
  it.each([
    ['WWW.Example.COM', 'www.example.com', 'example.com'],
    ['example.com.', 'example.com', 'example.com'],
    ['登录.中国', 'xn--w2t382c.xn--fiqs8s', 'xn--w2t382c.xn--fiqs8s'],
    ['xn--fiqs8s', 'xn--fiqs8s', undefined],
    ['a.b.com.cn', 'a.b.com.cn', 'b.com.cn'],
    ['x.scam.github.io', 'x.scam.github.io', 'scam.github.io'],
    ['github.io', 'github.io', undefined],
    ['icbc。com。cn', 'icbc.com.cn', 'icbc.com.cn'],
    ['ｅｘａｍｐｌｅ.com', 'example.com', 'example.com'],
    ['192.0.2.1', '192.0.2.1', undefined],
    ['0xC0000201', '192.0.2.1', undefined],
    ['[2001:DB8::1]', '[2001:db8::1]', undefined],
    ['host.invalidtld', 'host.invalidtld', undefined],
  ])('%s is %s of %s', (presented, name, domain) => {
    const host = parseHost(presented);
    expect(host?.name).toBe(name);
    expect(host?.domain).toBe(domain);
  });

  it.each([
    '',
    ' ',
    '.',
    'a b.com',
    'user@host.com',
    'a.com/x',
    'a'.repeat(2000),
    'http://a.com',
    '999.1.1.1',
  ])('is not %j', (presented) => {
    expect(parseHost(presented)).toBeUndefined();
  });

  it('knows addresses and unknown suffixes', () => {
    expect(parseHost('192.0.2.1')).toMatchObject({ ip: true });
    expect(parseHost('[::1]')).toMatchObject({ ip: true });
    expect(parseHost('host.invalidtld')).toMatchObject({ ip: false, known: false });
  });

  it('never throws and is stable', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (presented) => {
        const host = parseHost(presented);
        if (host) expect(parseHost(host.name)).toEqual(host);
      }),
      { numRuns: 3000 },
    );
  });
});
