import { resolve } from 'node:path';
import { PERMISSIONS, type Permission } from '@fanzha/contract';
import { openNumbering } from '@fanzha/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Actor, AUDIT_MIGRATIONS, type Context, openPack, silentLogger } from '../platform/index.ts';
import { testClock, testContext, testDatabase } from '../platform/testing/index.ts';
import { createIntel } from './index.ts';
import type { ListStep } from './list.model.ts';
import { listRoutes } from './list.routes.ts';
import { ListPolicy } from './list-change.model.ts';
import { createListEditor, type ListChangeRequest } from './list-edit.service.ts';
import { createListFeed, createListFollower } from './list-follow.service.ts';
import { listStoreLaws } from './list-laws.fixture.ts';

const pack = openPack(resolve(import.meta.dirname, '../../../../packs/cn'));
const numbering = openNumbering(pack);
const { db } = await testDatabase(
  { name: 'audit', migrations: AUDIT_MIGRATIONS },
  { name: 'intel', migrations: new URL('./migrations/', import.meta.url) },
);
const clock = testClock();
const actor = (id: string): Actor => ({
  kind: 'user',
  id,
  name: id,
  permissions: new Set<Permission>(PERMISSIONS),
});
const as = (id: string): Context => testContext({ db, clock, actor: actor(id), locale: 'en' });
const ann = as('ann');
const ben = as('ben');

function openDesk() {
  const { lists, signals } = createIntel({ pack, numbering });
  const follower = createListFollower(createListFeed({ db, clock }), lists, silentLogger);
  const policy = { ...pack.read('list-policy.json', ListPolicy), bulkEntries: 3, mostEntries: 10_000 };
  const editor = createListEditor({ lists, numbering, policy, follower });
  const routes = listRoutes({ lists, editor, pack, numbering });
  return { lists, signals, follower, editor, routes };
}

const desk = openDesk();
const { editor, lists } = desk;
const title = { 'zh-CN': '名单', en: 'List' };
const source = 'police notice';
await editor.create(ann, { id: 'watched', title, kind: 'number', purpose: 'watch', source });
await editor.create(ann, { id: 'blocked', title, kind: 'number', purpose: 'block', source });
await editor.create(ann, { id: 'safe', title, kind: 'number', purpose: 'protect', source });
await editor.create(ann, { id: 'bad-hosts', title, kind: 'host', purpose: 'watch', source });

const request = (lines: string, act: 'add' | 'remove' = 'add'): ListChangeRequest => ({
  act,
  lines,
  source,
  reason: 'seen in fraud',
});
const known = (value: string) => lists.lookUp({ kind: 'number', value });

describe('the store of lists in PostgreSQL', () => {
  const write = async (steps: readonly ListStep[]): Promise<void> => {
    const [first] = steps;
    if (!first) return;
    const lines = steps.map(({ value }) => value).join('\n');
    const expiry = first.until === undefined ? {} : { expiresAt: new Date(first.until * 1000).toISOString() };
    const wide = createListEditor({
      ...desk,
      numbering: { parse: (canonical) => ({ canonical }) },
      policy: { bulkEntries: 10_000, mostEntries: 10_000, from: '2026-01-01', source },
    });
    const asked = { ...request(lines, first.gone ? 'remove' : 'add'), ...expiry };
    const { change } = await wide.change(ann, first.list, asked);
    if (change.state === 'asked') await wide.decide(ben, change.id, { approve: true });
  };
  listStoreLaws(() => ({ open: () => createListFeed({ db, clock }), write }));
});

