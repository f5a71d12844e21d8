import {
  lineChangesDecide,
  lineChangesList,
  lineChangesSteps,
  lineChangesUndo,
  lineChangesWithdraw,
  lineSettingGet,
  linesClose,
  linesComplete,
  linesCreate,
  linesEdit,
  linesGet,
  linesHistory,
  linesImport,
  linesImportPreview,
  linesList,
  linesResume,
  linesSuspend,
} from '@fanzha/contract';
import { type RouteBinding, route } from '../platform/index.ts';
import type { LineEditor } from './line-edit.service.ts';
import { type LineQueries, lineChangeView } from './line-query.service.ts';

export function lineRoutes(editor: LineEditor, queries: LineQueries): RouteBinding[] {
  return [
    route(lineSettingGet, (ctx) => queries.setting(ctx)),
    route(linesList, (ctx, { query }) => queries.list(ctx, query)),
    route(linesGet, (ctx, { params }) => queries.get(ctx, params.id)),
    route(linesHistory, (ctx, { params, query }) => queries.history(ctx, params.id, query)),
    route(linesCreate, async (ctx, { body }) => lineChangeView(await editor.create(ctx, body), ctx)),
    route(linesEdit, async (ctx, { params, body }) =>
      lineChangeView(await editor.edit(ctx, params.id, body), ctx),
    ),
    route(linesSuspend, async (ctx, { params, body }) =>
      lineChangeView(await editor.turn(ctx, params.id, 'suspend', body.reason), ctx),
    ),
    route(linesResume, async (ctx, { params, body }) =>
      lineChangeView(await editor.turn(ctx, params.id, 'resume', body.reason), ctx),
    ),
    route(linesClose, async (ctx, { params, body }) =>
      lineChangeView(await editor.turn(ctx, params.id, 'close', body.reason), ctx),
    ),
    route(linesComplete, async (ctx, { body }) => lineChangeView(await editor.complete(ctx, body), ctx)),
    route(linesImportPreview, (ctx, { body }) => editor.previewImport(ctx, body)),
    route(linesImport, async (ctx, { body }) => {
      const { change, preview } = await editor.import(ctx, body);
      return { change: lineChangeView(change, ctx), preview };
    }),
    route(lineChangesList, (ctx, { query }) => queries.changes(ctx, query)),
    route(lineChangesSteps, (ctx, { params, query }) => queries.steps(ctx, params.id, query)),
    route(lineChangesDecide, async (ctx, { params, body }) =>
      lineChangeView(await editor.decide(ctx, params.id, body), ctx),
    ),
    route(lineChangesWithdraw, async (ctx, { params }) =>
      lineChangeView(await editor.withdraw(ctx, params.id), ctx),
    ),
    route(lineChangesUndo, async (ctx, { params, body }) =>
      lineChangeView(await editor.undo(ctx, params.id, body.reason), ctx),
    ),
  ];
}
