import type { PolicyVersion } from '@fanzha/contract';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useBacktests } from '../api/backtests.ts';
import { useSession } from '../api/session.ts';
import { useFormat } from '../i18n/format.ts';
import { useTexts } from '../i18n/texts.ts';
import { Time, useNow } from '../ui/time.tsx';
import { nextOf, progressOf, STEPS, type Step } from './life.model.ts';
import { policyTexts } from './texts.ts';
import { useRolesWith } from './use-roles.ts';

function Act({ name, at }: { readonly name: string; readonly at: string }) {
  return (
    <>
      {name} · <Time at={at} />
    </>
  );
}

/** Who did each step, and when. */
function useStepNotes(version: PolicyVersion): (step: Step) => ReactNode {
  const { created, shadowSince, approved, published, contentHash, number } = version;
  const backtest = useBacktests(number).data?.pages[0]?.items.find(
    (each) => each.contentHash === contentHash && each.state === 'done',
  );
  return (step) => {
    if (step === 'draft') return <Act {...created} />;
    if (step === 'backtested' && backtest !== undefined) {
      return (
        <Link to={`/policy/backtests/${backtest.id}`}>
          <Time at={backtest.endedAt ?? backtest.startedAt} />
        </Link>
      );
    }
    if (step === 'shadow' && shadowSince !== undefined) return <Time at={shadowSince} />;
    if (step === 'approved' && approved !== undefined) return <Act {...approved} />;
    if (step === 'live' && published !== undefined) return <Act {...published} />;
    return <span aria-hidden="true">—</span>;
  };
}

/** Why the person who looks may not take the next step, where he may not. */
function WhyNot({ version }: { readonly version: PolicyVersion }) {
  const t = useTexts(policyTexts);
  const roles = useRolesWith();
  const session = useSession().data;
  const may = (permission: 'policy:edit' | 'policy:approve' | 'policy:publish'): boolean =>
    session?.permissions.includes(permission) ?? false;
  const { state, editors } = version;
  if (state === 'shadow') {
    if (!may('policy:approve')) {
      return <p className="fz-why-not">{t('mayNotRole', { roles: roles('policy:approve') })}</p>;
    }
    if (session !== undefined && session !== null && editors.includes(session.user.id)) {
      return <p className="fz-why-not">{t('mayNotOwn')}</p>;
    }
  }
  if (state === 'approved' && !may('policy:publish')) {
    return <p className="fz-why-not">{t('mayNotPublish', { roles: roles('policy:publish') })}</p>;
  }
  if ((state === 'draft' || state === 'backtested') && !may('policy:edit')) {
    return <p className="fz-why-not">{t('mayNotEdit', { roles: roles('policy:edit') })}</p>;
  }
  return null;
}

/** The life of a version as steps with who and when, what is needed next, and why one may not do it oneself. */
export function LifeStrip({ version, acts }: { readonly version: PolicyVersion; readonly acts: ReactNode }) {
  const t = useTexts(policyTexts);
  const format = useFormat();
  const now = useNow();
  const noteOf = useStepNotes(version);
  const { done, now: at } = progressOf(version);
  const { faults, shadowUntil, urgentReason, endReason, ended } = version;
  const until = shadowUntil === undefined ? '' : format.dateTime(shadowUntil.at);
  return (
    <section className="fz-panel fz-stack" aria-label={t('life')}>
      <ol className="fz-life">
        {STEPS.map((step) => {
          const how = step === at ? 'now' : done.has(step) ? 'done' : 'todo';
          const word = { now: t('stepNow'), done: t('stepDone'), todo: t('stepWaiting') }[how];
          return (
            <li key={step} className={`fz-${how}`} aria-current={how === 'now' ? 'step' : undefined}>
              <strong>
                {how === 'done' ? '✓ ' : ''}
                {t(`step.${step}`)} <span className="fz-hidden">({word})</span>
              </strong>
              <span className="fz-quiet fz-small">{noteOf(step)}</span>
            </li>
          );
        })}
      </ol>
      <div className="fz-row fz-between">
        <div style={{ flex: '1 1 420px', minWidth: 0 }}>
          <p>{t(nextOf(version, now), { count: faults.length, until })}</p>
          <WhyNot version={version} />
          {urgentReason === undefined ? null : (
            <p className="fz-quiet">{t('urgent', { reason: urgentReason })}</p>
          )}
          {endReason === undefined ? null : (
            <p className="fz-quiet">
              {t('reason')}:{' '}
              {ended === undefined ? endReason : t('ended', { reason: endReason, name: ended.name })}
            </p>
          )}
        </div>
        <div className="fz-row">{acts}</div>
      </div>
    </section>
  );
}
