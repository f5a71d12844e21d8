import type { NumberLine, NumberPlanView } from '@fanzha/contract';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useNumber } from '../../api/numbers.ts';
import { useFormat } from '../../i18n/format.ts';
import { useLocalized } from '../../i18n/locale.ts';
import { useTexts } from '../../i18n/texts.ts';
import { StandingTag } from '../../ui/line/standing-tag.tsx';
import { useHoursText } from '../../ui/line/use-hours-text.ts';
import { Waiting } from '../../ui/waiting.tsx';
import { Tag } from '../../ui/work/tag.tsx';
import { numbersTexts } from './texts.ts';

type Pair = readonly [name: string, value: ReactNode];

function About({ pairs }: { readonly pairs: readonly Pair[] }) {
  return (
    <dl className="fz-about">
      {pairs.map(([name, value]) => (
        <div key={name} style={{ display: 'contents' }}>
          <dt className="fz-quiet">{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Kind, place, range with its days, and what it pretends to be. */
function usePairs(): (plan: NumberPlanView) => Pair[] {
  const t = useTexts(numbersTexts);
  const format = useFormat();
  const localized = useLocalized();
  return ({ kind, validity, country, callingCode, area, operator, range, disguise, resembles }) => {
    const some = (name: string, value: ReactNode | undefined): Pair[] =>
      value === undefined ? [] : [[name, value]];
    const isRight = validity.code === 'valid';
    const spanned = (from: string, until: string | undefined): string =>
      until === undefined ? t('since', { from }) : t('span', { from, until });
    return [
      [t('kind'), <strong key="kind">{localized(kind.title)}</strong>],
      [
        t('validity'),
        <Tag key="validity" weight={isRight ? 'quiet' : 'warn'}>
          {localized(validity.title)}
        </Tag>,
      ],
      ...some(
        t('disguise'),
        disguise && t('disguised', { how: localized(disguise.title), target: disguise.target }),
      ),
      ...some(t('resembles'), resembles),
      ...some(
        t('place'),
        country && `${format.country(country)}${callingCode === undefined ? '' : ` (+${callingCode})`}`,
      ),
      ...some(t('area'), area && `${localized(area.title)} (${area.code})`),
      ...some(
        t('operator'),
        operator && (
          <>
            {localized(operator.title)} <span className="fz-quiet">{t('ported')}</span>
          </>
        ),
      ),
      ...some(
        t('range'),
        range && (
          <>
            <code>{range.prefix}…</code> {spanned(range.from, range.until)}
            {range.assigned ? null : (
              <>
                {' '}
                <Tag weight="warn">{t('unassigned')}</Tag>
              </>
            )}{' '}
            <span className="fz-quiet">{range.note}</span>
          </>
        ),
      ),
      ...some(
        t('source'),
        range && (
          <span className="fz-quiet fz-small">
            {localized(range.source)} ({range.sourceDate})
          </span>
        ),
      ),
    ];
  };
}

function LineRow({ line }: { readonly line: NumberLine }) {
  const t = useTexts(numbersTexts);
  const localized = useLocalized();
  const hoursText = useHoursText();
  const { id, owner, use, kind, standing, validFrom, validUntil, hours, timeZone } = line;
  return (
    <li>
      <span>
        <Link to={`/lines/${encodeURIComponent(id)}`}>{id}</Link>{' '}
        <strong>{t('owner', { owner, use: localized(use.title) })}</strong>
        <br />
        <span className="fz-quiet fz-small">
          {localized(kind.title)} · {t('valid', { from: validFrom, until: validUntil ?? t('noEnd') })} ·{' '}
          {hours.length === 0 ? t('allHours') : `${hours.map(hoursText).join('; ')} (${timeZone})`}
        </span>
      </span>
      <StandingTag standing={standing} />
    </li>
  );
}

function Lines({
  lines,
  more,
}: {
  readonly lines: readonly NumberLine[] | undefined;
  readonly more: boolean;
}) {
  const t = useTexts(numbersTexts);
  return (
    <section className="fz-panel" aria-labelledby="number-line">
      <header>
        <h2 id="number-line">{t('line')}</h2>
      </header>
      {lines === undefined ? <p className="fz-quiet">{t('linesHidden')}</p> : null}
      {lines?.length === 0 ? <p className="fz-quiet">{t('noLine')}</p> : null}
      <ul className="fz-rows">
        {(lines ?? []).map((line) => (
          <LineRow key={line.id} line={line} />
        ))}
      </ul>
      {more ? <Link to="/lines">{t('moreLines')}</Link> : null}
    </section>
  );
}

/** What a number is in the plan, and who owns its line. */
export function NumberIdentity({ value }: { readonly value: string }) {
  const t = useTexts(numbersTexts);
  const query = useNumber(value);
  const pairs = usePairs();
  return (
    <Waiting query={query} lines={4}>
      {({ plan, lines, moreLines }) => (
        <div className="fz-subject">
          <section className="fz-panel" aria-labelledby="number-plan">
            <header>
              <h2 id="number-plan">{t('plan')}</h2>
            </header>
            <About pairs={pairs(plan)} />
          </section>
          <Lines lines={lines} more={moreLines} />
        </div>
      )}
    </Waiting>
  );
}
