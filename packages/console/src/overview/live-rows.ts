import type { DecisionRow } from '@fanzha/contract';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { followDecisions, type LiveState } from '../api/live.ts';

const KEPT = 40;
const DRAW_EVERY_MS = 500;

interface LiveRows {
  readonly rows: readonly DecisionRow[];
  /** New rows that wait because the pointer or the keyboard is on the list. */
  readonly waiting: number;
  readonly state: LiveState;
  readonly list: RefObject<HTMLDivElement | null>;
}

/**
 * The newest decisions as they are made, drawn at most twice a second. While somebody points at the list or has the
 * focus in it, nothing moves: new rows wait until they leave. Only the newest 40 are kept, however many come.
 */
export function useLiveRows(): LiveRows {
  const [rows, setRows] = useState<readonly DecisionRow[]>([]);
  const [waiting, setWaiting] = useState(0);
  const [state, setState] = useState<LiveState>('connecting');
  const list = useRef<HTMLDivElement>(null);

  useEffect(() => {
    let fresh: DecisionRow[] = [];
    let arrived = 0;
    const stop = followDecisions((row) => {
      fresh = [row, ...fresh].slice(0, KEPT);
      arrived += 1;
    }, setState);
    const timer = window.setInterval(() => {
      if (fresh.length === 0) return;
      if (list.current?.matches(':hover, :focus-within')) return setWaiting(arrived);
      const added = fresh;
      fresh = [];
      arrived = 0;
      setWaiting(0);
      setRows((shown) => [...added, ...shown].slice(0, KEPT));
    }, DRAW_EVERY_MS);
    return () => {
      stop();
      window.clearInterval(timer);
    };
  }, []);
  return { rows, waiting, state, list };
}
