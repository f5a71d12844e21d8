import { resolve } from 'node:path';
import { type LineContent, PERMISSIONS, type Permission } from '@fanzha/contract';
import { openNumbering } from '@fanzha/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Actor, AUDIT_MIGRATIONS, type Context, openPack, silentLogger } from '../platform/index.ts';
import { testClock, testContext, testDatabase } from '../platform/testing/index.ts';
import { CALL_MIGRATIONS, createCalls, createLineRoom } from './index.ts';

const pack = openPack(resolve(import.meta.dirname, '../../../../packs/cn'));
const numbering = openNumbering(pack);
const { db } = await testDatabase(
  { name: 'audit', migrations: AUDIT_MIGRATIONS },
  { name: 'calls', migrations: CALL_MIGRATIONS },
);
const clock = testClock();
const actor = (id: string): Actor => ({
  kind: 'user',
  id,
  name: id,
  permissions: new Set<Permission>(PERMISSIONS),
});
const as = (id: string): Context => testContext({ db, clock, actor: actor(id) });
const [ann, ben] = [as('ann'), as('ben')];

function openDesk() {
  const { lines } = createCalls({ pack, numbering });
  return { lines, ...createLineRoom({ lines, pack, numbering, db, log: silentLogger }) };
}
const desk = openDesk();
const { editor, queries, lines } = desk;
const reason = 'contract 12';
const content = (partial: Partial<LineContent> = {}): LineContent => ({
  kind: '400',
  owner: '某快递有限公司',
  use: 'courier',
  numbers: ['400-810-8888'],
  routes: [],
  dedicated: false,
  abroad: false,
  hours: [],
  validFrom: '2026-01-01',
  document: 'C-12',
  ...partial,
});
const found = (caller: string, book = lines) =>
  book.find({ line: undefined, trunk: undefined, carrier: undefined, caller, at: clock.now() });
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: { kind?: { code: string } }) => error.kind?.code,
  );

describe('a line', () => {
  it('is known once somebody else has approved it, also in another process', async () => {
    const asked = await editor.create(ann, { id: 'L-1', content: content(), reason });
    expect(asked.state).toBe('asked');
    expect(found('+864008108888')).toBeUndefined();
    expect(await queries.get(ann, 'L-1')).toMatchObject({ state: 'draft', revision: 0, waiting: true });
    expect(await code(editor.decide(ann, asked.id, { approve: true }))).toBe('second-person-needed');
    await editor.decide(ben, asked.id, { approve: true });
    expect(found('+864008108888')).toMatchObject({ id: 'L-1', use: 'courier', standing: 'active' });
    const other = openDesk();
    await other.lines.apply(await other.lineChangesSince(0));
    expect(found('+864008108888', other.lines)?.id).toBe('L-1');
  });

  it('is suspended by one person and resumed by two; every change is in its history', async () => {
    await editor.turn(ann, 'L-1', 'suspend', 'complaints');
    expect(found('+864008108888')?.standing).toBe('suspended');
    expect((await queries.get(ann, 'L-1')).suspendedFor).toBe('complaints');
    expect(await code(editor.turn(ann, 'L-1', 'suspend', 'again'))).toBe('wrong-state');
    const resume = await editor.turn(ann, 'L-1', 'resume', 'checked');
    expect(found('+864008108888')?.standing).toBe('suspended');
    await editor.decide(ben, resume.id, { approve: true });
    expect(found('+864008108888')?.standing).toBe('active');
    clock.advance(1000);
    const { items } = await queries.history(ann, 'L-1', {});
    expect(items.map(({ change }) => change.act).sort()).toEqual(['create', 'resume', 'suspend']);
  });

  it('takes no change that was made for an earlier revision, and can be put back', async () => {
    const { revision } = await queries.get(ann, 'L-1');
    const wanted = { content: content({ use: 'marketing' }), reason, revision };
    const first = await editor.edit(ann, 'L-1', wanted);
    const late = await editor.edit(ben, 'L-1', { ...wanted, content: content({ use: 'survey' }) });
    await editor.decide(ben, first.id, { approve: true });
    expect(found('+864008108888')?.use).toBe('marketing');
    expect(await code(editor.decide(ann, late.id, { approve: true }))).toBe('line-changed');
    expect(await code(editor.edit(ann, 'L-1', wanted))).toBe('line-changed');
    const back = await editor.undo(ann, first.id, 'wrong use');
    await editor.decide(ben, back.id, { approve: true });
    expect(found('+864008108888')?.use).toBe('courier');
  });

  it('is forgotten when its registration is closed, and may be registered again', async () => {
    const closing = await editor.turn(ann, 'L-1', 'close', 'contract ended');
    await editor.decide(ben, closing.id, { approve: true });
    expect(found('+864008108888')).toBeUndefined();
    const again = await editor.create(ann, { id: 'L-1', content: content(), reason });
    await editor.decide(ben, again.id, { approve: true });
    expect(found('+864008108888')?.id).toBe('L-1');
  });

  it('may have half a character in its owner’s name', async () => {
    const asked = await editor.create(ann, { id: 'L-2', content: content({ owner: 'A\ud800' }), reason });
    await editor.withdraw(ann, asked.id);
    expect(await queries.get(ann, 'L-2')).toMatchObject({ state: 'refused', content: { owner: 'A\ufffd' } });
  });

  it('that cannot be registered so is refused with every wrong field', async () => {
    const wrong = content({
      kind: '95',
      use: 'fun',
      numbers: ['4008108888', '12', '02161234999..02161234000'],
      abroad: true,
      timeZone: 'Mars/Base',
      validUntil: '2025-01-01',
    });
    const error = await editor.create(ann, { id: 'L-9', content: wrong, reason }).catch((e: unknown) => e);
    const { fields } = error as { fields: { field: string }[] };
    expect(fields.map(({ field }) => field).sort()).toEqual([
      'content.numbers[0]',
      'content.numbers[1]',
      'content.numbers[2]',
      'content.routes',
      'content.timeZone',
      'content.use',
      'content.validUntil',
    ]);
  });
});

