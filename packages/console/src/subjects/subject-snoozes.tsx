import { Button } from 'antd';
import { useState } from 'react';
import { useDecisions } from '../api/decisions.ts';
import { rowsOf } from '../api/paged.ts';
import { usePolicy } from '../api/policy.ts';
import { useMay } from '../api/session.ts';
import { useSnoozes } from '../api/snoozes.ts';
import { useTexts } from '../i18n/texts.ts';
import { SnoozeDialog } from '../ui/snooze/snooze-dialog.tsx';
import { SnoozeList } from '../ui/snooze/snooze-list.tsx';
import { snoozeTexts } from '../ui/snooze/texts.ts';
import type { SubjectAsked } from '../ui/subject-place.ts';
import { useUndo } from '../ui/work/use-undo.tsx';
import { subjectsTexts } from './texts.ts';

/** Rules that have spoken in the newest decisions about a subject. */
function useLikely(value: string): readonly string[] {
  const policy = usePolicy();
  const rows = rowsOf(useDecisions({ subject: value }));
  const codes = new Set(rows.flatMap(({ reasons }) => reasons.map(({ code }) => code)));
  return (policy.data?.rules ?? []).filter(({ reason }) => codes.has(reason)).map(({ id }) => id);
}

/** Rules that sleep for a subject, and asking for one. */
export function SubjectSnoozes({ subject }: { readonly subject: SubjectAsked }) {
  const t = useTexts(subjectsTexts);
  const s = useTexts(snoozeTexts);
  const may = useMay()('policy:edit');
  const rows = rowsOf(useSnoozes({ subject: subject.value }));
  const likely = useLikely(subject.value);
  const [asking, setAsking] = useState(false);
  const { place, tell } = useUndo();
  return (
    <section className="fz-stack" aria-labelledby="subject-snoozes">
      {place}
      <div className="fz-row fz-between">
        <h2 id="subject-snoozes">{t('snoozes')}</h2>
        {may ? (
          <Button size="small" onClick={() => setAsking(true)}>
            {s('ask')}
          </Button>
        ) : null}
      </div>
      {rows.length === 0 ? <p className="fz-quiet">{t('noSnoozes')}</p> : <SnoozeList rows={rows} bare />}
      {asking ? (
        <SnoozeDialog
          subject={{ kind: subject.kind, value: subject.value }}
          likely={likely}
          onClose={() => setAsking(false)}
          onAsked={(snooze) => {
            setAsking(false);
            tell(s(snooze.state === 'asked' ? 'toldAsked' : 'toldActive'));
          }}
        />
      ) : null}
    </section>
  );
}
