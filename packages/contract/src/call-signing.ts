import Type, { type Static } from 'typebox';
import { INGRESSES } from './event.ts';
import { operation } from './operation.ts';
import { notFound, problem } from './problem.ts';

const closed = { additionalProperties: false };

export const cannotSign = problem('cannot-sign', 422, '无法为该呼叫签名', 'This call cannot be signed');
export const ATTESTATIONS = ['A', 'B', 'C'] as const;

const Presented = (what: string) =>
  Type.String({ minLength: 1, maxLength: 200, description: `${what}, in any form` });
const Name = Type.String({ minLength: 1, maxLength: 200 });

/** A call that leaves this network. */
export const CallToSign = Type.Object(
  {
    from: Presented('caller as presented'),
    to: Presented('callee'),
    ingress: Type.Enum([...INGRESSES], { description: 'where the call entered this network' }),
    trunk: Type.Optional(Name),
    line: Type.Optional(Name),
    diversion: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description:
          'number that a call, signed before it came here, was diverted from: its diversion is signed (RFC 8946)',
      }),
    ),
  },
  { $id: 'CallToSign', ...closed },
);
export type CallToSign = Static<typeof CallToSign>;

/** What to put into the INVITE, and why. */
export const SignedIdentity = Type.Object(
  {
    identity: Type.String({ description: 'value of the Identity header (RFC 8224)' }),
    extension: Type.Enum(['shaken', 'div']),
    attestation: Type.Optional(
      Type.Enum([...ATTESTATIONS], { description: 'A full, B partial, C gateway (RFC 8588, ATIS-1000074)' }),
    ),
    basis: Type.Enum(['number-of-customer', 'customer', 'gateway', 'diversion'], {
      description: 'what the attestation rests on',
    }),
    certificate: Type.String({ description: 'URL of the certificate' }),
  },
  { $id: 'SignedIdentity', ...closed },
);
export type SignedIdentity = Static<typeof SignedIdentity>;

export const callsSign = operation({
  id: 'calls.sign',
  method: 'POST',
  path: '/v1/calls/sign',
  access: 'call:sign',
  summary: {
    'zh-CN': '为去话签名（STIR/SHAKEN）：返回 Identity 头',
    en: 'Sign a call that leaves this network (STIR/SHAKEN): the Identity header to add',
  },
  body: CallToSign,
  response: SignedIdentity,
  errors: [cannotSign],
});

const DAY_SECONDS = 86_400;

export const callsCard = operation({
  id: 'calls.card',
  method: 'GET',
  path: '/v1/calls/cards/{id}',
  access: 'public',
  summary: {
    'zh-CN': '被拒呼叫的申诉名片（RFC 8688，签名的 jCard）',
    en: 'Card of a rejected call, a signed jCard (RFC 8688): whom to ask and how to appeal',
  },
  params: Type.Object({ id: Type.String({ pattern: '^[A-Za-z0-9_-]{1,400}$' }) }, closed),
  response: Type.String({ description: 'JWS in compact form' }),
  text: { type: 'application/jose', cacheSeconds: DAY_SECONDS },
  errors: [notFound],
});

export const callsCardDecision = operation({
  id: 'calls.cardDecision',
  method: 'GET',
  path: '/v1/calls/cards/{id}/decision',
  access: 'decision:read',
  summary: {
    'zh-CN': '名片所指的判定，供处理申诉的人员使用',
    en: 'The decision that a card is about, for those who handle the appeal',
  },
  params: Type.Object({ id: Type.String({ pattern: '^[A-Za-z0-9_-]{1,400}$' }) }, closed),
  response: Type.Object(
    {
      decision: Type.Optional(Type.String()),
      event: Type.Optional(
        Type.String({ description: 'id of the event, where the decision was not recorded yet' }),
      ),
    },
    closed,
  ),
  errors: [notFound],
});

export const callsCertificate = operation({
  id: 'calls.certificate',
  method: 'GET',
  path: '/v1/calls/certificates/{id}',
  access: 'public',
  summary: {
    'zh-CN': '签名证书链（x5u）',
    en: 'Certificate chain of a signing key, signer first (x5u)',
  },
  params: Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{1,64}$' }) }, closed),
  response: Type.String({ description: 'PEM' }),
  text: { type: 'application/pem-certificate-chain', cacheSeconds: DAY_SECONDS },
  errors: [notFound],
});
