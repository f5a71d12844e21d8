import {
  invalidInput,
  type PolicyContent,
  type PolicyGuard,
  type PolicyRule,
  type PolicyVersion,
  type ReasonText,
} from '@fanzha/contract';
import type { Localized } from '@fanzha/vocabulary';
import { AppError, type Context } from '../platform/index.ts';
import type { PolicyGround } from './policy-ground.model.ts';
import type { PolicyVersions, Seen } from './policy-version.service.ts';

/** Edits of single parts of a version. All throw policy-changed, policy-state, invalid-input, not-found. */
export interface PolicyEdits {
  /** Puts a rule in place of the one with the id, or adds it: before another, or last. */
  putRule(ctx: Context, seen: Seen, id: string, rule: PolicyRule, before?: string): Promise<PolicyVersion>;
  removeRule(ctx: Context, seen: Seen, id: string): Promise<PolicyVersion>;
  orderRules(ctx: Context, seen: Seen, ids: readonly string[]): Promise<PolicyVersion>;
  putTable(
    ctx: Context,
    seen: Seen,
    id: string,
    table: PolicyContent['tables'][number],
  ): Promise<PolicyVersion>;
  removeTable(ctx: Context, seen: Seen, id: string): Promise<PolicyVersion>;
  putReason(ctx: Context, seen: Seen, code: string, words: ReasonText): Promise<PolicyVersion>;
  removeReason(ctx: Context, seen: Seen, code: string): Promise<PolicyVersion>;
  putGuards(ctx: Context, seen: Seen, guards: readonly PolicyGuard[]): Promise<PolicyVersion>;
}

const TEXT = {
  order: { 'zh-CN': '须恰好列出全部规则各一次', en: 'must name every rule exactly once' },
  missing: { 'zh-CN': '该版本中没有它', en: 'is not in this version' },
  ofPack: { 'zh-CN': '该理由的文字由策略包给出', en: 'has its words from the pack' },
} as const satisfies Record<string, Localized>;

const wrong = (ctx: Context, field: string, text: keyof typeof TEXT) =>
  new AppError(invalidInput, { fields: [{ field, reason: TEXT[text][ctx.locale] }] });

export function createPolicyEdits({ edit }: PolicyVersions, { words }: PolicyGround): PolicyEdits {
  return {
    putRule: (ctx, seen, id, rule, before) =>
      edit(ctx, seen, 'policy.put-rule', id, (content) => {
        if (before !== undefined && !content.rules.some((other) => other.id === before)) {
          throw wrong(ctx, 'before', 'missing');
        }
        return { ...content, rules: put(content.rules, id, rule, before) };
      }),
    removeRule: (ctx, seen, id) =>
      edit(ctx, seen, 'policy.remove-rule', id, (content) => ({
        ...content,
        rules: without(ctx, content.rules, id),
      })),
    orderRules: (ctx, seen, ids) =>
      edit(ctx, seen, 'policy.order-rules', '', (content) => {
        const byId = new Map(content.rules.map((rule) => [rule.id, rule]));
        const rules = ids.flatMap((id) => byId.get(id) ?? []);
        const isWhole = new Set(ids).size === ids.length && rules.length === content.rules.length;
        if (!isWhole || rules.length !== ids.length) throw wrong(ctx, 'rules', 'order');
        return { ...content, rules };
      }),
    putTable: (ctx, seen, id, table) =>
      edit(ctx, seen, 'policy.put-table', id, (content) => ({
        ...content,
        tables: put(content.tables, id, table),
      })),
    removeTable: (ctx, seen, id) =>
      edit(ctx, seen, 'policy.remove-table', id, (content) => ({
        ...content,
        tables: without(ctx, content.tables, id),
      })),
    putReason: (ctx, seen, code, said) =>
      edit(ctx, seen, 'policy.put-reason', code, (content) => {
        if (words.reasons.has(code)) throw wrong(ctx, 'id', 'ofPack');
        return { ...content, reasons: { ...content.reasons, [code]: said } };
      }),
    removeReason: (ctx, seen, code) =>
      edit(ctx, seen, 'policy.remove-reason', code, (content) => {
        const { [code]: gone, ...reasons } = content.reasons;
        if (gone === undefined) throw wrong(ctx, 'id', 'missing');
        return { ...content, reasons };
      }),
    putGuards: (ctx, seen, guards) =>
      edit(ctx, seen, 'policy.put-guards', '', (content) => ({ ...content, guards: [...guards] })),
  };
}

/** In place of the item with the id, which may change with it; a new one goes before another, or last. */
function put<T extends { readonly id: string }>(
  items: readonly T[],
  id: string,
  item: T,
  before?: string,
): T[] {
  if (items.some((other) => other.id === id)) return items.map((other) => (other.id === id ? item : other));
  const place = before === undefined ? items.length : items.findIndex((other) => other.id === before);
  return items.toSpliced(place, 0, item);
}

function without<T extends { readonly id: string }>(ctx: Context, items: readonly T[], id: string): T[] {
  const left = items.filter((item) => item.id !== id);
  if (left.length === items.length) throw wrong(ctx, 'id', 'missing');
  return left;
}
