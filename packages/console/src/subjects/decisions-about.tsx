import type { DecisionRow } from '@fanzha/contract';
import { VERDICTS, type Verdict } from '@fanzha/vocabulary';
import { useState } from 'react';
import { Link } from 'react-router';
import { useDecisions } from '../api/decisions.ts';
import { useLabels } from '../api/labels.ts';
import { rowsOf } from '../api/paged.ts';
import { useLocalized } from '../i18n/locale.ts';
import { useTexts } from '../i18n/texts.ts';
import { Choice } from '../ui/choice.tsx';
import { linkTo } from '../ui/decision-filters.ts';
import { OutcomeMark } from '../ui/label/outcome-mark.tsx';
import { SimulatedTag } from '../ui/simulated.tsx';
import { Time } from '../ui/time.tsx';
import { useWord } from '../ui/use-word.ts';
import { VerdictMark } from '../ui/verdict.tsx';
import { Waiting } from '../ui/waiting.tsx';
import { subjectsTexts } from './texts.ts';

const SHOWN = 20;

function Row({ row, ids }: { readonly row: DecisionRow; readonly ids: readonly string[] }) {
  const word = useWord();
  const localized = useLocalized();
  const [reason] = row.reasons;
  return (
    <li>
      <span className="fz-row">
        <Link to={`/decisions/${row.id}`} state={{ neighbours: ids }} className="fz-open">
          <VerdictMark verdict={row.verdict} />
        </Link>
        <span className="fz-quiet">{word('kind', row.kind)}</span>
        {reason === undefined ? null : <span>{localized(reason.text)}</span>}
      </span>
      <span className="fz-row fz-quiet fz-small">
        {row.simulated ? <SimulatedTag /> : null}
        <Time at={row.at} />
      </span>
    </li>
  );
}

/** Labels of the decisions that are shown: all that were given since the oldest of them was made. */
function Labels({ rows }: { readonly rows: readonly DecisionRow[] }) {
  const t = useTexts(subjectsTexts);
  const from = rows.at(-1)?.decidedAt;
  const labels = rowsOf(useLabels(from === undefined ? {} : { from }));
  const ids = new Set(rows.map(({ id }) => id));
  const own = labels.filter(({ decision }) => ids.has(decision));
  return (
    <section className="fz-panel" aria-labelledby="subject-labels">
      <header>
        <h2 id="subject-labels">{t('labels')}</h2>
      </header>
      {own.length === 0 ? <p className="fz-quiet">{t('noLabels')}</p> : null}
      <ul className="fz-rows">
        {own.map(({ decision, outcome, by, labelledAt, note }) => (
          <li key={decision}>
            <Link to={`/decisions/${decision}`} className="fz-open" style={{ color: 'inherit' }}>
              <OutcomeMark outcome={outcome} />
            </Link>
            <span className="fz-quiet fz-small">
              {note} {by} <Time at={labelledAt} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The newest decisions about a subject, of every verdict or of one, and what they turned out to be. */
export function DecisionsAbout({ value }: { readonly value: string }) {
  const t = useTexts(subjectsTexts);
  const word = useWord();
  const [verdict, setVerdict] = useState<Verdict | ''>('');
  const filters = { subject: value, ...(verdict === '' ? {} : { verdict }) };
  const query = useDecisions(filters);
  const rows = rowsOf(query).slice(0, SHOWN);
  const ids = rows.map(({ id }) => id);
  return (
    <>
      <section className="fz-panel" aria-labelledby="subject-decisions">
        <header>
          <h2 id="subject-decisions">{t('decisions')}</h2>
          {rows.length === 0 ? null : <Link {...linkTo(filters)}>{t('allDecisions')}</Link>}
        </header>
        <Choice
          label={t('verdict')}
          value={verdict}
          onChange={(chosen) => setVerdict(chosen)}
          options={(['', ...VERDICTS] as const).map((each) => ({
            value: each,
            label: each === '' ? t('everyVerdict') : word('verdict', each),
          }))}
        />
        <Waiting query={query}>
          {() =>
            rows.length === 0 ? (
              <p className="fz-quiet">{t('noDecisions')}</p>
            ) : (
              <ul className="fz-rows">
                {rows.map((row) => (
                  <Row key={row.id} row={row} ids={ids} />
                ))}
              </ul>
            )
          }
        </Waiting>
      </section>
      {rows.length === 0 ? null : <Labels rows={rows} />}
    </>
  );
}
