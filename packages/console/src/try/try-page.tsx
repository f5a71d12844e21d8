import { useEffect, useRef } from 'react';
import { useLocation, useSearchParams } from 'react-router';
import { useTry } from '../api/decisions.ts';
import { ProblemError } from '../api/problem.ts';
import { useTexts } from '../i18n/texts.ts';
import { Choice } from '../ui/choice.tsx';
import { DecisionView } from '../ui/decision/decision-view.tsx';
import { Page } from '../ui/page.tsx';
import { ProblemNotice } from '../ui/problem-notice.tsx';
import { eventOf, FIRST_FORM, TRY_KINDS } from './examples.ts';
import { tryTexts } from './texts.ts';
import './try.css';
import { TryForm } from './try-form.tsx';
import { TryJson } from './try-json.tsx';

function textOf(state: unknown): string | undefined {
  if (typeof state !== 'object' || state === null || !('text' in state)) return undefined;
  return typeof state.text === 'string' ? state.text : undefined;
}

/** Decides a message or a call that somebody makes up, with everything a real decision shows. */
export function TryPage() {
  const t = useTexts(tryTexts);
  const [search, setSearch] = useSearchParams();
  const pasted = textOf(useLocation().state);
  const kind = TRY_KINDS.find((each) => each === search.get('kind')) ?? 'sms';
  const attempt = useTry();
  const { mutate } = attempt;
  const result = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (pasted !== undefined) mutate(eventOf('sms', { ...FIRST_FORM.sms, text: pasted }));
  }, [pasted, mutate]);
  useEffect(() => {
    if (attempt.data !== undefined) result.current?.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
  }, [attempt.data]);
  // Complaints about fields stand at the fields; of the JSON form there are none to stand at.
  const atFields =
    kind !== 'json' && attempt.error instanceof ProblemError && attempt.error.fields.length > 0;
  return (
    <Page
      title={t('title')}
      needs="decision:try"
      actions={
        <Choice
          label={t('tabs')}
          value={kind}
          onChange={(value) => {
            attempt.reset();
            setSearch({ kind: value }, { replace: true });
          }}
          options={TRY_KINDS.map((value) => ({ value, label: t(value) }))}
        />
      }
    >
      <p className="fz-quiet">{t('lead')}</p>
      <section className="fz-panel" aria-label={t(kind)}>
        {kind === 'json' ? (
          <TryJson onRun={mutate} />
        ) : (
          <TryForm
            key={kind + (pasted ?? '')}
            kind={kind}
            text={kind === 'sms' ? pasted : undefined}
            error={attempt.error}
            onRun={(values) => mutate(eventOf(kind, values))}
          />
        )}
      </section>
      {attempt.error && !atFields ? <ProblemNotice error={attempt.error} while="changing" /> : null}
      <section ref={result} aria-label={t('result')} className="fz-stack">
        {attempt.data === undefined ? (
          <p className="fz-quiet">{t('waiting')}</p>
        ) : (
          <DecisionView decision={attempt.data} recorded={false} />
        )}
      </section>
    </Page>
  );
}
