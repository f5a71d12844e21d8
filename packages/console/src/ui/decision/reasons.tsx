import type { DecisionDetail, FactView, Reason } from '@fanzha/contract';
import { Link } from 'react-router';
import { useFormat } from '../../i18n/format.ts';
import { useLocalized } from '../../i18n/locale.ts';
import { useTexts } from '../../i18n/texts.ts';
import { VerdictMark } from '../verdict.tsx';
import { FactText, isNothing } from './fact-value.tsx';
import { decisionTexts } from './texts.ts';

function ReasonItem({
  reason,
  facts,
}: {
  readonly reason: Reason;
  readonly facts: ReadonlyMap<string, FactView>;
}) {
  const t = useTexts(decisionTexts);
  const localized = useLocalized();
  const format = useFormat();
  const values = Object.entries(reason.values);
  return (
    <li className={`fz-reason fz-${reason.verdict}`}>
      <div className="fz-row fz-between">
        <VerdictMark verdict={reason.verdict} />
        <span className="fz-quiet fz-small">
          {t('score')} {format.number(reason.score, 2)}
        </span>
      </div>
      <strong>{localized(reason.text)}</strong>
      {reason.capped === undefined ? null : <span>{t('capped', { guard: reason.capped })}</span>}
      {reason.snoozed === undefined ? null : <Link to="/snoozes?state=active">{t('snoozed')}</Link>}
      {values.length === 0 ? null : (
        <dl className="fz-pairs fz-small" aria-label={t('ruleValues')}>
          {values.map(([name, value]) => {
            const fact = facts.get(name);
            return (
              <div key={name} style={{ display: 'contents' }}>
                <dt title={name}>{fact ? localized(fact.title) : name}</dt>
                <dd>{fact && !isNothing(value) ? localized(fact.text) : <FactText value={value} />}</dd>
              </div>
            );
          })}
        </dl>
      )}
      <span className="fz-quiet fz-small">
        <code>{reason.code}</code> · {t('rule')} <code>{reason.rule}</code>
      </span>
    </li>
  );
}

/** Which rules spoke and on what values; those that stayed quiet are folded away. */
export function Reasons({ decision }: { readonly decision: DecisionDetail }) {
  const t = useTexts(decisionTexts);
  const localized = useLocalized();
  const facts = new Map(decision.facts.map((fact) => [fact.name, fact]));
  return (
    <section className="fz-panel" aria-labelledby="decision-why">
      <header>
        <h2 id="decision-why">{t('why')}</h2>
      </header>
      {decision.reasons.length === 0 ? <p className="fz-quiet">{t('noReason')}</p> : null}
      <ul>
        {decision.reasons.map((reason) => (
          <ReasonItem key={reason.rule} reason={reason} facts={facts} />
        ))}
      </ul>
      {decision.quietRules.length === 0 ? null : (
        <details className="fz-fold" style={{ marginTop: 10 }}>
          <summary>{t('quiet', { count: decision.quietRules.length })}</summary>
          <ul className="fz-small">
            {decision.quietRules.map(({ id, title }) => (
              <li key={id}>
                {localized(title)} <code className="fz-quiet">{id}</code>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
