import type { Localized } from '@fanzha/vocabulary';
import type { Database } from '../db/database.ts';
import { entryLeaf } from './entry.service.ts';
import { onSnapshot, readEntries, readTree, type StoredEntry } from './entry.store.ts';
import type { HeadFile } from './head.store.ts';
import { appendLeaf, EMPTY_FRONTIER, type Frontier, rootOf, sameHash } from './merkle.ts';

/** What was done to the log; `seq` is the first entry concerned, `until` the last where only a range is known. */
export interface AuditFault {
  readonly kind:
    | 'changed'
    | 'removed'
    | 'inserted'
    | 'reordered'
    | 'rewritten'
    | 'forged-head'
    | 'heads-removed';
  readonly seq: number;
  readonly until?: number;
  readonly text: Localized;
}

export interface AuditVerification {
  readonly ok: boolean;
  /** Entries that were read and are right. */
  readonly entries: number;
  /** Root over those entries, hex. */
  readonly rootHash: string;
  /** Signed heads that were compared. */
  readonly heads: number;
  /** Lines of the head file that are not a head, e.g. cut off by a power failure. */
  readonly unreadableHeads: number;
  readonly fault?: AuditFault;
}

interface Reference {
  /** Roots that were signed, by size of the tree. */
  readonly roots: Map<number, string>;
  readonly largest: number;
  readonly heads: number;
  readonly unreadable: number;
  readonly fault?: AuditFault;
}

const PAGE = 1000;
/** How far from its place an entry that was moved is looked for. */
const MOVED_WITHIN = 1000;

const TEXTS: Record<AuditFault['kind'], Localized> = {
  changed: { 'zh-CN': '该条内容被改动', en: 'the entry was changed' },
  removed: { 'zh-CN': '该条被删除', en: 'the entry was removed' },
  inserted: { 'zh-CN': '该条是插入的', en: 'the entry was inserted' },
  reordered: { 'zh-CN': '该条的次序被改动', en: 'the entry was moved' },
  rewritten: {
    'zh-CN': '该范围内有条目连同哈希一起被改写',
    en: 'an entry of this range was rewritten together with its hash',
  },
  'forged-head': {
    'zh-CN': '已签名的树头签名不对',
    en: 'the signature of a tree head of this size is wrong',
  },
  'heads-removed': {
    'zh-CN': '本系统签过的树头全部不见了，无从证明日志未被改写',
    en: 'all tree heads that this installation signed are gone: nothing shows any more that the log was not rewritten',
  },
};

function faultOf(kind: AuditFault['kind'], seq: number, until?: number): AuditFault {
  return { kind, seq, ...(until === undefined || until === seq ? {} : { until }), text: TEXTS[kind] };
}

/** Reads all signed heads. Their number is one a minute at most, so they fit in memory. */
async function readReference(headFile: HeadFile): Promise<Reference> {
  const roots = new Map<number, string>();
  let [largest, heads, unreadable] = [0, 0, 0];
  for await (const line of headFile.lines()) {
    if (line.kind === 'unreadable') {
      unreadable += 1;
      continue;
    }
    const { size, rootHash } = line.head;
    heads += 1;
    const signed = roots.get(size) ?? rootHash;
    const fault = !line.genuine
      ? faultOf('forged-head', size)
      : signed === rootHash
        ? undefined
        : faultOf('rewritten', 0, Math.max(0, size - 1));
    if (fault !== undefined) return { roots, largest, heads, unreadable, fault };
    roots.set(size, rootHash);
    largest = Math.max(largest, size);
  }
  // Who rewrites the database and deletes the heads must not be told that all is well.
  const removed = heads === 0 && headFile.hasSigned();
  return { roots, largest, heads, unreadable, ...(removed ? { fault: faultOf('heads-removed', 0) } : {}) };
}

/** Whether the stored hash is that of the same entry at another place. */
function wasMoved({ entry, leafHash }: StoredEntry): boolean {
  const from = Math.max(0, entry.seq - MOVED_WITHIN);
  for (let seq = from; seq <= entry.seq + MOVED_WITHIN; seq += 1) {
    if (sameHash(entryLeaf({ ...entry, seq }), leafHash)) return true;
  }
  return false;
}

function faultInRow(stored: StoredEntry, expected: number, leaf: Buffer): AuditFault | undefined {
  if (stored.entry.seq !== expected) return faultOf('removed', expected, stored.entry.seq - 1);
  if (sameHash(leaf, stored.leafHash)) return undefined;
  return faultOf(wasMoved(stored) ? 'reordered' : 'changed', expected);
}

interface Walk {
  readonly frontier: Frontier;
  /** Size of the last tree whose root agreed with a signed head. */
  readonly agreed: number;
  readonly fault?: AuditFault;
}

async function walk(ctx: { readonly db: Database }, reference: Reference): Promise<Walk> {
  let frontier = EMPTY_FRONTIER;
  let agreed = 0;
  for (;;) {
    const page = await readEntries(ctx, frontier.size, PAGE);
    for (const stored of page) {
      const leaf = entryLeaf(stored.entry);
      const fault = faultInRow(stored, frontier.size, leaf);
      if (fault !== undefined) return { frontier, agreed, fault };
      frontier = appendLeaf(frontier, leaf);
      const signed = reference.roots.get(frontier.size);
      if (signed === undefined) continue;
      if (signed !== rootOf(frontier).toString('hex')) {
        return { frontier, agreed, fault: faultOf('rewritten', agreed, frontier.size - 1) };
      }
      agreed = frontier.size;
    }
    if (page.length < PAGE) return { frontier, agreed };
  }
}

function faultAtEnd(walked: Walk, committed: Frontier, reference: Reference): AuditFault | undefined {
  const { size } = walked.frontier;
  const known = Math.max(committed.size, reference.largest);
  if (size < known) return faultOf('removed', size, known - 1);
  if (size > committed.size) return faultOf('inserted', committed.size, size - 1);
  if (sameHash(rootOf(walked.frontier), rootOf(committed))) return undefined;
  return faultOf('rewritten', walked.agreed, Math.max(walked.agreed, size - 1));
}

/**
 * Recomputes the whole tree from the rows, page by page, and compares every leaf, the stored right edge and every
 * signed head. Names the first entry that is not as it was written. Others may go on appending meanwhile.
 */
export async function verifyAudit(
  ctx: { readonly db: Database },
  headFile: HeadFile,
): Promise<AuditVerification> {
  // Heads first: a head is signed from what is committed, so the later snapshot holds all that they speak of.
  const reference = await readReference(headFile);
  return onSnapshot(ctx, async (snapshot) => {
    const { frontier: committed } = await readTree(snapshot);
    const walked = await walk(snapshot, reference);
    const fault = walked.fault ?? reference.fault ?? faultAtEnd(walked, committed, reference);
    return {
      ok: fault === undefined,
      entries: walked.frontier.size,
      rootHash: rootOf(walked.frontier).toString('hex'),
      heads: reference.heads,
      unreadableHeads: reference.unreadable,
      ...(fault === undefined ? {} : { fault }),
    };
  });
}
