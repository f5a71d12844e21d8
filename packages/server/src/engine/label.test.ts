import { notFound } from '@fanzha/contract';
import fc from 'fast-check';
import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { AUDIT_MIGRATIONS } from '../platform/index.ts';
import { testClock, testContext, testDatabase } from '../platform/testing/index.ts';
import { newAttempt, newDataFolder, newEngine } from './engine.fixture.ts';
import { createLabels } from './label.service.ts';
import { countOutcomes } from './label.store.ts';

const { db } = await testDatabase(
  { name: 'audit', migrations: AUDIT_MIGRATIONS },
  { name: 'engine', migrations: new URL('./migrations/', import.meta.url) },
);
const clock = testClock();
const ctx = testContext({ db, clock });
const labels = createLabels({ journal: { get: async () => undefined }, fraudTypes: ['phishing', 'loan'] });
const ids: string[] = [];

beforeAll(async () => {
  const engine = await newEngine({ db, clock, dataFolder: newDataFolder() });
  await engine.start();
  const calls = Array.from({ length: 6 }, (_, index) => newAttempt(`call-${index}`));
  for (const outcome of await engine.submit(ctx, calls)) if (outcome.ok) ids.push(outcome.id);
  await engine.caughtUp();
  await engine.stop();
});

const idOf = (index: number): string => ids[index] ?? '';

async function* bytes(...lines: readonly unknown[]): AsyncGenerator<Uint8Array> {
  for (const line of lines)
    yield Buffer.from(typeof line === 'string' ? `${line}\n` : `${JSON.stringify(line)}\n`);
}

const actions = async (): Promise<string[]> => {
  const { rows } = await sql<{ action: string }>`select action from platform_audit order by seq`.execute(db);
  return rows.map(({ action }) => action);
};

describe('confirmed outcomes', () => {
  it('are kept with the rules of the decision, may change, and keep their history', async () => {
    const first = await labels.set(ctx, idOf(0), { outcome: 'fraud', fraudType: 'loan', source: 'analyst' });
    expect(first).toMatchObject({ outcome: 'fraud', rules: ['abroad'], verdict: 'block', event: 'call-0' });
    clock.advance(1000);
    await labels.set(ctx, idOf(0), { outcome: 'legitimate', note: 'a bank', source: 'appeal' });
    await labels.remove(ctx, idOf(0));
    const { label, history } = await labels.history(ctx, idOf(0));
    expect(label).toBeUndefined();
    expect(history).toMatchObject([
      { outcome: 'fraud', fraudType: 'loan' },
      { outcome: 'legitimate', note: 'a bank', source: 'appeal' },
      { source: 'appeal' },
    ]);
    expect(history[2]?.outcome).toBeUndefined();
    expect(await actions()).toEqual(['label.set', 'label.set', 'label.remove']);
  });

  it('refuse what is no decision and no fraud type, naming what was meant', async () => {
    const said = { outcome: 'fraud', source: 'analyst' } as const;
    await expect(labels.set(ctx, 'zzzzzz', said)).rejects.toMatchObject({ kind: notFound });
    await expect(labels.set(ctx, '!', said)).rejects.toMatchObject({ kind: notFound });
    await expect(labels.set(ctx, idOf(1), { ...said, fraudType: 'phising' })).rejects.toEqual(
      expect.objectContaining({
        fields: [{ field: 'fraudType', reason: expect.stringContaining('phishing?') }],
      }),
    );
  });

  it('come in by the file; a wrong line costs only itself', async () => {
    const results = [];
    const lines = bytes(
      { decision: idOf(1), outcome: 'fraud' },
      { kind: 'call.attempt', event: 'call-2', outcome: 'legitimate', note: 'known' },
      'not json',
      { decision: idOf(3), outcome: 'perhaps' },
      { kind: 'call.attempt', event: 'nobody', outcome: 'fraud' },
      { outcome: 'fraud' },
      { decision: idOf(1), outcome: 'fraud' },
      { decision: idOf(4), outcome: 'fraud', note: 'a\u0000b' },
    );
    for await (const result of labels.importLines(ctx, lines)) results.push(result);
    expect(results).toMatchObject([
      { line: 1, ok: true, decision: idOf(1), changed: true },
      { line: 2, ok: true, decision: idOf(2), changed: true },
      { line: 3, ok: false, code: 'malformed-body' },
      { line: 4, ok: false, field: 'outcome' },
      { line: 5, ok: false, code: 'not-found' },
      { line: 6, ok: false, field: 'decision' },
      { line: 7, ok: true, changed: false },
      { line: 8, ok: false, field: 'note' },
    ]);
    expect((await countOutcomes(ctx)).get('abroad')).toEqual({ fraud: 1, legitimate: 1 });
  });

  it('are listed newest first, page by page, and narrowed', async () => {
    clock.advance(1000);
    await labels.set(ctx, idOf(5), { outcome: 'fraud', source: 'analyst' });
    const page = await labels.list(ctx, { limit: 2 });
    expect(page.items[0]).toMatchObject({ decision: idOf(5) });
    const rest = await labels.list(ctx, { limit: 2, cursor: page.next ?? '' });
    expect(page.items.length + rest.items.length).toBe(3);
    expect(rest.next).toBeUndefined();
    expect(
      (await labels.list(ctx, { rule: 'abroad', source: 'import', outcome: 'legitimate' })).items,
    ).toMatchObject([{ event: 'call-2' }]);
  });

  it('survive any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.json(), fc.string(), fc.constant('{"outcome":"fraud"}'))),
        async (parts) => {
          const text = parts.join('\n');
          const wanted = text.split('\n').filter((line) => !/^[\s\uFEFF]*$/.test(line)).length;
          let got = 0;
          for await (const result of labels.importLines(ctx, bytes(text))) {
            got += 1;
            expect(result.ok).toBe(false);
          }
          expect(got).toBe(wanted);
        },
      ),
      { numRuns: 50 },
    );
  });
});
