import {
  type BodyOf,
  type NumberAct,
  type NumberContacts,
  type NumberLine,
  type NumberView,
  type numbersContacts,
  purposeRequired,
} from '@fanzha/contract';
import type { Numbering, NumberPlan } from '@fanzha/vocabulary';
import { offsetAt, type SubjectStudy } from '../../engine/index.ts';
import {
  AppError,
  audit,
  auditAbout,
  type Context,
  type Database,
  inTransaction,
} from '../../platform/index.ts';
import { type FoundLine, findHistory, findLines } from '../line-list.store.ts';
import { actView } from './number-act.model.ts';
import { type Asked, contactsOf, contactViews } from './number-contact.model.ts';
import { type PlanWords, planView } from './number-plan-view.model.ts';

export interface NumberPageParts {
  readonly study: SubjectStudy;
  readonly numbering: Numbering;
  readonly plan: Pick<NumberPlan, 'national'>;
  readonly words: PlanWords;
  readonly timeZone: string;
  /** Ids of the newest changes of lists that named a canonical value. */
  listChangesOf(ctx: { readonly db: Database }, value: string, limit: number): Promise<string[]>;
}

/** What the page of a number tells beside its counters. Numbers are asked for in any form. */
export interface NumberPages {
  view(ctx: Context, number: string): Promise<NumberView>;
  /** Throws purpose-required for who called it; that look is audited first. */
  contacts(ctx: Context, asked: BodyOf<typeof numbersContacts>): Promise<NumberContacts>;
  acts(ctx: Context, number: string): Promise<{ items: NumberAct[]; truncated: boolean; decisions: number }>;
}

const DAY_MS = 86_400_000;
const MOST_LINES = 10;
const MOST_DECISIONS = 2000;
const MOST_CONTACTS = 50;
/** Decisions, changes and snoozes whose acts are looked for. */
const ACT_DECISIONS = 1000;
const ACT_CHANGES = 50;
const MOST_ACTS = 100;

export function createNumberPages(parts: NumberPageParts): NumberPages {
  const { study, numbering, plan, words } = parts;
  const asked = (number: string): Asked => {
    const value = numbering.parse(number).canonical ?? number.trim();
    return { value, token: study.tokenOf(value) };
  };
  return {
    view: async (ctx, text) => {
      const now = ctx.clock.now();
      const number = numbering.parse(text.trim(), now);
      const day = dayAt(now, parts.timeZone);
      const may = ctx.actor.permissions.has('line:read');
      const lines = may ? await linesOf(ctx, number.canonical, day) : [];
      return {
        plan: planView(number, plan, words, day),
        at: ctx.clock.date().toISOString(),
        ...(may ? { lines: lines.slice(0, MOST_LINES).map((line) => lineView(line, parts)) } : {}),
        moreLines: lines.length > MOST_LINES,
      };
    },
    contacts: (ctx, body) => contacts(ctx, parts, asked(body.number), body),
    acts: (ctx, number) => acts(ctx, parts, asked(number)),
  };
}

/** The day (ISO 8601) that it is in a zone. */
const dayAt = (at: number, timeZone: string): string =>
  new Date(at + offsetAt(at, timeZone)).toISOString().slice(0, 10);

async function linesOf(ctx: Context, number: string | undefined, today: string): Promise<FoundLine[]> {
  return number === undefined ? [] : findLines(ctx, { number, today, limit: MOST_LINES + 1 });
}

function lineView({ id, standing, content }: FoundLine, { words, timeZone }: NumberPageParts): NumberLine {
  const { kind, owner, use, validFrom, validUntil, hours } = content;
  return {
    id,
    kind: { code: kind, title: words.label('lineKind', kind) },
    owner,
    use: { code: use, title: words.label('lineUse', use) },
    standing,
    validFrom,
    ...(validUntil === undefined ? {} : { validUntil }),
    hours,
    timeZone: content.timeZone ?? timeZone,
  };
}

async function contacts(
  ctx: Context,
  { study, words }: NumberPageParts,
  asked: Asked,
  { days = 30, order = 'most', incoming = false, purpose, note }: BodyOf<typeof numbersContacts>,
): Promise<NumberContacts> {
  if (incoming) {
    if (purpose === undefined) throw new AppError(purposeRequired);
    const detail = { purpose, ...(note === undefined ? {} : { note }) };
    await inTransaction(ctx, (inside) => audit(inside, 'number.contacts', asked.token, detail));
  }
  const now = ctx.clock.now();
  const from = now - days * DAY_MS;
  const limit = MOST_DECISIONS + 1;
  const found = await study.decisions(ctx, { value: asked.value, kind: 'call.attempt', from, limit });
  const decisions = found.slice(0, MOST_DECISIONS);
  const listed = (direction: 'called' | 'calledBy') => {
    const met = contactsOf(decisions, asked, direction);
    const items = contactViews(met, order, MOST_CONTACTS, (value) => words.displayNumber(value));
    return { total: met.length, items };
  };
  return {
    from: new Date(from).toISOString(),
    to: new Date(now).toISOString(),
    decisions: decisions.length,
    truncated: found.length > MOST_DECISIONS,
    plainRowsPerSecond: study.plainRowsPerSecond,
    called: listed('called'),
    ...(incoming ? { calledBy: listed('calledBy') } : {}),
  };
}

/** Everything that the audit log says about the number, its decisions, snoozes, list changes and lines. */
async function acts(
  ctx: Context,
  { study, timeZone, listChangesOf }: NumberPageParts,
  { value, token }: Asked,
): ReturnType<NumberPages['acts']> {
  const about = { value, kind: 'call.attempt', limit: ACT_DECISIONS } as const;
  const decisions = await study.decisions(ctx, about);
  const lines = await linesOf(ctx, value, dayAt(ctx.clock.now(), timeZone));
  const steps = await Promise.all(lines.map(({ id }) => findHistory(ctx, id, { limit: ACT_CHANGES })));
  const targets = [
    token,
    ...decisions.map(({ id }) => id),
    ...(await study.snoozes(ctx, value, ACT_CHANGES)),
    ...(await listChangesOf(ctx, value, ACT_CHANGES)),
    ...lines.map(({ id }) => id),
    ...steps.flat().map(({ id }) => id),
  ];
  const logged = await auditAbout(ctx, targets, MOST_ACTS + 1);
  const items = logged.slice(0, MOST_ACTS).flatMap((entry): NumberAct[] => {
    const told = actView(entry, ctx.actor.permissions);
    return told === undefined ? [] : [told];
  });
  return { items, truncated: logged.length > MOST_ACTS, decisions: decisions.length };
}
