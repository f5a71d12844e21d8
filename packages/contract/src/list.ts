import Type, { type Static } from 'typebox';
import { operation } from './operation.ts';
import { conflict, notFound, problem, secondPersonNeeded, wrongState } from './problem.ts';
import { Instant, LocalizedText, Page, PageQuery } from './shared.ts';

const closed = { additionalProperties: false };

/** What a list is kept of. */
export const LIST_KINDS = ['number', 'host'] as const;
/**
 * What a list is for. Rules read every list by its id. Entries of `block` and `protect` lists come and go only with a
 * second person; `protect` lists are never-block lists, whose subjects no other list may hold.
 */
export const LIST_PURPOSES = ['watch', 'block', 'protect'] as const;

export const listNotEditable = problem(
  'list-not-editable',
  409,
  '该名单来自策略包，不能在此修改',
  'This list comes from the policy pack and cannot be changed here',
);
export const listChangeTooLarge = problem(
  'list-change-too-large',
  413,
  '一次变更的条目过多',
  'Too many entries in one change',
);
export const listChangeEmpty = problem(
  'list-change-empty',
  409,
  '没有一行可以采用',
  'No line of it can be used',
);

const ListId = Type.String({ pattern: '^[a-z][a-z0-9-]{1,63}$' });

export const ListView = Type.Object(
  {
    id: ListId,
    title: LocalizedText,
    kind: Type.Enum([...LIST_KINDS]),
    purpose: Type.Enum([...LIST_PURPOSES]),
    tags: Type.Array(Type.String(), { description: 'further names under which rules find it' }),
    origin: Type.Enum(['pack', 'own'], { description: 'lists of the pack are read only' }),
    source: Type.String(),
    date: Type.Optional(Type.String({ description: 'day on which a list of the pack was last checked' })),
    entries: Type.Integer({ description: 'in force now' }),
    waiting: Type.Integer({ description: 'changes that wait for a second person' }),
    createdBy: Type.Optional(Type.String()),
    createdAt: Type.Optional(Instant),
  },
  { $id: 'ListView', ...closed },
);
export type ListView = Static<typeof ListView>;

export const ListEntryView = Type.Object(
  {
    id: Type.String(),
    value: Type.String({ description: 'canonical' }),
    display: Type.String(),
    title: Type.Optional(LocalizedText),
    state: Type.Enum(['asked', 'active', 'removed', 'expired', 'refused']),
    source: Type.Optional(Type.String()),
    reason: Type.Optional(Type.String()),
    addedBy: Type.Optional(Type.String()),
    addedAt: Type.Optional(Instant),
    expiresAt: Type.Optional(Instant),
    changeId: Type.Optional(Type.String({ description: 'the change that brought it' })),
  },
  { $id: 'ListEntryView', ...closed },
);
export type ListEntryView = Static<typeof ListEntryView>;

/** Additions or removals that were asked for together, with what became of them. */
export const ListChangeView = Type.Object(
  {
    id: Type.String(),
    list: ListId,
    act: Type.Enum(['add', 'remove']),
    state: Type.Enum(['asked', 'in-force', 'refused', 'withdrawn']),
    entries: Type.Integer(),
    sample: Type.Array(Type.String(), { description: 'the first values of it' }),
    source: Type.String(),
    reason: Type.String(),
    expiresAt: Type.Optional(Instant),
    askedBy: Type.String(),
    askedAt: Instant,
    decidedBy: Type.Optional(Type.String()),
    decidedAt: Type.Optional(Instant),
    note: Type.Optional(Type.String()),
    secondPerson: Type.Boolean({ description: 'whether it needs a second person' }),
    mine: Type.Boolean({ description: 'asked for by whoever is looking: somebody else must decide' }),
  },
  { $id: 'ListChangeView', ...closed },
);
export type ListChangeView = Static<typeof ListChangeView>;

export const ListReject = Type.Object(
  { line: Type.Integer({ description: 'from 1' }), value: Type.String(), reason: Type.String() },
  { $id: 'ListReject', ...closed },
);
export type ListReject = Static<typeof ListReject>;

/** What a change would do, line by line. */
export const ListPreview = Type.Object(
  {
    usable: Type.Integer({ description: 'entries that would change' }),
    already: Type.Integer({ description: 'on the list as asked for, or not on it' }),
    repeated: Type.Integer({ description: 'lines that another line has said' }),
    rejected: Type.Integer(),
    rejects: Type.Array(ListReject, { description: 'the first 200 of them' }),
    secondPerson: Type.Boolean(),
  },
  { $id: 'ListPreview', ...closed },
);
export type ListPreview = Static<typeof ListPreview>;

/** Lines as they are pasted or read from a file: one number or host each, anything behind a comma or tab is passed over. */
const ChangeBody = Type.Object(
  {
    act: Type.Enum(['add', 'remove']),
    lines: Type.String({ minLength: 1, maxLength: 4_000_000 }),
    source: Type.String({ minLength: 2, maxLength: 200, description: 'where it is known from' }),
    reason: Type.String({ minLength: 2, maxLength: 500 }),
    expiresAt: Type.Optional(Instant),
  },
  closed,
);
const IdParams = Type.Object({ id: ListId }, closed);
const ChangeParams = Type.Object({ id: Type.String({ format: 'uuid' }) }, closed);

