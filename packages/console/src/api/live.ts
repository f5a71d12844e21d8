import { type DecisionRow, decisionsLive } from '@fanzha/contract';

export type LiveState = 'connecting' | 'open' | 'lost';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/**
 * Follows decisions as they are made until the returned function is called. The browser itself re-opens a stream that
 * breaks; one that the server refused is tried again here, after 1 s, 2 s, 4 s ... at most 30 s.
 */
export function followDecisions(
  onRow: (row: DecisionRow) => void,
  onState: (state: LiveState) => void,
): () => void {
  let source: EventSource | undefined;
  let timer: number | undefined;
  let wait = FIRST_WAIT_MS;

  const open = (): void => {
    onState('connecting');
    const stream = new EventSource(decisionsLive.path);
    source = stream;
    stream.onopen = () => {
      wait = FIRST_WAIT_MS;
      onState('open');
    };
    stream.onmessage = (message: MessageEvent<string>) => onRow(JSON.parse(message.data) as DecisionRow);
    stream.onerror = () => {
      onState('lost');
      if (stream.readyState !== EventSource.CLOSED) return;
      timer = window.setTimeout(open, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    };
  };

  open();
  return () => {
    window.clearTimeout(timer);
    source?.close();
  };
}
