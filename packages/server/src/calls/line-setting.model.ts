import { LINE_ACTS } from '@fanzha/contract';
import Type, { type Static } from 'typebox';

const closed = { additionalProperties: false };
const Code = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,39}$' });

/**
 * `line`: numbers that an owner shows. `return`: a trunk by which domestic traffic comes back in from abroad.
 * `forwarding`: numbers that pass calls on into the country.
 */
export const LINE_ROLES = ['line', 'return', 'forwarding'] as const;

/** `line-register.json` of a pack: kinds and uses of lines, and what needs a second person. Titles are in its labels. */
export const LineRegisterFile = Type.Object(
  {
    kinds: Type.Array(
      Type.Object(
        {
          code: Code,
          role: Type.Enum([...LINE_ROLES]),
          /** Beginnings of the canonical numbers that belong to the kind and to no other. */
          prefixes: Type.Array(Type.String({ pattern: '^\\+?[0-9]{1,12}$' })),
        },
        closed,
      ),
      { minItems: 1 },
    ),
    uses: Type.Array(Code, { minItems: 1, uniqueItems: true }),
    secondPerson: Type.Array(Type.Enum([...LINE_ACTS]), { uniqueItems: true }),
    mostRows: Type.Integer({ minimum: 1, maximum: 50_000 }),
    from: Type.String({ format: 'date' }),
    source: Type.String({ minLength: 1 }),
  },
  closed,
);
export type LineRegisterFile = Static<typeof LineRegisterFile>;
export type LineRole = (typeof LINE_ROLES)[number];
