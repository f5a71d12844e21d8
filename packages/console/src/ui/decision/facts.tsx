import type { FactView } from '@fanzha/contract';
import { useLocalized } from '../../i18n/locale.ts';
import { useTexts } from '../../i18n/texts.ts';
import { FactText, isNothing } from './fact-value.tsx';
import { decisionTexts } from './texts.ts';

function FactPairs({ facts }: { readonly facts: readonly FactView[] }) {
  const localized = useLocalized();
  return (
    <dl className="fz-pairs">
      {facts.map(({ name, title, value, text }) => (
        <div key={name} style={{ display: 'contents' }}>
          <dt title={name}>{localized(title)}</dt>
          <dd>{isNothing(value) ? <FactText value={value} /> : localized(text)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What was known when it was decided, by the signal that knew it; what was looked for and not found is folded. */
export function Facts({ facts }: { readonly facts: readonly FactView[] }) {
  const t = useTexts(decisionTexts);
  const signals = [...new Set(facts.map(({ signal }) => signal))];
  return (
    <section className="fz-panel" aria-labelledby="decision-known">
      <header>
        <h2 id="decision-known">{t('known')}</h2>
      </header>
      {facts.length === 0 ? <p className="fz-quiet">{t('factsEmpty')}</p> : null}
      <div className="fz-stack">
        {signals.map((signal) => {
          const own = facts.filter((fact) => fact.signal === signal);
          const found = own.filter(({ value }) => !isNothing(value));
          const nothing = own.filter(({ value }) => isNothing(value));
          return (
            <div key={signal}>
              <h3>
                <code className="fz-quiet">{signal}</code>
              </h3>
              <FactPairs facts={found} />
              {nothing.length === 0 ? null : (
                <details className="fz-fold fz-small">
                  <summary>{t('factsNothing', { count: nothing.length })}</summary>
                  <FactPairs facts={nothing} />
                </details>
              )}
            </div>
          );
        })}
      </div>
    </section>
  );
}
