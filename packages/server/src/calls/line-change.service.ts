import { randomUUID } from 'node:crypto';
import {
  type LineAct,
  lineChanged,
  lineChangeEmpty,
  notFound,
  secondPersonNeeded,
  wrongState,
} from '@fanzha/contract';
import { AppError, audit, type Context, inTransaction } from '../platform/index.ts';
import { lineMayBecome } from './line.model.ts';
import {
  applyLineChange,
  findLineChange,
  insertLineChange,
  nextLineVersion,
  readComplete,
  readDoneSteps,
  readLines,
  refuseDrafts,
  type StoredLineChange,
  type StoredStep,
  setComplete,
  updateLineChange,
} from './line.store.ts';
import type { LineRegisterFile } from './line-setting.model.ts';

type ChangeState = StoredLineChange['state'];
const TRANSITIONS: Readonly<Record<ChangeState, readonly ChangeState[]>> = {
  asked: ['in-force', 'refused', 'withdrawn'],
  'in-force': [],
  refused: [],
  withdrawn: [],
};
const SAMPLE = 5;

interface Wish {
  readonly act: LineAct;
  readonly reason: string;
  readonly steps: readonly StoredStep[];
  /** Of `complete` and `incomplete`. */
  readonly kind?: string;
  readonly undoes?: string;
}

/** Asks for a change; it is in force at once where its act needs no second person. */
export function askLineChange(
  ctx: Context,
  { secondPerson }: Pick<LineRegisterFile, 'secondPerson'>,
  { act, reason, steps, kind, undoes }: Wish,
): Promise<StoredLineChange> {
  const change: StoredLineChange = {
    id: randomUUID(),
    act,
    state: 'asked',
    kind: kind ?? null,
    lines: steps.length,
    sample: steps.slice(0, SAMPLE).map(({ line }) => line),
    skipped: 0,
    reason,
    second_person: secondPerson.includes(act),
    undoes: undoes ?? null,
    asked_by_id: ctx.actor.id,
    asked_by: ctx.actor.name,
    asked_at: ctx.clock.date(),
    decided_by_id: null,
    decided_by: null,
    decided_at: null,
    note: null,
  };
  return inTransaction(ctx, async (inside) => {
    await insertLineChange(inside, change, steps);
    const done = change.second_person ? change : await putInForce(inside, change);
    const about = kind === undefined ? {} : { kind };
    await audit(inside, 'line.change', change.id, {
      act,
      lines: done.lines,
      state: done.state,
      reason,
      ...about,
    });
    return done;
  });
}

/** Throws AppError(line-changed) where somebody has changed every line of it meanwhile. */
async function putInForce(
  ctx: Context,
  change: StoredLineChange,
  decided: Partial<StoredLineChange> = {},
): Promise<StoredLineChange> {
  const version = await nextLineVersion(ctx);
  let skipped = 0;
  if (change.kind !== null) await declare(ctx, change.kind, change);
  else {
    const done = await applyLineChange(ctx, change, change.asked_by, ctx.clock.date(), version);
    if (done === 0) throw new AppError(lineChanged);
    skipped = change.lines - done;
  }
  const update = { state: 'in-force' as const, skipped, ...decided };
  await updateLineChange(ctx, change.id, update);
  return { ...change, ...update };
}

/** Says that a kind is complete, or no more; what is undone becomes the other one. */
async function declare(ctx: Context, kind: string, { act }: StoredLineChange): Promise<void> {
  const isComplete = (await readComplete(ctx)).has(kind);
  const wanted = act === 'undo' ? !isComplete : act === 'complete';
  if (wanted === isComplete) throw new AppError(lineChanged);
  await setComplete(ctx, kind, wanted ? ctx.clock.date() : undefined);
}

/** A change that is locked and may pass into a state. Throws AppError: not-found, wrong-state. */
async function lockedChange(ctx: Context, id: string, to: ChangeState): Promise<StoredLineChange> {
  const change = await findLineChange(ctx, id, true);
  if (!change) throw new AppError(notFound);
  if (!TRANSITIONS[change.state].includes(to)) throw new AppError(wrongState);
  return change;
}

/** Approves or refuses what somebody else has asked for. */
export function decideLineChange(
  ctx: Context,
  id: string,
  { approve, note }: { readonly approve: boolean; readonly note?: string },
): Promise<StoredLineChange> {
  return inTransaction(ctx, async (inside) => {
    const change = await lockedChange(inside, id, approve ? 'in-force' : 'refused');
    if (change.asked_by_id === ctx.actor.id) throw new AppError(secondPersonNeeded);
    const decided = {
      decided_by_id: ctx.actor.id,
      decided_by: ctx.actor.name,
      decided_at: ctx.clock.date(),
      note: note ?? null,
    };
    let done: StoredLineChange = { ...change, state: 'refused', ...decided };
    if (approve) done = await putInForce(inside, change, decided);
    else await dropChange(inside, id, { state: 'refused', ...decided });
    const detail = { act: change.act, lines: change.lines };
    await audit(inside, approve ? 'line.approve' : 'line.refuse', id, detail);
    return done;
  });
}

export function withdrawLineChange(ctx: Context, id: string): Promise<StoredLineChange> {
  return inTransaction(ctx, async (inside) => {
    const change = await lockedChange(inside, id, 'withdrawn');
    if (change.asked_by_id !== ctx.actor.id) throw new AppError(notFound);
    const update = { state: 'withdrawn' as const, decided_at: ctx.clock.date() };
    await dropChange(inside, id, update);
    await audit(inside, 'line.withdraw', id, { act: change.act });
    return { ...change, ...update };
  });
}

async function dropChange(ctx: Context, id: string, update: Partial<StoredLineChange>): Promise<void> {
  await updateLineChange(ctx, id, update);
  await refuseDrafts(ctx, id);
}

/** Asks for the opposite of a change in force, on those of its lines that nobody has changed since. */
export async function undoLineChange(
  ctx: Context,
  setting: Pick<LineRegisterFile, 'secondPerson'>,
  id: string,
  reason: string,
): Promise<StoredLineChange> {
  const change = await findLineChange(ctx, id);
  if (!change) throw new AppError(notFound);
  if (change.state !== 'in-force') throw new AppError(wrongState);
  const wish = { act: 'undo' as const, reason, undoes: id };
  if (change.kind !== null) return askLineChange(ctx, setting, { ...wish, steps: [], kind: change.kind });
  const steps = await readDoneSteps(ctx, id);
  const lines = await readLines(
    ctx,
    steps.map(({ line }) => line),
  );
  const opposite = steps.flatMap(({ line, revision, before, after }): StoredStep[] => {
    const now = lines.get(line);
    const back = before ?? { state: 'closed' as const, content: after.content };
    if (now?.revision !== revision + 1 || !lineMayBecome(now.state, back.state)) return [];
    return [{ line, revision: now.revision, before: after, after: back }];
  });
  if (opposite.length === 0) throw new AppError(lineChangeEmpty);
  return askLineChange(ctx, setting, { ...wish, steps: opposite });
}
