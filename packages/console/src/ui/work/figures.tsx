import type { ReactNode } from 'react';
import { Link, type To } from 'react-router';
import './work.css';

export interface FigureShown {
  readonly key: string;
  readonly title: string;
  readonly value: ReactNode;
  readonly unit?: string;
  /** What the figure means, in a sentence. */
  readonly text?: string;
  /** Where the rows behind it are. */
  readonly to?: { readonly to: To; readonly state?: unknown } | undefined;
}

/** Figures side by side, each with what it means; those with rows behind them open these. */
export function Figures({ items }: { readonly items: readonly FigureShown[] }) {
  return (
    <dl className="fz-stats">
      {items.map(({ key, title, value, unit = '', text, to }) => (
        <div key={key}>
          <dt>{title}</dt>
          <dd>
            {to === undefined ? (
              <strong>{value}</strong>
            ) : (
              <Link to={to.to} state={to.state}>
                <strong>{value}</strong>
              </Link>
            )}{' '}
            <span className="fz-quiet">{unit}</span>
            {text === undefined ? null : <p>{text}</p>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
