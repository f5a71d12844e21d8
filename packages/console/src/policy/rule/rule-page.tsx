import type { PolicyVersion } from '@fanzha/contract';
import { Button } from 'antd';
import { useCallback, useEffect, useState } from 'react';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router';
import { usePutReason, usePutRule, useVersion } from '../../api/policy-versions.ts';
import { ProblemError } from '../../api/problem.ts';
import { useMay } from '../../api/session.ts';
import { useTexts } from '../../i18n/texts.ts';
import { Page } from '../../ui/page.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Waiting } from '../../ui/waiting.tsx';
import { isEditable } from '../life.model.ts';
import { placeOfPart } from '../places.ts';
import '../policy.css';
import { StateMark } from '../state-mark.tsx';
import { policyTexts } from '../texts.ts';
import { ConditionEditor } from './condition-editor.tsx';
import { ConflictNotice } from './conflict-notice.tsx';
import './edit.css';
import { LeaveGuard } from './leave-guard.tsx';
import { ReasonField } from './reason-field.tsx';
import {
  type DraftProblem,
  draftOf,
  freshDraft,
  problemsOf,
  type RuleDraft,
  sameDraft,
  trialOf,
} from './rule-draft.model.ts';
import { GroundFields, RuleName, VerdictFields } from './rule-fields.tsx';
import { ruleTexts } from './texts.ts';
import { ReadsPanel, TrialPanel } from './trial-panel.tsx';
import { useCheck, useTrial } from './use-check.ts';
import { useSaveKeys } from './use-save-keys.ts';

const ASK_EVERY_MS = 10_000;
const NO_PROBLEMS: ReadonlyMap<string, DraftProblem> = new Map();

/** Writes a draft into a version: new words of its reason first, then the rule. */
function useSaveDraft(number: number) {
  const putReason = usePutReason();
  const putRule = usePutRule();
  const save = async (
    draft: RuleDraft,
    base: RuleDraft | undefined,
    seen: number,
  ): Promise<PolicyVersion> => {
    const { rule, words } = draft;
    let revision = seen;
    if (words !== undefined && JSON.stringify(words) !== JSON.stringify(base?.words)) {
      const put = { params: { number, id: rule.reason }, body: { revision, words } };
      ({ revision } = await putReason.mutateAsync(put));
    }
    return putRule.mutateAsync({ params: { number, id: rule.id }, body: { revision, rule } });
  };
  const reset = (): void => {
    putReason.reset();
    putRule.reset();
  };
  return {
    save,
    reset,
    pending: putReason.isPending || putRule.isPending,
    error: putReason.error ?? putRule.error,
  };
}

interface RuleEditorProps {
  readonly version: PolicyVersion;
  /** Id of the rule; absent for a new one. */
  readonly id: string | undefined;
}

/** What is written, against what was there: dirty, problems, conflict, and saving. */
function useRuleDraft({ version, id }: RuleEditorProps) {
  const navigate = useNavigate();
  const { number, revision, content } = version;
  const theirs = id === undefined ? undefined : draftOf(content, id);
  const [base, setBase] = useState({ draft: theirs, revision });
  const [draft, setDraft] = useState(theirs ?? freshDraft());
  const [tried, setTried] = useState(false);
  const [savedAs, setSavedAs] = useState<string>();
  const saving = useSaveDraft(number);
  const taken = new Set(id === undefined ? content.rules.map((rule) => rule.id) : []);
  const problems = problemsOf(draft, taken);
  const dirty =
    base.draft === undefined ? draft.rule.when !== '' || draft.rule.id !== '' : !sameDraft(draft, base.draft);
  const conflict = revision !== base.revision && dirty && savedAs === undefined && !saving.pending;
  const { save, reset } = saving;

  const store = async (seen: number): Promise<void> => {
    setTried(true);
    if (problems.size > 0 || !dirty || saving.pending) return;
    try {
      const saved = await save(draft, base.draft, seen);
      setBase({ draft, revision: saved.revision });
      setTried(false);
      if (id === undefined) setSavedAs(draft.rule.id);
    } catch {
      // The mutation holds the error, and the page shows it.
    }
  };
  useEffect(() => {
    if (savedAs === undefined) return;
    void navigate(placeOfPart(number, 'rule', savedAs), { replace: true });
  }, [savedAs, navigate, number]);
  // Nothing is being written: what others did is simply shown.
  useEffect(() => {
    if (dirty || theirs === undefined || revision === base.revision) return;
    setBase({ draft: theirs, revision });
    setDraft(theirs);
  }, [dirty, theirs, revision, base.revision]);
  return {
    draft,
    setDraft,
    base,
    theirs,
    dirty,
    conflict,
    problems: tried ? problems : NO_PROBLEMS,
    pending: saving.pending,
    error: saving.error,
    save: () => store(base.revision),
    saveOver: () => {
      reset();
      setBase({ ...base, revision });
      void store(revision);
    },
    take: (taken2: RuleDraft) => {
      reset();
      setBase({ draft: taken2, revision });
      setDraft(taken2);
    },
  };
}

