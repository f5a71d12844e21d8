import type { PatternEffect, RuleEffect } from '@fanzha/contract';
import { VERDICTS } from '@fanzha/vocabulary';
import { Link } from 'react-router';
import { useCallPatterns, useRuleEffects } from '../api/call-patterns.ts';
import { rowsOf } from '../api/paged.ts';
import { useFormat } from '../i18n/format.ts';
import { useLocalized } from '../i18n/locale.ts';
import { useTexts } from '../i18n/texts.ts';
import { MoreRows } from '../ui/data-list.tsx';
import { Page } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';
import { useWord } from '../ui/use-word.ts';
import { Waiting } from '../ui/waiting.tsx';
import { Tag } from '../ui/work/tag.tsx';
import { CallsNav } from './calls-nav.tsx';
import { callTexts } from './texts.ts';

interface EffectTableProps {
  readonly caption: string;
  readonly effects: readonly PatternEffect[];
  readonly empty: string;
  nameOf(pattern: string): string;
}

function EffectTable({ caption, effects, empty, nameOf }: EffectTableProps) {
  const t = useTexts(callTexts);
  const format = useFormat();
  const word = useWord();
  const counts = (verdicts: Readonly<Record<string, number>>): string =>
    VERDICTS.filter((verdict) => verdicts[verdict])
      .map((verdict) => `${word('verdict', verdict)} ${format.number(verdicts[verdict] ?? 0)}`)
      .join(' · ') || '0';
  const ratio = ({ change }: PatternEffect): string =>
    change === null
      ? t('noRatio')
      : `× ${format.number(change.value, 2)} (${format.number(change.low, 2)} – ${format.number(change.high, 2)})`;
  if (effects.length === 0) return <p className="fz-quiet">{empty}</p>;
  return (
    <section aria-label={caption}>
      <table className="fz-calls-table">
        <caption className="fz-hidden">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{caption}</th>
            <th scope="col">{t('before')}</th>
            <th scope="col">{t('after')}</th>
            <th scope="col">{t('ratio')}</th>
          </tr>
        </thead>
        <tbody>
          {effects.map((effect) => (
            <tr key={effect.pattern}>
              <th scope="row">{nameOf(effect.pattern)}</th>
              <td>{counts(effect.before)}</td>
              <td>{counts(effect.after)}</td>
              <td>{ratio(effect)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Effect({ effect, nameOf }: { readonly effect: RuleEffect; nameOf(pattern: string): string }) {
  const t = useTexts(callTexts);
  const format = useFormat();
  const { rule, change, version, at, beforeFrom, hours, hits, targets, replacements } = effect;
  return (
    <article className="fz-panel fz-stack" aria-label={rule}>
      <div className="fz-row fz-between">
        <span className="fz-row">
          <Tag weight="on">{t(`change.${change}`)}</Tag>
          <code>{rule}</code>
        </span>
        <span className="fz-quiet fz-small">
          <Link to={`/policy/versions/${version}`}>{t('version', { version })}</Link> · <Time at={at} />
        </span>
      </div>
      {beforeFrom === null ? (
        <p className="fz-quiet">{t('effectNone')}</p>
      ) : (
        <>
          <p className="fz-quiet">
            {t('effectPeriod', { hours: format.number(hours, 1) })} ·{' '}
            {t('hits', { count: format.number(hits) })}
          </p>
          <EffectTable caption={t('targets')} effects={targets} empty={t('noTargets')} nameOf={nameOf} />
          <EffectTable
            caption={t('replacements')}
            effects={replacements}
            empty={t('noReplacements')}
            nameOf={nameOf}
          />
        </>
      )}
    </article>
  );
}

/** What rules of calls did to traffic when they went live, and what took its place. */
export function EffectsPage() {
  const t = useTexts(callTexts);
  const localized = useLocalized();
  const query = useRuleEffects(undefined);
  const known = useCallPatterns({});
  const rows = rowsOf(query);
  const nameOf = (pattern: string): string => {
    const title = known.data?.patterns.find(({ id }) => id === pattern)?.title;
    return title ? localized(title) : pattern;
  };
  return (
    <Page title={t('effects')} needs="policy:read">
      <CallsNav at="effects" />
      <Waiting query={query} lines={6}>
        {() =>
          rows.length === 0 ? (
            <div className="fz-panel fz-empty">
              <h2>{t('noEffects')}</h2>
              <p>{t('noEffectsText')}</p>
            </div>
          ) : (
            <>
              {rows.map((effect) => (
                <Effect key={`${effect.version} ${effect.rule}`} effect={effect} nameOf={nameOf} />
              ))}
              <MoreRows query={query} count={rows.length} />
            </>
          )
        }
      </Waiting>
    </Page>
  );
}
