import Type, { type Static } from 'typebox';

const closed = { additionalProperties: false };
const Pem = Type.String({ minLength: 1, maxLength: 16_384 });

/** `stir.json` of a pack: whom the country trusts to vouch for calling numbers. */
export const StirFile = Type.Object(
  {
    /** Where the anchors come from, or why there are none. */
    source: Type.String({ minLength: 1 }),
    /** Most seconds between the signature and the call, either way. */
    freshnessSeconds: Type.Integer({ minimum: 1, maximum: 3600 }),
    freshnessSource: Type.String({ minLength: 1 }),
    /** Where certificates may be offered: a URL elsewhere proves nothing. Nothing is ever fetched here. */
    certificateUrls: Type.Object(
      {
        schemes: Type.Array(Type.Enum(['https', 'http']), { minItems: 1 }),
        /** Empty: any. */
        ports: Type.Array(Type.Integer({ minimum: 1, maximum: 65_535 })),
        source: Type.String({ minLength: 1 }),
      },
      closed,
    ),
    /** Root certificates, one PEM each; without any nothing is verified. */
    trustAnchors: Type.Array(Pem, { maxItems: 200 }),
    /** Certificates known beforehand by their URL, signer first, for proxies that send none. */
    certificates: Type.Array(
      Type.Object({ url: Type.String({ minLength: 1, maxLength: 2048 }), pem: Pem }, closed),
      { maxItems: 1000 },
    ),
  },
  closed,
);
export type StirFile = Static<typeof StirFile>;