export const listsList = operation({
  id: 'lists.list',
  method: 'GET',
  path: '/v1/lists',
  access: 'list:read',
  summary: { 'zh-CN': '名单', en: 'Lists' },
  response: Type.Object({ items: Type.Array(ListView) }, closed),
  errors: [],
});

export const listsCreate = operation({
  id: 'lists.create',
  method: 'POST',
  path: '/v1/lists',
  access: 'list:write',
  summary: { 'zh-CN': '新建名单', en: 'Make a list' },
  body: Type.Object(
    {
      id: ListId,
      title: Type.Object(
        {
          'zh-CN': Type.String({ minLength: 1, maxLength: 100 }),
          en: Type.String({ minLength: 1, maxLength: 100 }),
        },
        closed,
      ),
      kind: Type.Enum([...LIST_KINDS]),
      purpose: Type.Enum([...LIST_PURPOSES]),
      tags: Type.Optional(Type.Array(ListId, { maxItems: 10, uniqueItems: true })),
      source: Type.String({ minLength: 2, maxLength: 200 }),
    },
    closed,
  ),
  response: ListView,
  status: 201,
  errors: [conflict],
});

export const listsEntries = operation({
  id: 'lists.entries',
  method: 'GET',
  path: '/v1/lists/{id}/entries',
  access: 'list:read',
  summary: { 'zh-CN': '名单条目', en: 'Entries of a list' },
  params: IdParams,
  query: Type.Object(
    {
      ...PageQuery,
      search: Type.Optional(Type.String({ maxLength: 253, description: 'a number or host, in any form' })),
      state: Type.Optional(
        Type.Enum(['asked', 'active', 'removed', 'expired', 'refused'], { default: 'active' }),
      ),
    },
    closed,
  ),
  response: Page(ListEntryView),
  errors: [notFound],
});

export const listsPreview = operation({
  id: 'lists.preview',
  method: 'POST',
  path: '/v1/lists/{id}/preview',
  access: 'list:write',
  summary: {
    'zh-CN': '预览变更：可采用与不可采用的行',
    en: 'What a change would do, and which lines cannot be used',
  },
  params: IdParams,
  body: ChangeBody,
  response: ListPreview,
  errors: [notFound, listNotEditable, listChangeTooLarge],
});

export const listsChange = operation({
  id: 'lists.change',
  method: 'POST',
  path: '/v1/lists/{id}/changes',
  access: 'list:write',
  summary: { 'zh-CN': '增加或移除条目', en: 'Add or remove entries' },
  params: IdParams,
  body: ChangeBody,
  response: Type.Object({ change: ListChangeView, preview: ListPreview }, closed),
  status: 201,
  errors: [notFound, listNotEditable, listChangeTooLarge, listChangeEmpty],
});

export const listChangesList = operation({
  id: 'list-changes.list',
  method: 'GET',
  path: '/v1/list-changes',
  access: 'list:read',
  summary: { 'zh-CN': '名单变更', en: 'Changes of lists' },
  query: Type.Object(
    {
      ...PageQuery,
      list: Type.Optional(ListId),
      state: Type.Optional(Type.Enum(['asked', 'in-force', 'refused', 'withdrawn'])),
    },
    closed,
  ),
  response: Page(ListChangeView),
  errors: [],
});

export const listChangesDecide = operation({
  id: 'list-changes.decide',
  method: 'POST',
  path: '/v1/list-changes/{id}/decision',
  access: 'list:approve',
  summary: { 'zh-CN': '批准或驳回名单变更', en: 'Approve or refuse a change' },
  params: ChangeParams,
  body: Type.Object(
    { approve: Type.Boolean(), note: Type.Optional(Type.String({ maxLength: 500 })) },
    closed,
  ),
  response: ListChangeView,
  errors: [notFound, wrongState, secondPersonNeeded],
});

export const listChangesWithdraw = operation({
  id: 'list-changes.withdraw',
  method: 'POST',
  path: '/v1/list-changes/{id}/withdrawal',
  access: 'list:write',
  summary: { 'zh-CN': '撤回自己提出的变更', en: 'Withdraw a change that one has asked for' },
  params: ChangeParams,
  response: ListChangeView,
  errors: [notFound, wrongState],
});

export const listChangesUndo = operation({
  id: 'list-changes.undo',
  method: 'POST',
  path: '/v1/list-changes/{id}/undo',
  access: 'list:write',
  summary: {
    'zh-CN': '撤销已生效的变更（作为相反的新变更）',
    en: 'Undo a change in force, as a new change the other way round',
  },
  params: ChangeParams,
  body: Type.Object({ reason: Type.String({ minLength: 2, maxLength: 500 }) }, closed),
  response: ListChangeView,
  status: 201,
  errors: [notFound, wrongState, listChangeEmpty],
});
