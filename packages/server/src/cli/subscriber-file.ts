import type { Subscriber } from '../calls/index.ts';
import { CommandError, EXIT, say } from './terminal.ts';

/** Faulty lines that are named one by one; the rest is only counted. */
const SHOWN_FAULTS = 10;

export interface SubscriberLines {
  readonly subscribers: Subscriber[];
  readonly rejected: number;
}

/** Reads a CSV of labelled subscribers. A bad line is named on stderr and left out; a file without a good one is refused. */
export async function readSubscriberFile(file: string): Promise<SubscriberLines> {
  const [{ openInput }, { readSubscribers }] = await Promise.all([
    import('./readers/input.ts'),
    import('../calls/index.ts'),
  ]);
  const input = await openInput(file);
  let rejected = 0;
  try {
    const subscribers = await readSubscribers(input.bytes, (line, { field, reason }) => {
      rejected++;
      if (rejected <= SHOWN_FAULTS) say(`${file}:${line}: ${field} ${reason}`);
    });
    if (rejected > SHOWN_FAULTS) say(`${file}: ${rejected} lines left out`);
    return { subscribers, rejected };
  } catch (error) {
    throw unusable(file, error);
  }
}

/** What a lab found wrong with a file as a failure of the command; anything else as it is. */
export function unusable(file: string, error: unknown): unknown {
  return error instanceof RangeError ? new CommandError(`${file}: ${error.message}`, EXIT.unreadable) : error;
}
