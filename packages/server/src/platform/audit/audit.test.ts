import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction } from '../db/transaction.ts';
import { silentLogger } from '../log/log.ts';
import { testClock, testContext, testDatabase } from '../testing/index.ts';
import { AUDIT_MIGRATIONS, type AuditLog, createAudit } from './audit.ts';
import { audit, listEntries, treeState } from './entry.service.ts';
import { readEntries } from './entry.store.ts';
import { appendLeaf, EMPTY_FRONTIER } from './merkle.ts';

const { db } = await testDatabase({ name: 'audit', migrations: AUDIT_MIGRATIONS });
const clock = testClock();
const ctx = testContext({ db, clock });

let dataFolder = '';
let log: AuditLog;

/** What somebody with all rights on the database does: switch the guard off, then write. */
async function tamper(...statements: string[]): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await sql`set local session_replication_role = replica`.execute(trx);
    for (const statement of statements) await sql.raw(statement).execute(trx);
  });
}

beforeEach(async () => {
  await tamper('truncate platform_audit', "update platform_audit_frontier set size = 0, hashes = ''");
  dataFolder = mkdtempSync(join(tmpdir(), 'fanzha-audit-'));
  log = createAudit({ db, clock, log: silentLogger, dataFolder });
  for (let n = 0; n < 10; n += 1) {
    clock.advance(1000);
    await audit(ctx, 'test.act', `target-${n}`, { n, share: n / 3, nested: { b: [1, null], a: '反诈' } });
  }
});

afterEach(() => rmSync(dataFolder, { recursive: true }));

const change = (seq: number): string => `update platform_audit set target = 'other' where seq = ${seq}`;

describe('audit log', () => {
  it('is right when nobody touched it', async () => {
    expect(await log.verify()).toMatchObject({ ok: true, entries: 10, heads: 0 });
    expect(await log.verify()).toMatchObject({ ok: true, entries: 10, heads: 1 });
  });

  it('refuses to change or forget an entry', async () => {
    for (const statement of [change(3), 'delete from platform_audit', 'truncate platform_audit']) {
      await expect(sql.raw(statement).execute(db)).rejects.toThrow('append-only');
    }
  });

  it('keeps acts of many at once without a gap', async () => {
    await Promise.all(Array.from({ length: 30 }, () => audit(ctx, 'test.crowd')));
    expect(await log.verify()).toMatchObject({ ok: true, entries: 40 });
  });

  it('forgets what was rolled back together with the act', async () => {
    const act = inTransaction(ctx, async (inside) => {
      await audit(inside, 'test.undone');
      throw new Error('the act failed');
    });
    await expect(act).rejects.toThrow('the act failed');
    expect(await log.verify()).toMatchObject({ ok: true, entries: 10 });
  });

  it('takes hostile text and reads it back as it was hashed', async () => {
    await audit(ctx, 'test.hostile', 'a\u0000b\ud800', {
      '\u0000': '\udfff',
      big: 1e300,
      small: -0,
      deep: { x: [1e-9] },
    });
    expect(await log.verify()).toMatchObject({ ok: true, entries: 11 });
  });

  it('signs while it runs and says so when it cannot', async () => {
    await log.start?.();
    expect(await log.health?.()).toMatchObject({ state: 'ok', figures: [{ value: 10 }, { value: 0 }] });
    await audit(ctx, 'test.more');
    rmSync(join(dataFolder, 'secrets'), { recursive: true });
    await log.stop?.();
    expect(await log.health?.()).toMatchObject({ state: 'degraded', figures: [{ value: 11 }, { value: 1 }] });
  });

  it('shows pages, newest first, by action, actor and time', async () => {
    const found = await listEntries(ctx, { action: 'test.act', actor: 'system', before: 5 }, 2);
    expect(found.map(({ entry }) => entry.target)).toEqual(['target-4', 'target-3']);
    expect((await treeState(ctx)).frontier.size).toBe(10);
  });
});

const FROM_LEAF = "encode(leaf_hash, 'hex')";

