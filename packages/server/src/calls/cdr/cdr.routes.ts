import {
  cdrImportsCancel,
  cdrImportsCreate,
  cdrImportsGet,
  cdrImportsList,
  cdrImportsResume,
  cdrRefusedList,
  cdrRefusedOpen,
  cdrRefusedRetry,
  cdrSourcesList,
  cdrSourcesSet,
} from '@fanzha/contract';
import { type RouteBinding, route } from '../../platform/index.ts';
import { type CdrImports, importOf } from './cdr-import.service.ts';
import type { RefusedRecords } from './cdr-refused.service.ts';
import { pageOfSources, setSource } from './cdr-source.service.ts';

/** Call records in: uploads, how far they are, what was refused, and how sources are read. */
export function cdrRoutes(imports: CdrImports, refused: RefusedRecords): RouteBinding[] {
  return [
    route(cdrImportsCreate, (ctx, { query, stream }) => imports.upload(ctx, query, stream)),
    route(cdrImportsList, (ctx, { query }) => imports.page(ctx, query)),
    route(cdrImportsGet, (ctx, { params }) => importOf(ctx, params.id)),
    route(cdrImportsCancel, (ctx, { params }) => imports.cancel(ctx, params.id)),
    route(cdrImportsResume, (ctx, { params }) => imports.resume(ctx, params.id)),
    route(cdrRefusedList, (ctx, { params, query }) => refused.page(ctx, params.id, query)),
    route(cdrRefusedOpen, (ctx, { params, body }) => refused.open(ctx, params.id, body.purpose, body.note)),
    route(cdrRefusedRetry, (ctx, { params }) => refused.retry(ctx, params.id)),
    route(cdrSourcesList, (ctx, { query }) => pageOfSources(ctx, query)),
    route(cdrSourcesSet, (ctx, { params, body }) => setSource(ctx, params.name, body)),
  ];
}
