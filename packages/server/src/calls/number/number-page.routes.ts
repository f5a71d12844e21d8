import {
  type NumberBehaviour,
  numbersActs,
  numbersBehaviour,
  numbersContacts,
  numbersView,
} from '@fanzha/contract';
import { type Context, type RouteBinding, route } from '../../platform/index.ts';
import type { NumberPages } from './number-page.service.ts';

export function numberPageRoutes(
  pages: NumberPages,
  behaviour: (ctx: Context, number: string) => Promise<NumberBehaviour>,
): RouteBinding[] {
  return [
    route(numbersView, (ctx, { body }) => pages.view(ctx, body.number)),
    route(numbersBehaviour, (ctx, { body }) => behaviour(ctx, body.number)),
    route(numbersContacts, (ctx, { body }) => pages.contacts(ctx, body)),
    route(numbersActs, (ctx, { body }) => pages.acts(ctx, body.number)),
  ];
}
