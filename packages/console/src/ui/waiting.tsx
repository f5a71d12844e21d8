import { type ReactNode, useEffect, useState } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { ProblemNotice } from './problem-notice.tsx';
import { uiTexts } from './texts.ts';

const PATIENCE_MS = 300;
const WIDTHS = ['62%', '88%', '74%', '93%', '55%', '81%', '68%', '90%'];

/** The shape of what is coming; drawn only once waiting is noticeable, so that quick answers do not flicker. */
export function Skeleton({ lines = 5 }: { readonly lines?: number }) {
  const t = useTexts(uiTexts);
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setLate(true), PATIENCE_MS);
    return () => window.clearTimeout(timer);
  }, []);
  return (
    <div className="fz-skeleton" role="status" aria-label={t('loading')} style={{ minHeight: lines * 24 }}>
      {late ? WIDTHS.slice(0, lines).map((width) => <span key={width} style={{ width }} />) : null}
    </div>
  );
}

interface Asked<Data> {
  readonly data: Data | undefined;
  readonly error: unknown;
  refetch(): unknown;
}

interface WaitingProps<Data> {
  readonly query: Asked<Data>;
  readonly lines?: number;
  readonly children: (data: Data) => ReactNode;
}

/** Shows what a query answered; until then its shape, and when it failed, why. Old data stays during a failure. */
export function Waiting<Data>({ query, lines = 5, children }: WaitingProps<Data>) {
  const failure = query.error ? <ProblemNotice error={query.error} onRetry={() => query.refetch()} /> : null;
  if (query.data === undefined) return failure ?? <Skeleton lines={lines} />;
  return (
    <>
      {failure}
      {children(query.data)}
    </>
  );
}
