import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';

/** Structured JSON logger. Numbers, texts and secrets never go into a message: fields are redacted by name. */
export type Logger = Pick<PinoLogger, 'debug' | 'info' | 'warn' | 'error' | 'child'>;

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Field names whose values are secrets or personal data, compared in lower case without `-` and `_`. */
const SECRET_FIELDS = new Set([
  ...[
    'password',
    'passphrase',
    'secret',
    'clientsecret',
    'token',
    'accesstoken',
    'csrf',
    'csrftoken',
    'setuptoken',
  ],
  ...[
    'authorization',
    'proxyauthorization',
    'cookie',
    'setcookie',
    'apikey',
    'xapikey',
    'xcsrftoken',
    'databaseurl',
  ],
  ...[
    'text',
    'body',
    'content',
    'signature',
    'identity',
    'diversion',
    'sender',
    'from',
    'to',
    'caller',
    'callee',
  ],
  ...['recipient', 'number', 'phone', 'subject', 'idnumber', 'email'],
]);
const REDACTED = '[redacted]';
/** Deeper or longer than anything we log on purpose. */
const MAX_DEPTH = 8;
const MAX_ITEMS = 100;

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return value.length > 4096 ? `${value.slice(0, 4096)}…` : value;
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return redactError(value, depth);
  if (value instanceof Date || Buffer.isBuffer(value)) return Buffer.isBuffer(value) ? '[bytes]' : value;
  if (depth >= MAX_DEPTH) return '[deep]';
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => redactValue(item, depth + 1));
  return redactFields(value as Record<string, unknown>, depth + 1);
}

/** Errors keep what helps to find the fault; what a database adds about row values (`detail`) is left out. */
function redactError(error: Error, depth: number): unknown {
  const { code } = error as { code?: unknown };
  const cause = error.cause === undefined ? {} : { cause: redactValue(error.cause, depth + 1) };
  return {
    type: error.name,
    message: error.message.slice(0, 1000),
    ...(typeof code === 'string' ? { code } : {}),
    stack: error.stack?.slice(0, 4000),
    ...(depth >= MAX_DEPTH ? {} : cause),
  };
}

function redactFields(fields: Record<string, unknown>, depth = 0): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields).slice(0, MAX_ITEMS)) {
    const secret = SECRET_FIELDS.has(name.toLowerCase().replaceAll(/[-_]/g, ''));
    out[name] = secret && value !== undefined ? REDACTED : redactValue(value, depth);
  }
  return out;
}

/** pino passes the fields of a child logger by the formatter. */
function guardChildren(log: PinoLogger): PinoLogger {
  const child = log.child.bind(log) as unknown as (...args: unknown[]) => PinoLogger;
  const guarded = (fields: Record<string, unknown>, ...rest: unknown[]): PinoLogger =>
    guardChildren(child(redactFields(fields), ...rest));
  return Object.assign(log, { child: guarded });
}

/**
 * A logger that writes JSON lines to stdout, or to `destination`. At any depth of what is logged, fields that are named
 * like a secret or like personal data show `[redacted]`.
 */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: {},
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: {
      level: (label: string) => ({ level: label }),
      log: (fields: Record<string, unknown>) => redactFields(fields),
    },
    serializers: { err: (value: unknown) => value },
  };
  return guardChildren(destination === undefined ? pino(options) : pino(options, destination));
}

/** A logger that says nothing: for tests and one-off commands. */
export const silentLogger: Logger = pino({ level: 'silent' });
