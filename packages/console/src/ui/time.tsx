import { useSyncExternalStore } from 'react';
import { useFormat } from '../i18n/format.ts';

const TICK_MS = 10_000;
const listeners = new Set<() => void>();
let now = Date.now();
let timer: number | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= window.setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    window.clearInterval(timer);
    timer = undefined;
  };
}

/** The present, renewed every ten seconds by one timer for the whole page. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}

/** When something will end or ended: relative, with the exact instant in the reader's zone on hover. */
export function Until({ at }: { readonly at: string }) {
  const format = useFormat();
  return (
    <time dateTime={at} title={format.exact(at)}>
      {format.relative(at, useNow())}
    </time>
  );
}

/** When something was: relative, with the exact instant in the reader's zone on hover. */
export function Time({ at }: { readonly at: string }) {
  const format = useFormat();
  const present = useNow();
  return (
    <time dateTime={at} title={format.exact(at)}>
      {format.relative(at, Math.max(present, Date.parse(at) - 1000))}
    </time>
  );
}
