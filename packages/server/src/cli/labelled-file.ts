import type { LabelledText, LineFault } from '../messages/index.ts';
import { CommandError, EXIT, say } from './terminal.ts';

/** Faulty lines that are named one by one; the rest is only counted. */
const SHOWN_FAULTS = 10;

export interface LabelledLines {
  readonly texts: LabelledText[];
  readonly rejected: number;
}

/** Reads a labelled JSON-lines file. A bad line is named on stderr and left out; a file without a good line is refused. */
export async function readLabelledFile(file: string): Promise<LabelledLines> {
  const [{ openInput }, { splitLines }, { readLabelled }] = await Promise.all([
    import('./readers/input.ts'),
    import('../platform/index.ts'),
    import('../messages/index.ts'),
  ]);
  const input = await openInput(file);
  const texts: LabelledText[] = [];
  let rejected = 0;
  const reject = (line: number, { field, reason }: LineFault): void => {
    rejected++;
    if (rejected <= SHOWN_FAULTS)
      say(`${file}:${line}: ${[field, reason].filter((part) => part !== '').join(' ')}`);
  };
  for await (const lines of splitLines(input.bytes)) {
    for (const { number, bytes, tooLong } of lines) {
      const line = bytes.toString('utf8').replace(/^\ufeff/, '');
      if (tooLong) reject(number, { field: '', reason: 'is too long' });
      else if (line.trim() !== '') {
        const read = readLabelled(line);
        if ('reason' in read) reject(number, read);
        else texts.push(read);
      }
    }
  }
  if (rejected > SHOWN_FAULTS) say(`${file}: ${rejected} lines left out`);
  if (texts.length === 0) throw new CommandError(`${file}: no line with text and label`, EXIT.unreadable);
  return { texts, rejected };
}
