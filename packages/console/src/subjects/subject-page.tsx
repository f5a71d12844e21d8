import type { NumberBehaviour, SubjectFeatures } from '@fanzha/contract';
import { Button } from 'antd';
import { useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { useNumber, useNumberBehaviour } from '../api/numbers.ts';
import { ProblemError } from '../api/problem.ts';
import { needsPurpose, useSubjectFeatures } from '../api/subjects.ts';
import { useTexts } from '../i18n/texts.ts';
import { Choice } from '../ui/choice.tsx';
import { Page } from '../ui/page.tsx';
import { ProblemNotice } from '../ui/problem-notice.tsx';
import type { Purpose } from '../ui/purpose/purpose-fields.tsx';
import { SimulatedFrame } from '../ui/simulated.tsx';
import { rolesOf, type SubjectAsked, subjectLink, subjectOf } from '../ui/subject-place.ts';
import { useWord } from '../ui/use-word.ts';
import { Skeleton } from '../ui/waiting.tsx';
import { CountersNow, Week } from './counters.tsx';
import { DecisionsAbout } from './decisions-about.tsx';
import { FindForm } from './find-form.tsx';
import { NumberActs } from './number/acts.tsx';
import { Contacts } from './number/contacts.tsx';
import { NumberIdentity } from './number/identity.tsx';
import { ModelOfConduct } from './number/model.tsx';
import { PurposePanel } from './purpose-panel.tsx';
import { SubjectLists } from './subject-lists.tsx';
import { SubjectSnoozes } from './subject-snoozes.tsx';
import './subjects.css';
import { subjectsTexts } from './texts.ts';

const ROLE_UNKNOWN = 'role-unknown';

interface ToldProps {
  readonly subject: SubjectAsked;
  readonly features: SubjectFeatures | undefined;
  readonly behaviour: NumberBehaviour | undefined;
  readonly purpose: Purpose | undefined;
}

/** What a subject did, with whom, what was decided and done about it, and what can be done now. */
function Told({ subject, features, behaviour, purpose }: ToldProps) {
  const { kind, value } = subject;
  const isNumber = kind === 'number';
  return (
    <>
      {behaviour === undefined ? null : <ModelOfConduct behaviour={behaviour} />}
      {features === undefined ? null : <Week features={features} behaviour={behaviour} />}
      {features === undefined ? null : <CountersNow features={features} behaviour={behaviour} />}
      {isNumber ? <Contacts value={value} counters={features?.counters ?? []} purpose={purpose} /> : null}
      <div className="fz-subject">
        <div className="fz-stack">
          <DecisionsAbout value={value} />
        </div>
        <div className="fz-stack">
          {isNumber ? <NumberActs value={value} /> : null}
          <SubjectLists subject={subject} />
          <SubjectSnoozes subject={subject} />
        </div>
      </div>
    </>
  );
}

/** Counters of a subject, or why there are none; everything else waits until a person may be looked at. */
function Known({ subject }: { readonly subject: SubjectAsked }) {
  const t = useTexts(subjectsTexts);
  const [purpose, setPurpose] = useState<Purpose>();
  const { kind, role, value } = subject;
  const { data, error, refetch } = useSubjectFeatures({
    role,
    value,
    ...(purpose === undefined ? {} : { purpose: purpose.purpose }),
    ...(purpose?.note ? { note: purpose.note } : {}),
  });
  const behaviour = useNumberBehaviour(value, kind === 'number' && role === 'caller').data;
  if (data === undefined && !error) return <Skeleton lines={8} />;
  if (needsPurpose(error)) return <PurposePanel onPurpose={setPurpose} />;
  const unknown = error instanceof ProblemError && error.code === ROLE_UNKNOWN;
  return (
    <SimulatedFrame on={data?.simulated === true || behaviour?.simulated === true}>
      {purpose === undefined ? null : (
        <p className="fz-notice" role="status">
          {t('recorded')}
        </p>
      )}
      {unknown ? <p className="fz-notice">{t('roleUnknown')}</p> : null}
      {error && !unknown ? <ProblemNotice error={error} onRetry={() => void refetch()} /> : null}
      <Told subject={subject} features={data} behaviour={behaviour} purpose={purpose} />
    </SimulatedFrame>
  );
}

function OneSubject({ subject }: { readonly subject: SubjectAsked }) {
  const t = useTexts(subjectsTexts);
  const word = useWord();
  const navigate = useNavigate();
  const roles = rolesOf(subject.kind);
  const isNumber = subject.kind === 'number';
  const display = useNumber(subject.value, isNumber).data?.plan.display ?? subject.display;
  const shown = roles.includes(subject.role) ? roles : [subject.role, ...roles];
  const choose = (role: string): void => {
    const { to, state } = subjectLink({ ...subject, role });
    void navigate(to, { state, replace: true });
  };
  return (
    <>
      <section className="fz-panel fz-row fz-between">
        <span className="fz-row">
          <span className="fz-quiet">{word('subject', subject.kind)}</span>
          <strong style={{ fontSize: 18, overflowWrap: 'anywhere' }}>{display}</strong>
          {display === subject.value ? null : <code className="fz-quiet">{subject.value}</code>}
        </span>
        {shown.length < 2 ? (
          <span className="fz-quiet">{word('role', subject.role)}</span>
        ) : (
          <Choice
            label={t('role')}
            value={subject.role}
            onChange={choose}
            options={shown.map((value) => ({ value, label: word('role', value) }))}
          />
        )}
      </section>
      {isNumber ? <NumberIdentity key={subject.value} value={subject.value} /> : null}
      <Known key={`${subject.role} ${subject.value}`} subject={subject} />
    </>
  );
}

/** A number, sender, site ...: what it is, its counters now and over time, what was decided, lists and snoozes. */
export function SubjectPage() {
  const t = useTexts(subjectsTexts);
  const navigate = useNavigate();
  const { state } = useLocation();
  const subject = subjectOf(state);
  const another =
    subject === undefined ? null : (
      <Button onClick={() => void navigate('/subject', { state: null })}>{t('another')}</Button>
    );
  return (
    <Page
      title={t(subject?.kind === 'number' ? 'numberTitle' : 'title')}
      needs="decision:read"
      actions={another}
    >
      {subject === undefined ? <FindForm /> : <OneSubject subject={subject} />}
    </Page>
  );
}
