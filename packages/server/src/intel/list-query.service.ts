import {
  invalidInput,
  type ListChangeView,
  type ListEntryView,
  type ListView,
  notFound,
} from '@fanzha/contract';
import { AppError, type Context, decodeCursor, encodeCursor, type Pack } from '../platform/index.ts';
import { ListFile, type ListInfo, type Lists } from './list.model.ts';
import {
  type ChangeFilter,
  countEntries,
  type FoundEntry,
  findChanges,
  findEntries,
  readLists,
  type StoredChange,
  type StoredList,
} from './list.store.ts';
import { type ValueNumbering, valueReader } from './list-value.model.ts';

export interface ListQueryParts {
  readonly lists: Lists;
  readonly pack: Pack;
  readonly numbering: ValueNumbering & { display(canonical: string): string };
}

const PAGE = 50;

interface ChangeQuery extends Pick<ChangeFilter, 'list' | 'state'> {
  readonly limit?: number;
  readonly cursor?: string;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Where the page before ended. Throws AppError(invalid-input) on `cursor` for one that was not made here. */
function placeOf(cursor: string, { locale }: Context): NonNullable<ChangeFilter['after']> {
  const [at, id] = decodeCursor(cursor, ['number', 'string'], locale);
  const askedAt = new Date(Number(at));
  if (!Number.isNaN(askedAt.getTime()) && UUID.test(String(id))) return { askedAt, id: String(id) };
  const reason = locale === 'zh-CN' ? '不是上一页给出的游标' : 'is not a cursor from the page before';
  throw new AppError(invalidInput, { fields: [{ field: 'cursor', reason }] });
}

/** A page of changes, newest first. */
export async function listChanges(ctx: Context, { limit = PAGE, cursor, list, state }: ChangeQuery) {
  const after = cursor === undefined ? {} : { after: placeOf(cursor, ctx) };
  const found = await findChanges(ctx, {
    limit: limit + 1,
    ...(list === undefined ? {} : { list }),
    ...(state === undefined ? {} : { state }),
    ...after,
  });
  const last = found[limit - 1];
  const more = found.length > limit && last !== undefined;
  return {
    items: found.slice(0, limit).map((change) => changeView(change, ctx)),
    ...(more ? { next: encodeCursor([last.asked_at.getTime(), last.id]) } : {}),
  };
}

/** Every list: those of the pack, then own ones. */
export async function allLists(ctx: Context, lists: Lists): Promise<ListView[]> {
  const counts = await countEntries(ctx, ctx.clock.date());
  const own = (await readLists(ctx)).map((list) => {
    const { active = 0, waiting = 0 } = counts.get(list.id) ?? {};
    return { ...ownView(list), entries: active, waiting };
  });
  return [...lists.all.filter(({ origin }) => origin === 'pack').map(packView), ...own];
}

const packView = ({ id, title, kind, purpose, tags, source, date, size }: ListInfo): ListView => ({
  id,
  title,
  kind,
  purpose,
  tags: [...tags],
  origin: 'pack',
  source,
  ...(date === undefined ? {} : { date }),
  entries: size,
  waiting: 0,
});

/** An own list as people see it, without its counts. */
export const ownView = ({ tags, createdAt, ...list }: StoredList): ListView => ({
  ...list,
  tags: [...tags],
  origin: 'own',
  entries: 0,
  waiting: 0,
  createdAt: createdAt.toISOString(),
});

interface EntryQuery {
  readonly limit?: number;
  readonly cursor?: string;
  readonly search?: string;
  readonly state?: ListEntryView['state'];
}

/** A page of the entries of a list, in the order of their values. Throws AppError(not-found). */
export async function listEntries(
  ctx: Context,
  parts: ListQueryParts,
  id: string,
  { limit = PAGE, cursor, search, state = 'active' }: EntryQuery,
) {
  const info = parts.lists.all.find((list) => list.id === id);
  if (!info) throw new AppError(notFound);
  const [value = '', change = ''] =
    cursor === undefined ? [] : decodeCursor(cursor, ['string', 'string'], ctx.locale);
  const prefix = search === undefined ? undefined : searched(ctx, parts, info, search);
  const page = {
    limit: limit + 1,
    ...(prefix === undefined ? {} : { prefix }),
    ...(cursor === undefined ? {} : { after: { value: String(value), change: String(change) } }),
  };
  const found =
    info.origin === 'pack'
      ? packEntries(parts, info, { ...page, state })
      : (await findEntries(ctx, { ...page, list: id, state, now: ctx.clock.date() })).map((entry) =>
          entryView(entry, state, parts),
        );
  const last = found[limit - 1];
  const more = found.length > limit && last !== undefined;
  return {
    items: found.slice(0, limit),
    ...(more ? { next: encodeCursor([last.value, last.changeId ?? '']) } : {}),
  };
}

/** What was typed, in canonical form where it is a whole value; else as the beginning of one. */
function searched(ctx: Context, parts: ListQueryParts, info: ListInfo, search: string): string {
  const read = valueReader(info, 'remove', { ...parts, locale: ctx.locale })(search.trim());
  return 'value' in read ? read.value : search.trim().toLowerCase();
}

function packEntries(
  { pack, numbering }: ListQueryParts,
  { id, kind }: ListInfo,
  page: { limit: number; prefix?: string; after?: { value: string }; state: string },
): ListEntryView[] {
  if (page.state !== 'active') return [];
  const file = pack
    .list('lists')
    .map((name) => pack.read(`lists/${name}`, ListFile))
    .find((list) => list.id === id);
  const all = (file?.entries ?? []).map((entry): ListEntryView => {
    const written = typeof entry === 'string' ? entry : entry.value;
    const value = kind === 'number' ? (numbering.parse(written).canonical ?? written) : written.toLowerCase();
    const title = typeof entry === 'string' ? {} : { title: entry.title };
    return { id: value, value, display: numbering.display(value), ...title, state: 'active' };
  });
  return all
    .filter(({ value }) => value.startsWith(page.prefix ?? '') && value > (page.after?.value ?? ''))
    .sort((a, b) => (a.value < b.value ? -1 : 1))
    .slice(0, page.limit);
}

function entryView(
  { value, expiresAt, change }: FoundEntry,
  state: ListEntryView['state'],
  { numbering }: ListQueryParts,
): ListEntryView {
  return {
    id: `${change.id}:${value}`,
    value,
    display: numbering.display(value),
    state,
    source: change.source,
    reason: change.reason,
    addedBy: change.asked_by,
    addedAt: change.asked_at.toISOString(),
    ...(expiresAt === null ? {} : { expiresAt: expiresAt.toISOString() }),
    changeId: change.id,
  };
}

/** A change as whoever asks sees it. */
export function changeView(change: StoredChange, { actor }: Context): ListChangeView {
  const { expires_at: expiresAt, decided_by: decidedBy, decided_at: decidedAt, note } = change;
  return {
    id: change.id,
    list: change.list,
    act: change.act,
    state: change.state,
    entries: change.entries,
    sample: change.sample,
    source: change.source,
    reason: change.reason,
    ...(expiresAt === null ? {} : { expiresAt: expiresAt.toISOString() }),
    askedBy: change.asked_by,
    askedAt: change.asked_at.toISOString(),
    ...(decidedBy === null ? {} : { decidedBy }),
    ...(decidedAt === null ? {} : { decidedAt: decidedAt.toISOString() }),
    ...(note === null ? {} : { note }),
    secondPerson: change.second_person,
    mine: change.asked_by_id === actor.id,
  };
}
