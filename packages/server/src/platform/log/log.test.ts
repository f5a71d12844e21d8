import { describe, expect, it } from 'vitest';
import { createLogger } from './log.ts';

function capture() {
  const lines: string[] = [];
  const log = createLogger('debug', { write: (line: string) => lines.push(line) });
  return { log, lines };
}

describe('log', () => {
  it('hides secrets and personal fields at any depth, in children and in arrays', () => {
    const { log, lines } = capture();
    log.info({ password: 's3cret', user: { token: 's3cret', 'X-Api-Key': 's3cret' } }, 'a');
    log.info({ events: [{ from: 's3cret', to: 's3cret', text: 's3cret', identity: 's3cret' }] }, 'b');
    log.child({ authorization: 's3cret', part: 'http' }).warn({ headers: { cookie: 's3cret' } }, 'c');
    expect(lines).toHaveLength(3);
    expect(lines.join('')).not.toContain('s3cret');
    expect(JSON.parse(lines[2] ?? '')).toMatchObject({ level: 'warn', part: 'http', msg: 'c' });
  });

  it('keeps what helps to find a fault, without the row values that a database adds', () => {
    const { log, lines } = capture();
    const error = Object.assign(new Error('duplicate key', { cause: new Error('why') }), {
      code: '23505',
      detail: 'Key (number)=(13800138000)',
    });
    log.error({ err: error }, 'failed');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      err: { message: 'duplicate key', code: '23505', cause: { message: 'why' } },
    });
    expect(lines[0]).not.toContain('13800138000');
  });

  it('bears values that nobody should log', () => {
    const { log, lines } = capture();
    const loop: { self?: unknown } = {};
    loop.self = loop;
    log.info(
      { loop, big: 'x'.repeat(100_000), bytes: Buffer.alloc(10_000), many: Array(10_000).fill(1) },
      'odd',
    );
    expect((lines[0] ?? '').length).toBeLessThan(20_000);
  });
});
