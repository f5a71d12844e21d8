import type { Verdict } from '@fanzha/vocabulary';
import type { ReactNode } from 'react';
import { useWord } from './use-word.ts';

/** One shape per verdict, so that colour is never the only difference. */
const SHAPES: Readonly<Record<Verdict, ReactNode>> = {
  allow: <path d="m3 8.5 3.2 3.2L13 5" fill="none" stroke="currentColor" strokeWidth="2.2" />,
  label: (
    <path
      d="M2 3.5h6.5L14 8l-5.5 4.5H2z"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinejoin="round"
    />
  ),
  challenge: (
    <>
      <path d="M8 1.5 14.5 8 8 14.5 1.5 8z" fill="none" stroke="currentColor" strokeWidth="1.7" />
      <path d="M8 5v3.4M8 10v1.3" stroke="currentColor" strokeWidth="1.7" />
    </>
  ),
  hold: <path d="M4 2.5h2.8v11H4zM9.2 2.5H12v11H9.2z" fill="currentColor" />,
  limit: <path d="M1.5 3h13L10 8.5V14l-4-2V8.5z" fill="currentColor" />,
  block: (
    <>
      <path d="M5.2 1h5.6L15 5.2v5.6L10.8 15H5.2L1 10.8V5.2z" fill="currentColor" />
      <path d="M4.5 8h7" stroke="var(--fz-surface)" strokeWidth="2.2" />
    </>
  ),
};

export function VerdictShape({ verdict, size = 13 }: { readonly verdict: Verdict; readonly size?: number }) {
  return (
    <svg viewBox="0 0 16 16" width={size} height={size} aria-hidden="true">
      {SHAPES[verdict]}
    </svg>
  );
}

/** A verdict as shape, word and colour. */
export function VerdictMark({
  verdict,
  large = false,
}: {
  readonly verdict: Verdict;
  readonly large?: boolean;
}) {
  const word = useWord();
  return (
    <span className={`fz-verdict fz-${verdict}${large ? ' fz-verdict-large' : ''}`}>
      <VerdictShape verdict={verdict} size={large ? 18 : 13} />
      {word('verdict', verdict)}
    </span>
  );
}