describe('changing a list', () => {
  it('takes effect at once, reaches another process, and can be undone', async () => {
    const other = openDesk();
    const { change, preview } = await editor.change(ann, 'watched', request('138 1111 0001'));
    expect(change.state).toBe('in-force');
    expect(preview).toMatchObject({ usable: 1, secondPerson: false });
    expect(known('+8613811110001')).toEqual(['watched']);
    await other.follower.catchUp();
    expect(other.lists.lookUp({ kind: 'number', value: '+8613811110001' })).toEqual(['watched']);
    await editor.undo(ann, change.id, 'wrong number');
    await other.follower.catchUp();
    expect(known('+8613811110001')).toEqual([]);
    expect(other.lists.lookUp({ kind: 'number', value: '+8613811110001' })).toEqual([]);
  });

  it('names every line that cannot be used, and counts what is said twice', async () => {
    const lines = [
      'number,note',
      '# comment',
      '',
      '"13811110002",x',
      '+86 138 1111 0002',
      '110\tpolice',
      '95588',
    ].join('\r\n');
    expect(await editor.preview(ann, 'watched', request(lines))).toEqual({
      usable: 1,
      already: 0,
      repeated: 1,
      rejected: 3,
      rejects: [
        { line: 1, value: 'number', reason: 'is not a number that can be read' },
        { line: 6, value: '110', reason: expect.stringContaining('is protected by the list') },
        { line: 7, value: '95588', reason: expect.stringContaining('is protected by the list') },
      ],
      secondPerson: false,
    });
  });

  it('refuses hosts that would cover everybody below them', async () => {
    const { rejects, usable } = await editor.preview(
      ann,
      'bad-hosts',
      request('com.cn\nevil.example.com\nlocalhost\nhttp://x/y'),
    );
    expect(usable).toBe(1);
    expect(rejects.map(({ value }) => value)).toEqual(['com.cn', 'localhost', 'http://x/y']);
  });

  it('that blocks waits for somebody else, and so does its lift', async () => {
    const { change } = await editor.change(ann, 'blocked', request('13811110003'));
    expect(change.state).toBe('asked');
    expect(known('+8613811110003')).toEqual([]);
    await expect(editor.decide(ann, change.id, { approve: true })).rejects.toMatchObject({
      kind: { code: 'second-person-needed' },
    });
    await editor.decide(ben, change.id, { approve: true });
    expect(known('+8613811110003')).toEqual(['blocked']);
    await expect(editor.decide(ben, change.id, { approve: false })).rejects.toMatchObject({
      kind: { code: 'wrong-state' },
    });
    const lift = await editor.undo(ben, change.id, 'appeal upheld');
    expect(lift.state).toBe('asked');
    expect(known('+8613811110003')).toEqual(['blocked']);
    await editor.decide(ann, lift.id, { approve: true });
    expect(known('+8613811110003')).toEqual([]);
  });

  it('of many entries waits for somebody else; who asked may withdraw it', async () => {
    const lines = ['13811110011', '13811110012', '13811110013', '13811110014'].join('\n');
    const { change } = await editor.change(ann, 'watched', request(lines));
    expect(change).toMatchObject({ state: 'asked', entries: 4, second_person: true });
    await expect(editor.withdraw(ben, change.id)).rejects.toMatchObject({ kind: { code: 'not-found' } });
    expect((await editor.withdraw(ann, change.id)).state).toBe('withdrawn');
    expect(known('+8613811110011')).toEqual([]);
  });

  it('leaves out what has come under protection while it waited', async () => {
    const { change } = await editor.change(ann, 'blocked', request('13811110021\n13811110022'));
    const guard = await editor.change(ann, 'safe', request('13811110021'));
    await editor.decide(ben, guard.change.id, { approve: true });
    expect((await editor.decide(ben, change.id, { approve: true })).entries).toBe(1);
    expect(known('+8613811110021')).toEqual(['never-block', 'safe']);
    expect(known('+8613811110022')).toEqual(['blocked']);
  });

  it('says what cannot be done: lists of the pack, empty changes, an expiry that is past, too many lines', async () => {
    const code = (promise: Promise<unknown>) =>
      promise.then(
        () => 'done',
        (error: { kind?: { code: string } }) => error.kind?.code,
      );
    expect(await code(editor.change(ann, 'banks', request('13811110031')))).toBe('list-not-editable');
    expect(await code(editor.change(ann, 'nowhere', request('13811110031')))).toBe('not-found');
    expect(await code(editor.change(ann, 'watched', request('nonsense')))).toBe('list-change-empty');
    expect(await code(editor.change(ann, 'watched', request('x\n'.repeat(10_001))))).toBe(
      'list-change-too-large',
    );
    const past = { ...request('13811110031'), expiresAt: '2026-11-01T00:00:00Z' };
    expect(await code(editor.change(ann, 'watched', past))).toBe('invalid-input');
    const claim = { id: 'mine', title, kind: 'number' as const, purpose: 'watch' as const, source };
    expect(await code(editor.create(ann, { ...claim, tags: ['never-block'] }))).toBe('invalid-input');
    expect(await code(editor.create(ann, { ...claim, id: 'never-block' }))).toBe('conflict');
    expect(await code(editor.create(ann, { ...claim, tags: ['do-not-originate'] }))).toBe('invalid-input');
    const blocking = { ...claim, id: 'our-hotlines', purpose: 'block' as const, tags: ['do-not-originate'] };
    expect(await code(editor.create(ann, blocking))).toBe('done');
  });

  it('is read by rules as a fact of the event', async () => {
    await editor.change(ann, 'watched', request('13811110041'));
    const facts = desk.signals[0]?.evaluate({ at: '2026-11-23T10:00:00+08:00' } as never, {
      subjects: [{ kind: 'number', role: 'caller', value: '+8613811110041' }],
    });
    expect(facts?.['lists.caller']).toEqual(['watched']);
  });

  it('survives whatever is pasted', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }), async (lines) => {
        const preview = await editor.preview(ann, 'watched', request(lines));
        expect(preview.rejected).toBeGreaterThanOrEqual(preview.rejects.length);
      }),
      { numRuns: 60 },
    );
  });
});
