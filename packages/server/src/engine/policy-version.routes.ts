import {
  POLICY_STATES,
  type PolicyState,
  policyCheck,
  policyExpiring,
  policyGuardsPut,
  policyReasonsPut,
  policyReasonsRemove,
  policyRollBack,
  policyRulesOrder,
  policyRulesPut,
  policyRulesRemove,
  policyTablesPut,
  policyTablesRemove,
  policyVersionsApprove,
  policyVersionsCreate,
  policyVersionsDiff,
  policyVersionsDiscard,
  policyVersionsGet,
  policyVersionsList,
  policyVersionsPublish,
  policyVersionsReject,
  policyVersionsRename,
  policyVersionsRestore,
  policyVersionsShadow,
  policyVersionsShadowDifferences,
  policyVersionsShadowReport,
  policyVersionsStopShadow,
} from '@fanzha/contract';
import { type Context, type RouteBinding, route } from '../platform/index.ts';
import type { Rule } from './policy.model.ts';
import type { PolicyEdits } from './policy-edit.service.ts';
import { expiringRules } from './policy-expiry.model.ts';
import type { PolicyMoves } from './policy-move.service.ts';
import type { StoredVersion } from './policy-version.model.ts';
import type { PolicyVersions } from './policy-version.service.ts';
import { shadowDifferences, shadowReport } from './shadow-report.service.ts';

export interface PolicyRouteParts {
  readonly versions: PolicyVersions;
  readonly edits: PolicyEdits;
  readonly moves: PolicyMoves;
  readonly timeZone: string;
  /** Rules of the live policy. */
  rules(): readonly Rule[];
  /** Makes the engine decide by what was just changed, as far as it can at once. */
  adopt(ctx: Context): Promise<void>;
}

export function policyVersionRoutes(parts: PolicyRouteParts): RouteBinding[] {
  return [...readingRoutes(parts), ...editingRoutes(parts), ...movingRoutes(parts)];
}

const DEFAULT_DAYS = 30;

function readingRoutes({ versions, rules, timeZone }: PolicyRouteParts): RouteBinding[] {
  return [
    route(policyVersionsList, (ctx, { query: { state, ...page } }) => {
      const wanted = state?.split(',');
      const states = POLICY_STATES.filter((known: PolicyState) => wanted?.includes(known));
      return versions.list(ctx, { ...page, ...(wanted === undefined ? {} : { states }) });
    }),
    route(policyVersionsGet, (ctx, { params }) => versions.get(ctx, params.number)),
    route(policyCheck, (_ctx, { body }) => {
      const faults = [...versions.check(body)];
      return { ok: faults.length === 0, faults };
    }),
    route(policyVersionsDiff, (ctx, { params, query }) => versions.diff(ctx, params.number, query.from)),
    route(policyVersionsShadowReport, (ctx, { params, query }) =>
      shadowReport(ctx, params.number, query.simulated),
    ),
    route(policyVersionsShadowDifferences, (ctx, { params, query }) =>
      shadowDifferences(ctx, params.number, query),
    ),
    route(policyExpiring, (ctx, { query: { days = DEFAULT_DAYS } }) => ({
      rules: expiringRules(rules(), ctx.clock.now(), timeZone, days),
    })),
  ];
}

function editingRoutes({ versions, edits, adopt }: PolicyRouteParts): RouteBinding[] {
  const adopted = adoptedBy(adopt);
  return [
    route(policyVersionsCreate, (ctx, { body }) => versions.create(ctx, body)),
    route(policyVersionsRename, (ctx, { params, body: { revision, ...names } }) =>
      versions.rename(ctx, { ...params, revision }, names),
    ),
    route(policyRulesPut, (ctx, { params: { number, id }, body: { revision, rule, before } }) =>
      adopted(ctx, edits.putRule(ctx, { number, revision }, id, rule, before)),
    ),
    route(policyRulesRemove, (ctx, { params: { number, id }, query: { revision } }) =>
      adopted(ctx, edits.removeRule(ctx, { number, revision }, id)),
    ),
    route(policyRulesOrder, (ctx, { params: { number }, body: { revision, rules } }) =>
      adopted(ctx, edits.orderRules(ctx, { number, revision }, rules)),
    ),
    route(policyTablesPut, (ctx, { params: { number, id }, body: { revision, table } }) =>
      adopted(ctx, edits.putTable(ctx, { number, revision }, id, table)),
    ),
    route(policyTablesRemove, (ctx, { params: { number, id }, query: { revision } }) =>
      adopted(ctx, edits.removeTable(ctx, { number, revision }, id)),
    ),
    route(policyReasonsPut, (ctx, { params: { number, id }, body: { revision, words } }) =>
      adopted(ctx, edits.putReason(ctx, { number, revision }, id, words)),
    ),
    route(policyReasonsRemove, (ctx, { params: { number, id }, query: { revision } }) =>
      adopted(ctx, edits.removeReason(ctx, { number, revision }, id)),
    ),
    route(policyGuardsPut, (ctx, { params: { number }, body: { revision, guards } }) =>
      adopted(ctx, edits.putGuards(ctx, { number, revision }, guards)),
    ),
  ];
}

function movingRoutes({ versions, moves, adopt }: PolicyRouteParts): RouteBinding[] {
  const adopted = adoptedBy(adopt);
  const shown = async (ctx: Context, moved: Promise<StoredVersion>) =>
    versions.view(await adopted(ctx, moved));
  return [
    route(policyVersionsShadow, (ctx, { params, body }) =>
      shown(ctx, moves.shadow(ctx, { ...params, ...body })),
    ),
    route(policyVersionsStopShadow, (ctx, { params, body }) =>
      shown(ctx, moves.stopShadow(ctx, { ...params, ...body })),
    ),
    route(policyVersionsApprove, (ctx, { params, body: { revision, urgentReason } }) =>
      shown(ctx, moves.approve(ctx, { ...params, revision }, urgentReason)),
    ),
    route(policyVersionsReject, (ctx, { params, body: { revision, reason } }) =>
      shown(ctx, moves.reject(ctx, { ...params, revision }, reason)),
    ),
    route(policyVersionsPublish, (ctx, { params, body }) =>
      shown(ctx, moves.publish(ctx, { ...params, ...body })),
    ),
    route(policyRollBack, (ctx, { body: { reason, to } }) => shown(ctx, moves.rollBack(ctx, reason, to))),
    route(policyVersionsDiscard, (ctx, { params, body }) =>
      shown(ctx, moves.discard(ctx, { ...params, ...body })),
    ),
    route(policyVersionsRestore, (ctx, { params, body }) =>
      shown(ctx, moves.restore(ctx, { ...params, ...body })),
    ),
  ];
}

/** Answers only after the engine was told of what was changed. */
const adoptedBy =
  (adopt: PolicyRouteParts['adopt']) =>
  async <T>(ctx: Context, changed: Promise<T>): Promise<T> => {
    const result = await changed;
    await adopt(ctx);
    return result;
  };
