import type { DecisionDetail } from '@fanzha/contract';
import type { ReactNode } from 'react';
import { usePolicy } from '../../api/policy.ts';
import { useFormat } from '../../i18n/format.ts';
import { useLocalized } from '../../i18n/locale.ts';
import { useTexts } from '../../i18n/texts.ts';
import { CopyButton } from '../copy-button.tsx';
import { SimulatedTag } from '../simulated.tsx';
import { Time } from '../time.tsx';
import { useWord } from '../use-word.ts';
import { VerdictMark } from '../verdict.tsx';
import './decision.css';
import { EventInput, type OpenedFields } from './event-input.tsx';
import { Facts } from './facts.tsx';
import { ModelParts } from './model-parts.tsx';
import { Reasons } from './reasons.tsx';
import { decisionTexts } from './texts.ts';

/** Name of a fraud type in the reader's language, from the live policy. */
export function useFraudType(): (code: string) => string {
  const policy = usePolicy();
  const localized = useLocalized();
  return (code) => {
    const known = policy.data?.fraudTypes.find((type) => type.code === code);
    return known === undefined ? code : localized(known.title);
  };
}

function Head({ decision }: { readonly decision: DecisionDetail }) {
  const t = useTexts(decisionTexts);
  const word = useWord();
  const localized = useLocalized();
  const fraudType = useFraudType();
  return (
    <section className={`fz-panel fz-decision-head fz-${decision.verdict}`} aria-live="polite">
      <div className="fz-stack" style={{ gap: 8 }}>
        <div className="fz-row">
          <VerdictMark verdict={decision.verdict} large />
          <span>{word('kind', decision.kind)}</span>
          {decision.fraudType === undefined ? null : <span>{fraudType(decision.fraudType)}</span>}
          <span className="fz-quiet">
            <Time at={decision.at} />
          </span>
          {decision.simulated ? <SimulatedTag /> : null}
        </div>
        <p className="fz-sentence">{localized(decision.sentence)}</p>
        {decision.degraded.length === 0 ? null : (
          <p role="alert">
            {t('degradedText')} {decision.degraded.join(', ')}
          </p>
        )}
      </div>
    </section>
  );
}

function Done({ decision }: { readonly decision: DecisionDetail }) {
  const t = useTexts(decisionTexts);
  const localized = useLocalized();
  return (
    <section className="fz-panel" aria-labelledby="decision-done">
      <header>
        <h2 id="decision-done">{t('done')}</h2>
      </header>
      {decision.consequences.length === 0 ? <p className="fz-quiet">{t('doneNone')}</p> : null}
      <ul>
        {decision.consequences.map(({ id, text, simulated }) => (
          <li key={id}>
            {localized(text)} {simulated ? <span className="fz-quiet">({t('wouldDo')})</span> : null}
          </li>
        ))}
      </ul>
      {decision.label === undefined ? null : (
        <p style={{ marginTop: 6 }}>
          <span className="fz-quiet">{t('label')}</span> “{localized(decision.label)}”
        </p>
      )}
    </section>
  );
}

function About({ decision, recorded }: { readonly decision: DecisionDetail; readonly recorded: boolean }) {
  const t = useTexts(decisionTexts);
  const format = useFormat();
  const version = ({ id, version: number }: { id: string; version: string }): string => `${id} ${number}`;
  const pairs: [string, string][] = [
    ...(recorded
      ? ([
          [t('id'), decision.id],
          [t('event'), decision.event],
        ] as [string, string][])
      : []),
    [t('at'), format.exact(decision.at)],
    [t('decidedAt'), format.exact(decision.decidedAt)],
    [t('took'), format.duration(decision.tookMicros)],
    [t('score'), format.number(decision.score, 3)],
    [t('policy'), version(decision.policy)],
    [t('models'), decision.models.map(version).join(', ') || '—'],
  ];
  return (
    <section className="fz-panel" aria-labelledby="decision-about">
      <header>
        <h2 id="decision-about">{t('about')}</h2>
      </header>
      <dl className="fz-pairs">
        {pairs.map(([name, value]) => (
          <div key={name} style={{ display: 'contents' }}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <div className="fz-row" style={{ marginTop: 10 }}>
        {recorded ? <CopyButton text={decision.id}>{t('copyId')}</CopyButton> : null}
        <CopyButton text={JSON.stringify(decision, null, 2)}>{t('copyJson')}</CopyButton>
      </div>
    </section>
  );
}

interface DecisionViewProps {
  readonly decision: DecisionDetail;
  /** False for a what-if, which has no id that anybody could look up. */
  readonly recorded: boolean;
  readonly opened?: OpenedFields | undefined;
  readonly openAct?: ReactNode;
  /** What it turned out to be, or the acts that say so. */
  readonly outcome?: ReactNode;
}

/** Everything about one decision, top-down: what, why, on what, what came in, what was done. */
export function DecisionView({ decision, recorded, opened, openAct, outcome }: DecisionViewProps) {
  return (
    <div className="fz-stack">
      <Head decision={decision} />
      <div className="fz-decision">
        <div className="fz-stack">
          <Reasons decision={decision} />
          <ModelParts parts={decision.modelParts} />
          <Facts facts={decision.facts} />
        </div>
        <div className="fz-stack">
          {outcome}
          <EventInput decision={decision} opened={opened} act={openAct} />
          <Done decision={decision} />
          <About decision={decision} recorded={recorded} />
        </div>
      </div>
    </div>
  );
}
