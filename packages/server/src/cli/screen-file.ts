import { realpathSync } from 'node:fs';
import type { Ingress, MessageChannel } from '@fanzha/contract';
import type { Locale } from '@fanzha/vocabulary';
import { composeDeciderWith } from '../compose.ts';
import {
  type Encoding,
  monotonicMicros,
  openPack,
  type Read,
  readConfig,
  systemClock,
} from '../platform/index.ts';
import { readRegisterFile } from './line-register.ts';
import { openWriter } from './line-writer.ts';
import { createEventMapper, type EventMapper } from './readers/events.ts';
import { openInput } from './readers/input.ts';
import type { Format } from './readers/record.ts';
import { readRecords } from './readers/records.ts';
import type { Screened } from './readers/screened.ts';
import { emptySummary, type ScreeningParts, type ScreeningSummary, screenRecords } from './screening.ts';
import { decisionJson, decisionText, summaryLines } from './screening-text.ts';
import { CommandError, EXIT, progress, say } from './terminal.ts';

/** What may be asked of `fanzha screen`. */
export interface ScreenOptions {
  readonly format?: Format;
  readonly encoding?: Encoding;
  /** File for refused lines. */
  readonly rejects?: string;
  readonly json?: true;
  readonly lang: Locale;
  readonly ingress: Ingress;
  /** Ingress by trunk or dial-plan context. */
  readonly context: ReadonlyMap<string, Ingress>;
  readonly channel: MessageChannel;
  /** RFC 3339. */
  readonly at?: string;
  /** IANA time zone. */
  readonly zone?: string;
  /** File with the register of lines. */
  readonly lines?: string;
}

/**
 * Decides the records of a file, one line each on stdout, the summary on stderr. Throws CommandError when the file
 * cannot be read; what was decided before that is written first.
 */
export async function screenFile(kind: Screened, file: string, options: ScreenOptions): Promise<void> {
  const { config } = readConfig();
  const stop = new AbortController();
  const input = await openInput(file, stop.signal);
  refuseMixing(options.rejects, file);
  const rejects = options.rejects === undefined ? undefined : await openWriter(options.rejects);
  const output = await openWriter('-');
  const register = await readRegisterFile(options.lines);
  const decider = await composeDeciderWith(config.pack, systemClock, register);
  const mapper = createEventMapper(kind, {
    file: input.name,
    at: options.at ?? systemClock.date().toISOString(),
    zone: options.zone ?? openPack(config.pack).timeZone,
    ingress: options.ingress,
    ingressOf: options.context,
    channel: options.channel,
  });
  const write = options.json || !process.stdout.isTTY ? decisionJson : decisionText;
  const bar = progress('screen');
  const summary = emptySummary();
  const parts: ScreeningParts = {
    kind,
    decider,
    mapper,
    locale: options.lang,
    output,
    ...(rejects ? { rejects } : {}),
    format: (line, decision) => write(line, decision, decider, options.lang),
    onProgress: ({ lines }) => bar.tick(lines),
  };
  const records = readRecords(input, readOptions(kind, input.name, options));
  const run = await timed(records, parts, summary, stop);
  bar.end();
  await Promise.all([output.end(), rejects?.end()]);
  tell(summary, run, mapper, options);
  if (run.failure !== undefined) throw run.failure;
  if (stop.signal.aborted) process.exitCode = EXIT.interrupted;
}

function readOptions(kind: Screened, input: string, { format, encoding }: ScreenOptions) {
  return {
    kind,
    ...(format ? { format } : {}),
    ...(encoding ? { encoding } : {}),
    onFormat: (found: Format) => say(`${input}: ${found}`),
    onEncoding: (found: Encoding) => {
      if (found === 'utf-8') return;
      say(`${input}: 不是 UTF-8，按 ${found} 读取 / not UTF-8, read as ${found} (--encoding says otherwise)`);
    },
  };
}

/** How a run went. */
interface Run {
  readonly seconds: number;
  readonly ended: 'complete' | 'stopped' | 'cut';
  /** Why the rest of the file could not be read or written. */
  readonly failure?: unknown;
}

async function timed(
  records: AsyncIterable<Read[]>,
  parts: ScreeningParts,
  summary: ScreeningSummary,
  stop: AbortController,
): Promise<Run> {
  const started = monotonicMicros();
  const seconds = (): number => (monotonicMicros() - started) / 1e6;
  const onInterrupt = (): void => stop.abort();
  process.once('SIGINT', onInterrupt);
  try {
    await screenRecords(records, parts, summary, stop.signal);
    return { seconds: seconds(), ended: stop.signal.aborted ? 'stopped' : 'complete' };
  } catch (failure) {
    return { seconds: seconds(), ended: 'cut', failure };
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

function tell(
  summary: ScreeningSummary,
  run: Run,
  mapper: EventMapper,
  { rejects, lang }: ScreenOptions,
): void {
  if (run.failure !== undefined && summary.lines === 0) return;
  const frame = { ...run, ignored: mapper.ignored, rejectsKept: rejects !== undefined };
  for (const line of summaryLines(summary, frame, lang)) say(line);
}

function refuseMixing(rejects: string | undefined, input: string): void {
  if (rejects === '-') {
    throw new CommandError('--rejects: must be a file, standard output is for decisions', EXIT.usage);
  }
  if (rejects === undefined || input === '-' || !isSameFile(rejects, input)) return;
  throw new CommandError('--rejects: would overwrite the file that is read', EXIT.usage);
}

function isSameFile(a: string, b: string): boolean {
  try {
    return realpathSync(a) === realpathSync(b);
  } catch {
    return false;
  }
}