function RuleEditor({ version, id }: RuleEditorProps) {
  const t = useTexts(ruleTexts);
  const may = useMay();
  const readOnly = !(may('policy:edit') && isEditable(version));
  const state = useRuleDraft({ version, id });
  const { draft, setDraft, problems, dirty, conflict, error, pending } = state;
  const { rule } = draft;
  const checked = useCheck(rule.on, rule.when);
  const ready = checked.check?.ok === true && may('backtest:run') ? trialOf(rule) : undefined;
  const trial = useTrial(ready);
  const { save } = state;
  const { refetch } = trial;
  const canTry = ready !== undefined;
  const attempt = useCallback((): void => {
    if (canTry) void refetch();
  }, [canTry, refetch]);
  useSaveKeys(() => {
    if (!readOnly) void save();
  }, attempt);
  const setRule = (changed: typeof rule): void => setDraft({ ...draft, rule: changed });
  const fields = { rule, isNew: id === undefined, problems, readOnly, onChange: setRule };
  const noCondition = problems.get('when');
  const isConflict = error instanceof ProblemError && error.code === 'policy-changed';
  return (
    <div className="fz-edit">
      <LeaveGuard unsaved={dirty && !readOnly} />
      <div className="fz-stack">
        {conflict ? (
          <ConflictNotice
            version={version}
            base={state.base.draft}
            theirs={state.theirs}
            mine={draft}
            refusal={isConflict ? error.detail : undefined}
            onSave={state.saveOver}
            onTake={state.take}
          />
        ) : null}
        {error && !isConflict ? <ProblemNotice error={error} while="changing" /> : null}
        <RuleName {...fields} />
        <section className="fz-panel">
          <ConditionEditor
            label={t('condition')}
            on={rule.on}
            value={rule.when}
            checked={checked}
            readOnly={readOnly}
            onChange={(when) => setRule({ ...rule, when })}
          />
          {noCondition === undefined ? null : (
            <span className="fz-edit-problem" role="alert">
              {t(noCondition)}
            </span>
          )}
        </section>
        <section className="fz-panel" aria-labelledby="rule-fields">
          <header>
            <h2 id="rule-fields">{t('fields')}</h2>
          </header>
          <div className="fz-edit-grid">
            <VerdictFields {...fields} />
            <ReasonField
              draft={draft}
              own={version.content.reasons}
              problems={problems}
              readOnly={readOnly}
              onChange={setDraft}
            />
            <GroundFields {...fields} />
          </div>
        </section>
      </div>
      <div className="fz-stack fz-edit-side">
        {readOnly ? null : (
          <div className="fz-row fz-edit-save">
            <Button type="primary" disabled={!dirty || pending || conflict} onClick={() => void save()}>
              {t('save')}
            </Button>
            <span className="fz-quiet" role="status">
              {t(dirty ? 'unsaved' : id === undefined ? 'nothingToSave' : 'saved')}
            </span>
          </div>
        )}
        <TrialPanel rule={ready} trial={trial} />
        <ReadsPanel check={checked.check} />
      </div>
    </div>
  );
}

/** Editor of one rule: condition as text or form, tried on recent traffic while it is written. */
export function RulePage() {
  const t = useTexts(ruleTexts);
  const p = useTexts(policyTexts);
  const { number: asked = '' } = useParams();
  const [search] = useSearchParams();
  const id = search.get('id') ?? undefined;
  const number = Number(asked);
  const query = useVersion(number, ASK_EVERY_MS);
  const version = query.data;
  return (
    <Page
      title={id === undefined ? t('newRule') : t('ruleOf', { id })}
      needs="policy:read"
      actions={<span className="fz-quiet fz-small fz-desk">{t('keys')}</span>}
    >
      <div className="fz-row fz-quiet fz-small">
        <Link to="/policy">{p('title')}</Link>
        <span aria-hidden="true">/</span>
        <Link to={`/policy/versions/${number}`}>
          {t('backToVersion', { number })} {version?.title}
        </Link>
        {version === undefined ? null : <StateMark state={version.state} />}
      </div>
      <Waiting query={query} lines={8}>
        {(data) =>
          id !== undefined && draftOf(data.content, id) === undefined ? (
            <NoRule version={data} id={id} />
          ) : (
            <RuleEditor key={id ?? ''} version={data} id={id} />
          )
        }
      </Waiting>
    </Page>
  );
}

function NoRule({ version, id }: { readonly version: PolicyVersion; readonly id: string }) {
  const t = useTexts(ruleTexts);
  return (
    <div className="fz-notice" role="note">
      <strong>
        {t('noRule')} <code>{id}</code>
      </strong>
      <Link to={`/policy/versions/${version.number}`}>{t('backToVersion', { number: version.number })}</Link>
    </div>
  );
}
