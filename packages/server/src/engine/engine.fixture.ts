import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, type Database, openVault, silentLogger } from '../platform/index.ts';
import { createDecider } from './decision.service.ts';
import { createEngine, type Engine, type EngineParts } from './engine.service.ts';
import { type CoreParts, openCore } from './engine-core.service.ts';
import { newPack, newRule, TEST_KINDS, TEST_SIGNALS } from './policy.fixture.ts';

/** `+86` numbers are shown bare; everything but digits and `+` is dropped from what is searched. */
export const testNumbering = {
  display: (canonical: string) => canonical.replace(/^\+86/, ''),
  parse: (presented: string) => {
    const digits = presented.replace(/[\s-]/g, '');
    return { canonical: /^1\d{10}$/.test(digits) ? `+86${digits}` : digits };
  },
};

/** Blocks calls from abroad, labels messages that are longer than ten characters. */
export const TEST_RULES = [
  newRule({
    id: 'abroad',
    when: 'call.ingress == "international"',
    reason: 'call.abroad',
    values: ['caller.number', 'callee.number'],
    score: 0.9,
    fraudType: 'phishing',
  }),
  newRule({
    id: 'long',
    on: ['sms.submit'],
    when: 'message.length > 10',
    verdict: 'label',
    reason: 'sms.long',
    score: 0.2,
  }),
];

export const newDataFolder = (): string => mkdtempSync(join(tmpdir(), 'fanzha-engine-'));

type TestParts = Omit<EngineParts, 'open'> & Omit<CoreParts, 'listener'>;

/** An engine over the test kinds and rules, not yet started, that decides in this process. */
export function newEngine(
  parts: Partial<TestParts> & { db: Database; clock: Clock; dataFolder: string },
): Promise<Engine> {
  const pack = parts.pack ?? newPack({ rules: TEST_RULES });
  const { clock } = parts;
  const decider = createDecider({
    pack,
    kinds: TEST_KINDS,
    signals: TEST_SIGNALS,
    clock,
    numbering: testNumbering,
  });
  const whole: TestParts = {
    decider,
    pack,
    fsync: false,
    vault: openVault(parts.dataFolder),
    numbering: testNumbering,
    log: silentLogger,
    ...parts,
  };
  return createEngine({ ...whole, open: (listener) => openCore({ ...whole, listener }) });
}

/** A call as it is sent. */
export function newAttempt(id: string, partial: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    kind: 'call.attempt',
    id,
    at: '2026-11-23T09:00:00+08:00',
    from: '+862161234567',
    to: '+8613812345678',
    ingress: 'international',
    ...partial,
  };
}
