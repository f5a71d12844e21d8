import type { CallAttempt, CallEnd, FanzhaEvent } from '@fanzha/contract';
import type { RowFormat } from './simulate-options.ts';

/**
 * Writes events as a line each: JSON, or the record that FreeSWITCH (`mod_cdr_csv`, template `example`) or Asterisk
 * (`Master.csv`) writes when a call has ended; local times are those of the zone. Undefined where an event makes no
 * line. Only calls in progress are held.
 */
export function createRows(format: RowFormat, timeZone: string): (event: FanzhaEvent) => string | undefined {
  if (format === 'jsonl') return (event) => JSON.stringify(event);
  const write = format === 'freeswitch' ? freeswitchRow : asteriskRow;
  const local = localTime(timeZone);
  const open = new Map<string, CallAttempt>();
  return (event) => {
    if (event.kind === 'call.attempt') open.set(event.id, event);
    if (event.kind !== 'call.end') return undefined;
    const attempt = open.get(event.attempt);
    open.delete(event.attempt);
    return attempt && write(attempt, event, local);
  };
}

type Local = (millis: number) => string;

/** `2026-11-23 10:00:00` in the zone. */
function localTime(timeZone: string): Local {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  return (millis) => format.format(millis);
}

interface CallTimes {
  readonly start: string;
  /** Empty when nobody answered. */
  readonly answer: string;
  readonly end: string;
  readonly duration: number;
}

function timesOf(attempt: CallAttempt, end: CallEnd, local: Local): CallTimes {
  const started = Date.parse(attempt.at);
  const duration = end.ringSeconds + end.talkSeconds;
  return {
    start: local(started),
    answer: end.answered ? local(started + end.ringSeconds * 1000) : '',
    end: local(started + duration * 1000),
    duration,
  };
}

const quoted = (value: string | number): string => `"${String(value).replaceAll('"', '""')}"`;

/** Neither format has a field for the direction: switches keep it in the dial-plan context. */
const contextOf = ({ ingress }: CallAttempt): string => `from-${ingress}`;

function freeswitchRow(attempt: CallAttempt, end: CallEnd, local: Local): string {
  const { start, answer, end: ended, duration } = timesOf(attempt, end, local);
  const parties = [attempt.from, attempt.from, attempt.to, contextOf(attempt)];
  const times = [start, answer, ended, duration, end.talkSeconds];
  // The event's id stands for the UUID, so that decisions can be held against the truth file.
  const rest = [end.cause ?? '', attempt.id, '', 'simulated', 'PCMA', 'PCMA'];
  return [...parties, ...times, ...rest].map(quoted).join(',');
}

function asteriskRow(attempt: CallAttempt, end: CallEnd, local: Local): string {
  const { start, answer, end: ended, duration } = timesOf(attempt, end, local);
  const parties = ['simulated', attempt.from, attempt.to, contextOf(attempt), `"" <${attempt.from}>`];
  const channel = `PJSIP/${attempt.trunk ?? 'trunk'}-${serialOf(attempt.id)}`;
  const result = [end.answered ? 'ANSWERED' : 'NO ANSWER', 'DOCUMENTATION', attempt.id, ''];
  const texts = [...parties, channel, '', 'Dial', '', start, answer, ended].map(quoted);
  return [...texts, duration, end.talkSeconds, ...result.map(quoted)].join(',');
}

/** Asterisk ends channel names with eight hexadecimal digits. */
function serialOf(id: string): string {
  const count = Number(/\d+$/.exec(id)?.[0] ?? 0);
  return count.toString(16).padStart(8, '0');
}
