import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type {
  LineContent,
  NumberAct,
  NumberBehaviour,
  NumberContacts,
  NumberView,
  Permission,
} from '@fanzha/contract';
import { openNumbering } from '@fanzha/vocabulary';
import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { createDecider, createEngine, createEngineSignals, openCore } from '../../engine/index.ts';
import { createIntel, createIntelRoom } from '../../intel/index.ts';
import {
  AUDIT_MIGRATIONS,
  type Context,
  openPack,
  openVault,
  type RouteBinding,
  type RouteInput,
  SYSTEM_ACTOR,
  silentLogger,
} from '../../platform/index.ts';
import { testClock, testContext, testDatabase } from '../../platform/testing/index.ts';
import { createCalls } from '../index.ts';
import { applyLineChange, insertLineChange, type StoredLineChange } from '../line.store.ts';
import { createNumberRoom } from './number-room.service.ts';

const CALLER = '+8613911112222';
const FRIEND = '+8613800138000';
const HOTLINE = '+864008001234';
const NOW = '2026-11-24T12:30:00+08:00';
const PEERS = 30;

const { db } = await testDatabase(
  { name: 'audit', migrations: AUDIT_MIGRATIONS },
  { name: 'engine', migrations: new URL('../../engine/migrations/', import.meta.url) },
  { name: 'intel', migrations: new URL('../../intel/migrations/', import.meta.url) },
  { name: 'calls', migrations: new URL('../migrations/', import.meta.url) },
);
const clock = testClock(NOW);
const pack = openPack(fileURLToPath(new URL('../../../../../packs/cn', import.meta.url)));
const numbering = openNumbering(pack);
const dataFolder = mkdtempSync(join(tmpdir(), 'fanzha-number-'));
const vault = openVault(dataFolder);
const calls = createCalls({ pack, numbering });
const intel = createIntel({ pack, numbering });
const decider = createDecider({
  pack,
  numbering,
  clock,
  kinds: calls.kinds,
  signals: [...createEngineSignals(pack), ...calls.signals, ...intel.signals],
});
const whole = { decider, pack, dataFolder, db, vault, numbering, clock, log: silentLogger, fsync: false };
const engine = await createEngine({ ...whole, open: (listener) => openCore({ ...whole, listener }) });
await engine.start();
afterAll(async () => {
  await engine.stop();
  rmSync(dataFolder, { recursive: true, force: true });
});
const lists = createIntelRoom({ lists: intel.lists, pack, numbering, db, clock, log: silentLogger });
const room = createNumberRoom({
  pack,
  numbering,
  study: engine.study,
  words: decider.texts,
  listChangesOf: lists.listChangesOf,
});

const may = (...permissions: Permission[]): Context =>
  testContext({
    db,
    clock,
    actor: { ...SYSTEM_ACTOR, kind: 'user', name: 'Lin', permissions: new Set(permissions) },
  });
const ctx = may('decision:read', 'line:read', 'list:read', 'policy:read');

async function ask<T>(operation: string, body: unknown, who = ctx): Promise<T> {
  return askOf<T>(room.routes, operation, { params: {}, body }, who);
}

async function askOf<T>(
  routes: readonly RouteBinding[] | undefined,
  operation: string,
  given: { readonly params: unknown; readonly body: unknown },
  who: Context,
): Promise<T> {
  const route = routes?.find((each) => each.operation.id === operation);
  const input = { query: {}, signal: new AbortController().signal, ...given };
  return (await route?.handler(who, input as unknown as RouteInput<never>)) as T;
}

let made = 0;
const call = (minutesAgo: number, from: string, to: string) => ({
  kind: 'call.attempt',
  id: `n-${made++}`,
  at: new Date(Date.parse(NOW) - minutesAgo * 60_000).toISOString(),
  from,
  to,
  ingress: 'interconnect',
});
const person = (start: string, index: number): string => `+86${start}${String(index).padStart(8, '0')}`;

const traffic = [
  ...Array.from({ length: PEERS }, (_, index) =>
    call(170 - index, person('138', index), person('137', index)),
  ),
  ...Array.from({ length: 24 }, (_, index) => call(100 - index, CALLER, person('136', index))),
  call(60, CALLER, person('136', 3)),
  call(50, CALLER, person('136', 3)),
  call(40, FRIEND, CALLER),
  call(30, HOTLINE, person('137', 1)),
];
// Of each second fifty calls without a reason are listed: these come in over two.
await engine.submit(ctx, traffic.slice(0, PEERS));
clock.advance(1000);
await engine.submit(ctx, traffic.slice(PEERS));
await engine.caughtUp();

const line: LineContent = {
  kind: '400',
  owner: '某银行',
  use: 'customer-service',
  numbers: [HOTLINE],
  routes: [],
  dedicated: false,
  abroad: false,
  hours: [],
  validFrom: '2026-01-01',
  validUntil: '2026-10-31',
  document: '合同 7',
};
const change: StoredLineChange = {
  id: '00000000-0000-4000-8000-000000000001',
  act: 'create',
  state: 'in-force',
  kind: null,
  lines: 1,
  sample: ['bank-400'],
  skipped: 0,
  reason: 'contract',
  second_person: false,
  undoes: null,
  asked_by_id: 'u1',
  asked_by: 'Wang',
  asked_at: new Date(NOW),
  decided_by_id: null,
  decided_by: null,
  decided_at: null,
  note: null,
};
await insertLineChange({ db }, change, [
  { line: 'bank-400', revision: 0, after: { state: 'active', content: line } },
]);
await applyLineChange({ db }, change, 'Wang', new Date(NOW), 1);