describe('audit verify', () => {
  const TAMPERINGS: [what: string, statements: string[], kind: string, seq: number][] = [
    ['a changed target', [change(4)], 'changed', 4],
    [
      'a changed detail',
      [`update platform_audit set detail = detail || '{"n": 99}' where seq = 7`],
      'changed',
      7,
    ],
    ['a changed actor', [`update platform_audit set actor_name = 'eve' where seq = 0`], 'changed', 0],
    ['a changed time', [`update platform_audit set at = at + interval '1 ms' where seq = 2`], 'changed', 2],
    ['a changed hash', [`update platform_audit set leaf_hash = sha256('x') where seq = 5`], 'changed', 5],
    ['an entry removed', ['delete from platform_audit where seq = 6'], 'removed', 6],
    ['the first entry removed', ['delete from platform_audit where seq = 0'], 'removed', 0],
    ['the last entries removed', ['delete from platform_audit where seq >= 8'], 'removed', 8],
    ['everything removed', ['delete from platform_audit'], 'removed', 0],
    [
      'two entries swapped',
      [
        'update platform_audit set seq = 100 where seq = 3',
        'update platform_audit set seq = 3 where seq = 5',
        'update platform_audit set seq = 5 where seq = 100',
      ],
      'reordered',
      3,
    ],
    [
      'an entry removed and the rest moved up',
      [
        'delete from platform_audit where seq = 2',
        'update platform_audit set seq = -seq where seq > 2',
        'update platform_audit set seq = -seq - 1 where seq < 0',
      ],
      'reordered',
      2,
    ],
    [
      'an entry added at the end',
      [
        `insert into platform_audit select 10, at, actor_kind, actor_id, actor_name, action, target, detail,
         request_id, leaf_hash from platform_audit where seq = 9`,
      ],
      'reordered',
      10,
    ],
    [
      'a hash swapped in',
      [
        `update platform_audit set leaf_hash = decode((select ${FROM_LEAF} from platform_audit where seq = 1), 'hex') where seq = 8`,
      ],
      'changed',
      8,
    ],
  ];

  it.each(TAMPERINGS)('finds %s', async (_what, statements, kind, seq) => {
    await tamper('alter table platform_audit drop constraint platform_audit_seq_check', ...statements);
    const result = await log.verify();
    await tamper(
      'delete from platform_audit',
      'alter table platform_audit add constraint platform_audit_seq_check check (seq >= 0)',
    );
    expect(result).toMatchObject({ ok: false, fault: { kind, seq } });
  });

  /** A forger who knows how everything is hashed: the log is written anew with other entries. */
  async function forge(entries: number): Promise<void> {
    await tamper('truncate platform_audit', "update platform_audit_frontier set size = 0, hashes = ''");
    for (let n = 0; n < entries; n += 1) await audit(ctx, 'test.forged', `target-${n}`);
  }

  it('finds the last entries removed, with the tree, by the signed heads', async () => {
    await log.signHead();
    await forge(0);
    expect(await log.verify()).toMatchObject({ ok: false, fault: { kind: 'removed', seq: 0, until: 9 } });
  });

  it('finds a log written anew by the signed heads', async () => {
    await log.signHead();
    await forge(25);
    const { ok, fault } = await log.verify();
    expect({ ok, fault }).toMatchObject({ ok: false, fault: { kind: 'rewritten', seq: 0, until: 9 } });
  });

  it('narrows a rewriting down to what came after the last head that agrees', async () => {
    await log.signHead();
    for (let n = 0; n < 5; n += 1) await audit(ctx, 'test.later', undefined, { n });
    await log.signHead();
    await tamper(
      'delete from platform_audit where seq >= 10',
      `update platform_audit_frontier set size = 10, hashes = decode('${await frontierAt(10)}', 'hex')`,
    );
    for (let n = 0; n < 5; n += 1) await audit(ctx, 'test.instead', undefined, { n });
    expect(await log.verify()).toMatchObject({ ok: false, fault: { kind: 'rewritten', seq: 10, until: 14 } });
  });

  it('finds a head that this installation did not sign', async () => {
    await log.signHead();
    const path = join(dataFolder, 'audit', 'heads.jsonl');
    const head = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, `${JSON.stringify({ ...head, size: 9 })}\n`);
    expect(await log.verify()).toMatchObject({ ok: false, fault: { kind: 'forged-head', seq: 9 } });
  });

  it('finds the signed heads themselves removed', async () => {
    await log.signHead();
    for (const left of ['', '\n']) {
      writeFileSync(join(dataFolder, 'audit', 'heads.jsonl'), left);
      expect(await log.verify()).toMatchObject({ ok: false, fault: { kind: 'heads-removed', seq: 0 } });
    }
    rmSync(join(dataFolder, 'audit'), { recursive: true });
    expect(await log.verify()).toMatchObject({ ok: false, fault: { kind: 'heads-removed' } });
  });

  it('does not take a line that a power failure cut off for tampering', async () => {
    await log.signHead();
    appendFileSync(join(dataFolder, 'audit', 'heads.jsonl'), '{"size": 10, "rootH');
    expect(await log.verify()).toMatchObject({ ok: true, unreadableHeads: 1, heads: 1 });
  });

  it('reads on while others append', async () => {
    const [result] = await Promise.all([
      log.verify(),
      ...Array.from({ length: 20 }, () => audit(ctx, 'test.meanwhile')),
    ]);
    expect(result.ok).toBe(true);
    expect(await log.verify()).toMatchObject({ ok: true, entries: 30 });
  });
});

/** Right edge of the tree over the first `size` entries, hex. */
async function frontierAt(size: number): Promise<string> {
  const entries = await readEntries(ctx, 0, size);
  const frontier = entries.reduce((tree, { leafHash }) => appendLeaf(tree, leafHash), EMPTY_FRONTIER);
  return Buffer.concat(frontier.hashes).toString('hex');
}
