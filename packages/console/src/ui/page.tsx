import type { Permission } from '@fanzha/contract';
import { lazy, type ReactNode, Suspense, useEffect } from 'react';
import { useMay } from '../api/session.ts';

const Forbidden = lazy(async () => ({ default: (await import('./rights/forbidden.tsx')).Forbidden }));

interface PageProps {
  readonly title: string;
  /** Permission without which the page says who can help instead. */
  readonly needs?: Permission;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A page of the console: its title in the window too, its acts, its content. */
export function Page({ title, needs, actions, children }: PageProps) {
  const may = useMay();
  useEffect(() => {
    document.title = `${title} · 反诈 Fanzha`;
  }, [title]);
  const permitted = needs === undefined || may(needs);
  return (
    <div className="fz-stack">
      <div className="fz-page-head">
        <h1>{title}</h1>
        {permitted ? <div className="fz-row">{actions}</div> : null}
      </div>
      {permitted ? (
        children
      ) : (
        <Suspense fallback={null}>
          <Forbidden permission={needs} />
        </Suspense>
      )}
    </div>
  );
}
