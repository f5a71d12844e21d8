import { readNumberPlan } from '@fanzha/vocabulary';
import type { Pack, Room } from '../../platform/index.ts';
import { createNumberBehaviour } from './number-behaviour.service.ts';
import { numberPageRoutes } from './number-page.routes.ts';
import { createNumberPages, type NumberPageParts } from './number-page.service.ts';

export type NumberRoomParts = Omit<NumberPageParts, 'plan' | 'timeZone'> & { readonly pack: Pack };

/** The pages of numbers: identity, conduct, contacts, and what was done. */
export function createNumberRoom({ pack, ...parts }: NumberRoomParts): Room {
  const pages = createNumberPages({ ...parts, plan: readNumberPlan(pack), timeZone: pack.timeZone });
  return { name: 'numbers', routes: numberPageRoutes(pages, createNumberBehaviour(parts)) };
}
