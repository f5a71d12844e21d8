import Type, { type Static } from 'typebox';
import { INGRESSES } from './event.ts';

const closed = { additionalProperties: false };

/** What writes the records; `auto` finds it out from the first lines. */
export const CDR_FORMATS = ['auto', 'freeswitch', 'asterisk', 'kamailio', 'csv', 'json'] as const;
export type CdrFormat = (typeof CDR_FORMATS)[number];

/** What a record can say about a call. */
export const CDR_FIELDS = [
  'id',
  'attempt',
  'at',
  'answeredAt',
  'endedAt',
  'from',
  'to',
  'ingress',
  'trunk',
  'carrier',
  'originCountry',
  'networkFrom',
  'roaming',
  'line',
  'device',
  'cell',
  'calledArea',
  'diversion',
  'duration',
  'ring',
  'talk',
  'answered',
  'cause',
] as const;
export type CdrField = (typeof CDR_FIELDS)[number];

const ColumnName = Type.String({
  minLength: 1,
  maxLength: 200,
  description: 'column as the header has it; of JSON a path with dots, such as `variables.uuid`',
});
const Value = Type.String({ maxLength: 200 });

/** How a field of a call is got from a record: a column, or a rule over one, or a fixed value. */
export const CdrRule = Type.Union([
  ColumnName,
  Type.Object(
    {
      column: Type.Optional(
        Type.Union([ColumnName, Type.Array(ColumnName, { minItems: 1, maxItems: 10 })], {
          description: 'of several the first that holds something',
        }),
      ),
      value: Type.Optional(Type.Union([Value, Type.Boolean()], { description: 'always this' })),
      table: Type.Optional(
        Type.Record(Type.String({ maxLength: 200 }), Value, {
          description: 'value of the field by what the column holds',
          maxProperties: 10_000,
        }),
      ),
      else: Type.Optional({ ...Value, description: 'where the column is empty or not in the table' }),
      oneOf: Type.Optional(
        Type.Array(Value, { maxItems: 100, description: 'true where the column holds one of these' }),
      ),
      unit: Type.Optional(
        Type.Enum(['s', 'ms', 'us', 'min'], { description: 'of durations; s unless told' }),
      ),
      format: Type.Optional(
        Type.String({
          maxLength: 40,
          pattern: '^[^\\u0000-\\u001f]+$',
          description:
            'of times: yyyy MM dd HH mm ss SSS and what stands between, such as dd/MM/yyyy HH:mm:ss',
        }),
      ),
      zone: Type.Optional(
        Type.String({ maxLength: 60, description: 'IANA zone of this time where it is another' }),
      ),
    },
    closed,
  ),
]);
export type CdrRule = Static<typeof CdrRule>;

const fieldRules = Object.fromEntries(CDR_FIELDS.map((field) => [field, Type.Optional(CdrRule)]));

/** How records of a source are read. */
export const CdrSetting = Type.Object(
  {
    format: Type.Enum([...CDR_FORMATS]),
    columns: Type.Optional(
      Type.Array(Type.String({ maxLength: 200 }), {
        minItems: 2,
        maxItems: 500,
        description: 'names of the columns in their order, of a file without a header',
      }),
    ),
    delimiter: Type.Optional(Type.Enum([',', ';', '\t', '|'])),
    encoding: Type.Optional(Type.Enum(['utf-8', 'gb18030'])),
    zone: Type.Optional(
      Type.String({
        maxLength: 60,
        description: 'IANA zone of times without one; that of the pack unless told',
      }),
    ),
    ingress: Type.Optional(
      Type.Enum([...INGRESSES], { description: 'where no rule says it; interconnect unless told' }),
    ),
    screened: Type.Optional(
      Type.Boolean({
        description:
          'the calls were decided in line: only their ends are taken, `id` (or `attempt`) is the id of that decision’s event',
      }),
    ),
    fields: Type.Optional(
      Type.Unsafe<Partial<Record<CdrField, CdrRule>>>(
        Type.Object(fieldRules, {
          ...closed,
          description: 'what is left out goes by the usual names of columns',
        }),
      ),
    ),
  },
  { $id: 'CdrSetting', ...closed },
);
export type CdrSetting = Static<typeof CdrSetting>;