const HEAD = 'id,kind,owner,use,numbers,routes,hours,valid_from,document';

describe('a file of lines', () => {
  it('costs only the rows that cannot be used, and is approved and undone as one', async () => {
    const csv = [
      HEAD,
      'F-1,voice-line,医院,medical,02161234000..02161234099|02161235000,gw-1@unicom,1-5 08:00-18:00,2026-01-01,D1',
      'F-2,400,学校,education,4008200001,,,2026-01-01,D2',
      'F-2,400,学校,education,4008200001,,,2026-01-01,D2',
      'F-3,400,学校,education,12345678901234567890,,,2026-01-01,D3',
      'F-4,400,学校,education,4008200002,,sometimes,2026-13-01,D4',
    ].join('\n');
    const preview = await editor.previewImport(ann, { csv, reason });
    expect(preview).toMatchObject({ created: 2, changed: 0, rejected: 3, secondPerson: true });
    expect(preview.rejects.map(({ row, id }) => [row, id])).toEqual([
      [4, 'F-2'],
      [5, 'F-3'],
      [6, 'F-4'],
    ]);
    const { change } = await editor.import(ann, { csv, reason });
    await editor.decide(ben, change.id, { approve: true });
    expect(found('+862161234050')).toMatchObject({ id: 'F-1', routing: 'untold' });
    const number = await queries.list(ann, { number: '021-6123 4050' });
    expect(number.items.map(({ id }) => id)).toEqual(['F-1']);
    expect((await queries.list(ann, { trunk: 'gw-1' })).items.map(({ id }) => id)).toEqual(['F-1']);
    expect(await editor.previewImport(ann, { csv, reason })).toMatchObject({ created: 0, same: 2 });
    const undo = await editor.undo(ann, change.id, 'wrong file');
    await editor.decide(ben, undo.id, { approve: true });
    expect(found('+862161234050')).toBeUndefined();
  });

  it('is refused as a whole where it has no header, and survives whatever is in it', async () => {
    expect(await code(editor.previewImport(ann, { csv: 'a,b\n1,2', reason }))).toBe('line-file-unreadable');
    expect(await code(editor.previewImport(ann, { csv: `${HEAD}\n\u0000`, reason }))).toBe(
      'line-file-unreadable',
    );
    const cell = fc.string({ unit: 'grapheme', maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(cell, { maxLength: 10 }), { maxLength: 5 }), async (rows) => {
        const csv = [HEAD, ...rows.map((row) => row.join(','))].join('\n');
        const outcome = await code(editor.previewImport(ann, { csv, reason }));
        expect(['done', 'line-file-unreadable']).toContain(outcome);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a kind of which all lines are registered', () => {
  it('is declared so by two people, for callers from then on', async () => {
    const must = () => lines.mustBeRegistered('+864009999999', clock.now());
    const asked = await editor.complete(ann, { kind: '400', complete: true, reason });
    expect(must()).toBe(false);
    await editor.decide(ben, asked.id, { approve: true });
    expect(must()).toBe(true);
    expect(lines.mustBeRegistered('+864009999999', clock.now() - 1)).toBe(false);
    const undo = await editor.undo(ann, asked.id, 'not yet');
    await editor.decide(ben, undo.id, { approve: true });
    expect(must()).toBe(false);
  });
});
