import type { Logger as PinoLogger } from 'pino';

/** Structured JSON logger. Numbers, texts and secrets never go into a message: fields are redacted by name. */
export type Logger = Pick<PinoLogger, 'debug' | 'info' | 'warn' | 'error' | 'child'>;
