import { callsCard, callsCardDecision, callsCertificate, callsSign, notFound } from '@fanzha/contract';
import { AppError, type RouteBinding, route } from '../../platform/index.ts';
import type { CallSigner } from '../stir/call-signing.service.ts';
import type { SigningKeys } from '../stir/signing-key.service.ts';
import type { Cards } from './card.service.ts';

/** Signing of calls, and what others fetch of it: cards of rejected calls, certificates. */
export function callSigningRoutes(signer: CallSigner, cards: Cards, keys: SigningKeys): RouteBinding[] {
  return [
    route(callsSign, (ctx, { body }) => signer.sign(body, ctx.locale)),
    route(callsCard, (_, { params }) => cards.card(params.id)),
    route(callsCardDecision, (_, { params }) => cards.matter(params.id)),
    route(callsCertificate, (_, { params }) => {
      const chain = keys.chain(params.id);
      if (chain === undefined) throw new AppError(notFound);
      return chain;
    }),
  ];
}