describe('what a number is', () => {
  it('stands in the plan with its range, the days of it and the source', async () => {
    const { plan, lines } = await ask<NumberView>('numbers.view', { number: '139 1111 2222' });
    expect(plan).toMatchObject({
      value: CALLER,
      kind: { code: 'mobile', title: { en: 'mobile number' } },
      validity: { code: 'valid' },
      domestic: true,
      country: 'CN',
      operator: { code: 'mobile' },
      range: { prefix: '139', assigned: true, source: { en: expect.stringContaining('MIIT') } },
    });
    expect(lines).toEqual([]);
  });

  it('tells what a disguised number imitates', async () => {
    const { plan } = await ask<NumberView>('numbers.view', { number: '+86110' });
    expect(plan).toMatchObject({ validity: { code: 'malformed' }, disguise: { target: '110' } });
  });

  it('names the owner of its line and that the registration has ended', async () => {
    const { lines } = await ask<NumberView>('numbers.view', { number: '400-800-1234' });
    expect(lines).toMatchObject([
      {
        id: 'bank-400',
        owner: '某银行',
        standing: 'expired',
        use: { title: { en: 'customer service' } },
        timeZone: 'Asia/Shanghai',
      },
    ]);
  });

  it('tells nobody of lines who may not read the register', async () => {
    const view = await ask<NumberView>('numbers.view', { number: HOTLINE }, may('decision:read'));
    expect(view.lines).toBeUndefined();
  });
});

describe('conduct of a caller beside others of its kind', () => {
  it('says with how many others it is compared and where it stands among them', async () => {
    const { peers, counters, hours, simulated } = await ask<NumberBehaviour>('numbers.behaviour', {
      number: CALLER,
    });
    expect(simulated).toBe(false);
    // Thirty mobile callers and the friend; neither the number itself nor the hotline.
    expect(peers).toMatchObject({
      kind: { code: 'mobile' },
      callers: PEERS + 1,
      decisions: traffic.length,
      sampled: false,
      enough: true,
    });
    const day = counters.find(({ name }) => name === 'count("caller", "24h")');
    expect(day).toMatchObject({ value: 26, below: 1, above: 0, others: { p10: 1, p50: 1, p90: 1 } });
    expect(hours.map(({ callers }) => callers)).toEqual([expect.any(Number), expect.any(Number)]);
    expect(hours.reduce((sum, { callers }) => sum + callers, 0)).toBe(PEERS);
    expect(hours[0]?.counters['count("caller", "24h")']).toMatchObject({ p25: 1, p50: 1, p75: 1 });
  });

  it('compares nothing where there are too few of a kind', async () => {
    const { peers, counters } = await ask<NumberBehaviour>('numbers.behaviour', { number: HOTLINE });
    expect(peers).toMatchObject({ kind: { code: '400' }, callers: 0, enough: false });
    expect(counters).toEqual([]);
  });
});

describe('with whom a number has calls', () => {
  it('lists called people masked, each once, the most called first', async () => {
    const { called, calledBy, decisions } = await ask<NumberContacts>('numbers.contacts', { number: CALLER });
    expect(decisions).toBe(27);
    expect(called.total).toBe(24);
    expect(called.items[0]).toMatchObject({ calls: 3, subject: { role: 'callee', masked: true } });
    expect(calledBy).toBeUndefined();
    expect(JSON.stringify(called)).not.toContain('13600000003');
  });

  it('tells who called it only for a purpose, which the audit log keeps without the number', async () => {
    const incoming = { number: CALLER, incoming: true };
    await expect(ask('numbers.contacts', incoming)).rejects.toMatchObject({
      kind: { code: 'purpose-required' },
    });
    const { calledBy } = await ask<NumberContacts>('numbers.contacts', { ...incoming, purpose: 'appeal' });
    expect(calledBy).toMatchObject({ total: 1, items: [{ subject: { value: FRIEND, masked: false } }] });
    const { rows } = await sql<{ action: string }>`select action, target, detail from platform_audit
      where action = 'number.contacts'`.execute(db);
    expect(rows).toMatchObject([{ detail: { purpose: 'appeal' } }]);
    expect(JSON.stringify(rows)).not.toContain('13911112222');
  });
});

describe('what was done about a number', () => {
  it('is told from the audit log to those who may read it, looks only to who inspects', async () => {
    const { called } = await ask<NumberContacts>('numbers.contacts', { number: CALLER });
    const id = called.items[0]?.decision ?? '';
    const label = { params: { id }, body: { outcome: 'fraud', source: 'analyst' } };
    await askOf(engine.routes, 'labels.set', label, ctx);
    const { items } = await ask<{ items: NumberAct[] }>('numbers.acts', { number: CALLER });
    expect(items).toMatchObject([
      { action: 'label.set', about: 'decision', by: 'Lin', target: id, detail: { outcome: 'fraud' } },
    ]);
    const inspector = may('decision:read', 'audit:read');
    const all = await ask<{ items: NumberAct[] }>('numbers.acts', { number: CALLER }, inspector);
    expect(all.items.map(({ about }) => about)).toEqual(['decision', 'look']);
    const other = await ask<{ items: NumberAct[] }>('numbers.acts', { number: FRIEND }, inspector);
    expect(other.items).toEqual([]);
  });
});
