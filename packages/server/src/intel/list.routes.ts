import {
  listChangesDecide,
  listChangesList,
  listChangesUndo,
  listChangesWithdraw,
  listsChange,
  listsCreate,
  listsEntries,
  listsList,
  listsPreview,
} from '@fanzha/contract';
import { type RouteBinding, route } from '../platform/index.ts';
import type { ListEditor } from './list-edit.service.ts';
import {
  allLists,
  changeView,
  type ListQueryParts,
  listChanges,
  listEntries,
  ownView,
} from './list-query.service.ts';

export interface ListRouteParts extends ListQueryParts {
  readonly editor: ListEditor;
}

export function listRoutes(parts: ListRouteParts): RouteBinding[] {
  const { editor } = parts;
  return [
    route(listsList, async (ctx) => ({ items: await allLists(ctx, parts.lists) })),
    route(listsCreate, async (ctx, { body }) => ownView(await editor.create(ctx, body))),
    route(listsEntries, (ctx, { params, query }) => listEntries(ctx, parts, params.id, query)),
    route(listsPreview, (ctx, { params, body }) => editor.preview(ctx, params.id, body)),
    route(listsChange, async (ctx, { params, body }) => {
      const { change, preview } = await editor.change(ctx, params.id, body);
      return { change: changeView(change, ctx), preview };
    }),
    route(listChangesList, (ctx, { query }) => listChanges(ctx, query)),
    route(listChangesDecide, async (ctx, { params, body }) =>
      changeView(await editor.decide(ctx, params.id, body), ctx),
    ),
    route(listChangesWithdraw, async (ctx, { params }) =>
      changeView(await editor.withdraw(ctx, params.id), ctx),
    ),
    route(listChangesUndo, async (ctx, { params, body }) =>
      changeView(await editor.undo(ctx, params.id, body.reason), ctx),
    ),
  ];
}
