import type { ReactNode } from 'react';
import './work.css';

/** How much a state asks of the reader: nothing, that it holds, that it is the one in force, or a look. */
export type Weight = 'quiet' | 'on' | 'now' | 'warn';

/** A state as a word in a frame. Its colour is the accent or the one of "look here", never a verdict's meaning alone. */
export function Tag({
  weight = 'quiet',
  children,
}: {
  readonly weight?: Weight;
  readonly children: ReactNode;
}) {
  return <span className={weight === 'quiet' ? 'fz-tag' : `fz-tag fz-tag-${weight}`}>{children}</span>;
}
