import { INGRESSES } from '@fanzha/contract';
import Type, { type Static } from 'typebox';
import { RejectionCode } from './call-answer.model.ts';

const closed = { additionalProperties: false };
const Name = Type.String({ minLength: 1, maxLength: 200 });
const SipUri = Type.String({ pattern: '^(sips?|tel):[!-~]{1,300}$', maxLength: 300 });
const WebUrl = Type.String({ pattern: '^https?://[!-~]{1,1000}$' });

const Appeal = Type.Object(
  {
    url: Type.Optional(WebUrl),
    phone: Type.Optional(Type.String({ pattern: '^\\+[0-9]{3,15}$' })),
    email: Type.Optional(Type.String({ format: 'email', maxLength: 200 })),
  },
  { ...closed, minProperties: 1 },
);

/** Where calls come from: an address or network of an SBC, and what its calls are. */
const Source = Type.Object(
  {
    network: Type.String({ pattern: '^[0-9A-Fa-f.:]+(/[0-9]{1,3})?$', description: 'address or CIDR' }),
    ingress: Type.Enum([...INGRESSES]),
    trunk: Type.Optional(Name),
    carrier: Type.Optional(Name),
  },
  closed,
);

/** A customer's trunk: whoever uses it is known, and may show these numbers. */
const CustomerTrunk = Type.Object(
  {
    trunk: Name,
    numbers: Type.Array(Type.String({ pattern: '^[0-9]{1,15}$' }), {
      maxItems: 10_000,
      description: 'beginnings of canonical numbers, without +',
    }),
  },
  closed,
);

/** What only an installation can say about its calls: `FANZHA_CALL_SETTINGS`, a JSON file. */
export const CallSetting = Type.Object(
  {
    operator: Type.Optional(
      Type.Object({ name: Type.String({ minLength: 1, maxLength: 100 }), appeal: Appeal }, closed),
    ),
    language: Type.Optional(Type.Enum(['zh-CN', 'en'])),
    rejectionCode: Type.Optional(RejectionCode),
    announcement: Type.Optional(SipUri),
    challenge: Type.Optional(SipUri),
    /** Rich Call Data: an icon, whose content is vouched for by its digest (RFC 9795 §6). */
    icon: Type.Optional(
      Type.Object(
        { url: WebUrl, digest: Type.String({ pattern: '^sha(256|384|512)-[A-Za-z0-9+/]+={0,2}$' }) },
        closed,
      ),
    ),
    /** Whether headers of a 302 stand in its Contact too, for SBCs that take them only from there. */
    contactHeaders: Type.Optional(Type.Boolean()),
    sources: Type.Optional(Type.Array(Source, { maxItems: 1000 })),
    customerTrunks: Type.Optional(Type.Array(CustomerTrunk, { maxItems: 10_000 })),
  },
  closed,
);
export type CallSetting = Static<typeof CallSetting>;
