import type { DecisionRow } from '@fanzha/contract';
import { Link } from 'react-router';
import { useDecisions } from '../api/decisions.ts';
import { useLocalized } from '../i18n/locale.ts';
import { useTexts } from '../i18n/texts.ts';
import { SimulatedTag } from '../ui/simulated.tsx';
import { SubjectChip } from '../ui/subject-chip.tsx';
import { Time } from '../ui/time.tsx';
import { VerdictMark } from '../ui/verdict.tsx';
import { useLiveRows } from './live-rows.ts';
import { overviewTexts } from './texts.ts';

const SHOWN = 14;

function LiveItem({ row }: { readonly row: DecisionRow }) {
  const localized = useLocalized();
  const [first] = row.subjects;
  const [reason] = row.reasons;
  return (
    <li className="fz-live">
      <Link to={`/decisions/${row.id}`} className="fz-open">
        <VerdictMark verdict={row.verdict} />
      </Link>
      <span className="fz-row" style={{ flexWrap: 'nowrap', minWidth: 0 }}>
        {first === undefined ? null : <SubjectChip subject={first} country={row.country} />}
        {row.simulated ? <SimulatedTag /> : null}
      </span>
      <span className="fz-quiet fz-small fz-num">
        <Time at={row.decidedAt} />
      </span>
      <span className="fz-ellipsis fz-quiet fz-small">
        {reason === undefined ? '' : localized(reason.text)}
      </span>
    </li>
  );
}

/** The newest decisions, moving on by themselves unless somebody is pointing at them. */
export function LiveList() {
  const t = useTexts(overviewTexts);
  const { rows, waiting, state, list } = useLiveRows();
  const before = useDecisions({}).data?.pages[0]?.items ?? [];
  const seen = new Set(rows.map(({ id }) => id));
  const shown = [...rows, ...before.filter(({ id }) => !seen.has(id))].slice(0, SHOWN);
  return (
    <section className="fz-panel" aria-labelledby="overview-live">
      <header>
        <h2 id="overview-live">{t('live')}</h2>
        <span className="fz-quiet fz-small" role="status">
          {waiting > 0 ? t('liveWaiting', { count: waiting }) : t(`live.${state}`)}
        </span>
      </header>
      <div ref={list}>
        {shown.length === 0 ? <p className="fz-quiet">{t('liveEmpty')}</p> : null}
        <ul>
          {shown.map((row) => (
            <LiveItem key={row.id} row={row} />
          ))}
        </ul>
      </div>
    </section>
  );
}
