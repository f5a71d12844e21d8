import { rulesCheck, rulesLanguage, tablesCheck } from '@fanzha/contract';
import { type RouteBinding, route } from '../platform/index.ts';
import type { RuleLanguageService } from './rule-language.service.ts';

/** What editors of rules and tables ask. */
export function ruleLanguageRoutes(rules: RuleLanguageService): RouteBinding[] {
  return [
    route(rulesLanguage, (_ctx, { query }) => {
      const { version, language } = rules.language();
      return query.known === version ? { version } : { version, language };
    }),
    route(rulesCheck, (_ctx, { body }) => rules.check(body)),
    route(tablesCheck, (_ctx, { body }) => rules.checkTable(body)),
  ];
}
