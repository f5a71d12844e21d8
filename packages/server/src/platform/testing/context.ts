import { type Context, SYSTEM_ACTOR } from '../context/context.ts';
import { silentLogger } from '../log/log.ts';
import { testClock } from './clock.ts';

/** A context for verbs under test; the database must be given, everything else has a quiet default. */
export function testContext(overrides: Partial<Context> & Pick<Context, 'db'>): Context {
  return {
    actor: SYSTEM_ACTOR,
    clock: testClock(),
    locale: 'en',
    requestId: 'test-request',
    log: silentLogger,
    ...overrides,
  };
}
