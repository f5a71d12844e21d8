import { malformedBody, unsupportedMediaType } from '@fanzha/contract';
import type { Localized } from '@fanzha/vocabulary';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../errors/app-error.ts';
import { localeOf } from './locale.ts';

/** Deeper nesting than any body needs; a deep body would exhaust the stack of whoever walks it. */
const MAX_DEPTH = 32;

const TEXTS = {
  utf8: { 'zh-CN': '请求体不是 UTF-8', en: 'The body is not UTF-8' },
  empty: { 'zh-CN': '请求体为空', en: 'The body is empty' },
  deep: { 'zh-CN': `嵌套超过 ${MAX_DEPTH} 层`, en: `Nested more than ${MAX_DEPTH} deep` },
  json: { 'zh-CN': '不是有效的 JSON', en: 'Not valid JSON' },
  proto: {
    'zh-CN': '不允许使用 __proto__ 或 constructor.prototype 字段',
    en: 'A field must not be named __proto__ or constructor.prototype',
  },
  encoding: { 'zh-CN': '不支持压缩的请求体', en: 'Compressed bodies are not supported' },
  charset: { 'zh-CN': '只支持 UTF-8', en: 'Only UTF-8 is supported' },
  media: (types: string) => ({ 'zh-CN': `Content-Type 应为 ${types}`, en: `Content-Type must be ${types}` }),
} as const satisfies Record<string, Localized | ((types: string) => Localized)>;

const JSON_LINES = [
  'application/x-ndjson',
  'application/ndjson',
  'application/jsonl',
  'application/x-jsonlines',
];

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const OPENERS = new Set([0x7b, 0x5b]);
const CLOSERS = new Set([0x7d, 0x5d]);

/** Deepest nesting of a JSON text, found without building it; malformed text gives some number. */
export function jsonDepth(bytes: Uint8Array): number {
  let [depth, deepest, inString] = [0, 0, false];
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (inString) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) {
      inString = true;
    } else if (OPENERS.has(byte)) {
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if (CLOSERS.has(byte)) {
      depth -= 1;
    }
  }
  return deepest;
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Names that would reach an object's prototype when a careless merge copies them. */
function hasPrototypeName(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(hasPrototypeName);
  if (Object.hasOwn(value, '__proto__')) return true;
  return Object.entries(value).some(
    ([name, part]) =>
      (name === 'constructor' &&
        typeof part === 'object' &&
        part !== null &&
        Object.hasOwn(part, 'prototype')) ||
      hasPrototypeName(part),
  );
}

type JsonText = { readonly value: unknown } | { readonly fault: Localized };

/** Reads one JSON text of foreign bytes; a fault says in words what is wrong. */
export function readJson(bytes: Uint8Array): JsonText {
  if (bytes.length === 0) return { fault: TEXTS.empty };
  if (jsonDepth(bytes) > MAX_DEPTH) return { fault: TEXTS.deep };
  const text = decode(bytes);
  if (text === undefined) return { fault: TEXTS.utf8 };
  try {
    const value: unknown = JSON.parse(text);
    return hasPrototypeName(value) ? { fault: TEXTS.proto } : { value };
  } catch {
    return { fault: TEXTS.json };
  }
}

/** Files are packed by whoever sends them, never by HTTP: what is kept is what was sent. */
function refusePacked(request: FastifyRequest): void {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding.toLowerCase() === 'identity') return;
  throw new AppError(unsupportedMediaType, { detail: TEXTS.encoding[localeOf(request)] });
}

function refuseEncoding(request: FastifyRequest): void {
  refusePacked(request);
  const charset = /charset\s*=\s*"?([^\s;"]+)/i.exec(request.headers['content-type'] ?? '')?.[1] ?? 'utf-8';
  if (/^(utf-?8|us-ascii)$/i.test(charset)) return;
  throw new AppError(unsupportedMediaType, { detail: TEXTS.charset[localeOf(request)] });
}

/** Answers every other media type with those that are taken. */
function refuseOthers(app: FastifyInstance, taken: readonly string[]): void {
  app.addContentTypeParser('*', async (request: FastifyRequest) => {
    const detail = TEXTS.media(taken.join(', '))[localeOf(request)];
    throw new AppError(unsupportedMediaType, { detail });
  });
}

/** Bodies that are read whole: JSON and nothing else. */
export function acceptJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, bytes: Buffer) => {
      refuseEncoding(request);
      const read = readJson(bytes);
      if ('value' in read) return read.value;
      throw new AppError(malformedBody, { detail: read.fault[localeOf(request)] });
    },
  );
  refuseOthers(app, ['application/json']);
}

/** Bodies that are files, of any media type. Nothing is read until the handler asks. */
export function acceptFiles(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', async (request: FastifyRequest, stream: unknown) => {
    refusePacked(request);
    return stream;
  });
}

/** Bodies that flow: JSON lines under any of their names. Nothing is read until the handler asks. */
export function acceptJsonLines(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(JSON_LINES, async (request: FastifyRequest, stream: unknown) => {
    refuseEncoding(request);
    return stream;
  });
  refuseOthers(app, JSON_LINES);
}
