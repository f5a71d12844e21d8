import {
  allProblems,
  bodyTooLarge,
  csrfMismatch,
  forbidden,
  internalError,
  invalidInput,
  malformedBody,
  notSignedIn,
  type Operation,
  Problem,
  type ProblemKind,
  tooManyRequests,
  unavailable,
  unsupportedMediaType,
} from '@fanzha/contract';
import type { Localized } from '@fanzha/vocabulary';
import type { TSchema } from 'typebox';

type Json = Record<string, unknown>;

const both = (text: Localized): string => `${text.en} · ${text['zh-CN']}`;

/** Copies a schema, moving every part that has an `$id` to the components. */
function refer(schema: unknown, components: Map<string, unknown>): unknown {
  if (Array.isArray(schema)) return schema.map((part) => refer(part, components));
  if (typeof schema !== 'object' || schema === null) return schema;
  const { $id, ...rest } = schema as Json;
  const copy = (): Json =>
    Object.fromEntries(Object.entries(rest).map(([name, part]) => [name, refer(part, components)]));
  if (typeof $id !== 'string') return copy();
  if (!components.has($id)) {
    components.set($id, {});
    components.set($id, copy());
  }
  return { $ref: `#/components/schemas/${$id}` };
}

/** Problems that an operation can answer with: its own and those that its shape brings. */
function problemsOf(operation: Operation): ProblemKind[] {
  const reads = operation.params ?? operation.query ?? operation.body;
  const held = operation.body !== undefined && operation.streamIn === undefined;
  const changes = operation.method !== 'GET';
  return [
    ...(reads === undefined ? [] : [invalidInput]),
    ...(held ? [malformedBody, bodyTooLarge] : []),
    ...(operation.body === undefined ? [] : [unsupportedMediaType]),
    ...(operation.access === 'public' ? [] : [notSignedIn, forbidden]),
    ...(changes ? [csrfMismatch] : []),
    ...operation.errors,
    tooManyRequests,
    internalError,
    unavailable,
  ];
}

function problemResponses(operation: Operation, components: Map<string, unknown>): Json {
  const byStatus = Map.groupBy(new Set(problemsOf(operation)), ({ status }) => status);
  const responses = [...byStatus].map(([status, kinds]) => [
    String(status),
    {
      description: kinds.map(({ code, title }) => `\`${code}\`: ${both(title)}`).join('\n\n'),
      content: { 'application/problem+json': { schema: refer(Problem, components) } },
    },
  ]);
  return Object.fromEntries(responses) as Json;
}

function parametersOf(operation: Operation, components: Map<string, unknown>): Json[] {
  const inPlace = (schema: TSchema | undefined, place: 'path' | 'query'): Json[] => {
    const { properties = {}, required = [] } = (schema ?? {}) as {
      properties?: Record<string, Json>;
      required?: string[];
    };
    return Object.entries(properties).map(([name, property]) => ({
      name,
      in: place,
      required: place === 'path' || required.includes(name),
      schema: refer(property, components),
    }));
  };
  return [...inPlace(operation.params, 'path'), ...inPlace(operation.query, 'query')];
}

const STREAMS = {
  ndjson: 'application/x-ndjson',
  sse: 'text/event-stream',
  bytes: 'application/octet-stream',
} as const;

function successOf(operation: Operation, components: Map<string, unknown>): Json {
  const description = both(operation.summary);
  if (operation.status === 204) return { description };
  const held = operation.text?.type ?? 'application/json';
  const type = operation.streamOut === undefined ? held : STREAMS[operation.streamOut];
  return { description, content: { [type]: { schema: refer(operation.response, components) } } };
}

const SECURITY_OF_CHANGES = [{ key: [] }, { cookie: [], csrf: [] }];
const SECURITY_OF_READS = [{ key: [] }, { cookie: [] }];

function securityOf({ access, method }: Operation): Json[] {
  if (access === 'public') return [];
  return method === 'GET' ? SECURITY_OF_READS : SECURITY_OF_CHANGES;
}

function describeOperation(operation: Operation, components: Map<string, unknown>): Json {
  const parameters = parametersOf(operation, components);
  const bodyType = operation.streamIn === undefined ? 'application/json' : STREAMS[operation.streamIn];
  return {
    operationId: operation.id,
    tags: [operation.id.split('.')[0]],
    summary: both(operation.summary),
    description: `access: \`${operation.access}\``,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(operation.streamIn === 'bytes'
      ? { requestBody: { required: true, content: { [bodyType]: {} } } }
      : {}),
    ...(operation.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { [bodyType]: { schema: refer(operation.body, components) } },
          },
        }),
    responses: {
      [String(operation.status ?? 200)]: successOf(operation, components),
      ...problemResponses(operation, components),
    },
    security: securityOf(operation),
  };
}

/** The contract as OpenAPI 3.1, with both languages side by side; nothing in it is written by hand. */
export function openApiDocument(
  operations: readonly Operation[],
  about: { readonly version: string; readonly cookieName: string; readonly serverUrl?: string },
): Json {
  const components = new Map<string, unknown>();
  const paths: Record<string, Json> = {};
  for (const operation of operations) {
    paths[operation.path] ??= {};
    Object.assign(paths[operation.path] ?? {}, {
      [operation.method.toLowerCase()]: describeOperation(operation, components),
    });
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Fanzha · 反诈',
      version: about.version,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description: 'Errors are RFC 9457 problems; `code` is stable. 错误为 RFC 9457 格式，`code` 稳定不变。',
    },
    ...(about.serverUrl === undefined ? {} : { servers: [{ url: about.serverUrl }] }),
    paths,
    components: {
      schemas: Object.fromEntries([...components].sort(([a], [b]) => (a < b ? -1 : 1))),
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'API key, `fz_...`' },
        cookie: { type: 'apiKey', in: 'cookie', name: about.cookieName },
        csrf: { type: 'apiKey', in: 'header', name: 'x-csrf-token' },
      },
    },
    'x-problems': allProblems().map(({ code, status, title }) => ({ code, status, title })),
  };
}
