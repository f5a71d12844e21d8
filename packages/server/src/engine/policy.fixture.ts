import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CallAttempt, CallEnd, type FanzhaEvent, SmsSubmit } from '@fanzha/contract';
import { openPack, type Pack } from '../platform/index.ts';
import type { EventKind } from './event.model.ts';
import type { OverloadSetting } from './overload.model.ts';
import type { Guard, ReasonWords, Rule } from './policy.model.ts';
import type { PolicyLife } from './policy-life.model.ts';
import type { Signal } from './signal.model.ts';
import type { WindowSetting } from './window-setting.model.ts';

const title = (name: string) => ({ 'zh-CN': `${name}（中）`, en: name });

export const TEST_WINDOWS: WindowSetting = {
  budgetMegabytes: 64,
  latenessMinutes: 10,
  snapshotMinutes: 5,
  unusedHours: 24,
  openEvents: 1000,
  openHours: 12,
  from: '2026-11-23',
  source: 'test',
};

export const TEST_JOURNAL = {
  keepDays: 1,
  keepGigabytes: 1,
  idsMegabytes: 64,
  idsGigabytes: 1,
  from: '2026-11-23',
  source: 'test',
};
export const TEST_LISTS = { plainRowsPerSecond: 10_000, from: '2026-11-23', source: 'test' };

export const TEST_OVERLOAD: OverloadSetting = {
  failOpen: { 'call.attempt': true, 'sms.submit': false },
  journalWaitMs: 200,
  engineWaitMs: 500,
  maxUnderWay: 20_000,
  keepUnrecorded: 1000,
  keepMegabytes: 16,
  from: '2026-11-23',
  source: 'test',
};

export const TEST_POLICY_LIFE: PolicyLife = {
  shadowMinutes: 60,
  snoozeDays: 30,
  expiryWarningDays: 14,
  from: '2026-11-23',
  source: 'test',
};

/** A rule with everything but its point filled in. */
export function newRule(partial: Partial<Rule> & { when: string }): Rule {
  return {
    id: 'test.rule',
    on: ['call.attempt'],
    verdict: 'block',
    reason: 'call.test',
    judges: 'event',
    score: 0.5,
    values: [],
    owner: 'test',
    ...partial,
  };
}

/** A small pack in a new folder. Reasons that rules use and that are not given get a plain text. */
export function newPack(parts: PackParts = {}): Pack {
  return openPack(newPackFolder(parts));
}

interface PackParts {
  rules?: readonly Rule[];
  guards?: readonly Guard[];
  reasons?: Record<string, ReasonWords>;
  files?: Record<string, unknown>;
}

/** The folder of such a pack, for another thread or process. */
export function newPackFolder(parts: PackParts = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'fanzha-pack-'));
  const rules = parts.rules ?? [newRule({ when: 'call.ingress == "international"' })];
  const plain = Object.fromEntries(
    rules.map(({ reason }) => [reason, { title: title(reason), text: title(reason) }]),
  );
  const files: Record<string, unknown> = {
    'pack.json': {
      id: 'test',
      version: '1',
      title: title('test'),
      country: 'CN',
      callingCode: '86',
      timeZone: 'Asia/Shanghai',
    },
    'values.json': { values: {} },
    'policy.json': { id: 'test-policy', version: '1' },
    'rules/test.json': { rules },
    'reasons/test.json': parts.reasons ?? plain,
    'guards.json': { guards: parts.guards ?? [] },
    'labels.json': { channel: { international: title('abroad') } },
    'engine.json': {
      windows: TEST_WINDOWS,
      overload: TEST_OVERLOAD,
      lists: TEST_LISTS,
      journal: TEST_JOURNAL,
      policyLife: TEST_POLICY_LIFE,
    },
    'taxonomy.json': { types: [{ code: 'phishing', title: title('phishing') }] },
    ...parts.files,
  };
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), JSON.stringify(content));
  }
  return folder;
}

/** The three kinds of events with the plainest reading: numbers as they were presented. */
export const TEST_KINDS: readonly EventKind[] = [
  {
    name: 'call.attempt',
    schema: CallAttempt,
    personal: ['to'],
    roles: ['caller', 'callee'],
    decided: true,
    read: (event: FanzhaEvent) =>
      event.kind === 'call.attempt'
        ? {
            subjects: [
              { kind: 'number', role: 'caller', value: event.from },
              { kind: 'number', role: 'callee', value: event.to },
            ],
            channel: event.ingress,
            ...(event.originCountry === undefined ? {} : { country: event.originCountry }),
          }
        : { subjects: [] },
  },
  {
    name: 'call.end',
    schema: CallEnd,
    personal: [],
    roles: [],
    decided: false,
    continues: {
      kind: 'call.attempt',
      id: (event: FanzhaEvent) => (event.kind === 'call.end' ? event.attempt : ''),
      suspected: 'call.suspected',
    },
    read: () => ({ subjects: [] }),
  },
  {
    name: 'sms.submit',
    schema: SmsSubmit,
    personal: ['text', 'to'],
    roles: ['sender', 'recipient', 'link'],
    decided: true,
    read: (event: FanzhaEvent) =>
      event.kind === 'sms.submit'
        ? {
            subjects: [
              { kind: 'sender', role: 'sender', value: event.sender },
              { kind: 'number', role: 'recipient', value: event.to },
              ...[...event.text.matchAll(/https?:\/\/([^/\s]+)/g)].map(([, value = '']) => ({
                kind: 'host' as const,
                role: 'link',
                value,
              })),
            ],
            channel: event.channel,
          }
        : { subjects: [] },
  },
];

/** Signals over the plain fields of events, enough to write any rule of a test with. */
export const TEST_SIGNALS: readonly Signal[] = [
  {
    id: 'test-call',
    version: '1',
    kinds: ['call.attempt'],
    facts: {
      'call.ingress': { type: 'string', title: title('ingress'), format: 'channel' },
      'call.roaming': { type: 'bool', title: title('roaming') },
      'caller.number': { type: 'string', title: title('caller'), format: 'number' },
      'callee.number': { type: 'string', title: title('callee'), format: 'number' },
      'caller.country': { type: 'string', title: title('country'), format: 'country' },
      'caller.risk': { type: 'double', title: title('risk'), format: 'percent' },
      'caller.tags': { type: 'list<string>', title: title('tags') },
    },
    evaluate: (event) =>
      event.kind === 'call.attempt'
        ? {
            'call.ingress': event.ingress,
            'call.roaming': event.roaming === true,
            'caller.number': event.from,
            'callee.number': event.to,
            'caller.country': event.originCountry ?? '',
            'caller.risk': event.from.length / 100,
            'caller.tags': [event.trunk ?? '', event.carrier ?? ''].filter((tag) => tag !== ''),
          }
        : {},
  },
  {
    id: 'test-end',
    version: '1',
    kinds: ['call.end'],
    facts: {
      'call.answered': { type: 'bool', title: title('answered') },
      'call.duration': { type: 'double', title: title('duration') },
      'call.suspected': { type: 'bool', title: title('suspected') },
    },
    evaluate: (event) =>
      event.kind === 'call.end'
        ? { 'call.answered': event.answered, 'call.duration': event.talkSeconds }
        : {},
  },
  {
    id: 'test-message',
    version: '1',
    kinds: ['sms.submit'],
    facts: {
      'message.length': { type: 'double', title: title('length') },
      'message.words': { type: 'list<string>', title: title('words') },
    },
    evaluate: (event) =>
      event.kind === 'sms.submit'
        ? { 'message.length': event.text.length, 'message.words': event.text.split(' ').slice(0, 3) }
        : {},
  },
];
