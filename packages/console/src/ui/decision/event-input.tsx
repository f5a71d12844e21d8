import { EyeInvisibleOutlined } from '@ant-design/icons';
import type { DecisionDetail } from '@fanzha/contract';
import type { ReactNode } from 'react';
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { SubjectChip } from '../subject-chip.tsx';
import { uiTexts } from '../texts.ts';
import { useWord } from '../use-word.ts';
import { FactText } from './fact-value.tsx';
import { decisionTexts, fieldKey } from './texts.ts';

/** Personal fields that somebody opened, by name. */
export type OpenedFields = Readonly<Record<string, unknown>>;

interface EventInputProps {
  readonly decision: DecisionDetail;
  readonly opened?: OpenedFields | undefined;
  /** The act that opens the masked fields, where it may be done. */
  readonly act?: ReactNode;
}

/** A masked text tells only how long it is. */
function isMaskedText(value: unknown): value is { readonly characters: number } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'characters' in value &&
    typeof value.characters === 'number'
  );
}

/** The event as it came in, personal fields masked until opened. */
export function EventInput({ decision, opened, act }: EventInputProps) {
  const t = useTexts(decisionTexts);
  const u = useTexts(uiTexts);
  const word = useWord();
  const format = useFormat();
  const masked = new Set(opened === undefined ? decision.maskedFields : []);
  const shownValue = (field: string, value: unknown): ReactNode => {
    if (isMaskedText(value)) return t('textHidden', { count: format.number(value.characters) });
    if (typeof value !== 'string') return <FactText value={value} />;
    if (field === 'kind') return word('kind', value);
    if (field === 'ingress' || field === 'channel') return word('channel', value);
    if (field === 'at') return format.exact(value);
    if (field === 'originCountry') return `${format.country(value)} (${value})`;
    return <FactText value={value} />;
  };
  const fields = Object.entries({ ...decision.input, ...opened });
  return (
    <section className="fz-panel" aria-labelledby="decision-input">
      <header>
        <h2 id="decision-input">{t('cameIn')}</h2>
      </header>
      <div className="fz-stack">
        <ul className="fz-row" aria-label={t('subjects')}>
          {decision.subjects.map((subject) => (
            <li key={`${subject.role} ${subject.value}`} style={{ minWidth: 0, maxWidth: '100%' }}>
              <span className="fz-quiet fz-small">{word('role', subject.role)} </span>
              <SubjectChip subject={subject} />
            </li>
          ))}
        </ul>
        {opened === undefined ? null : (
          <p className="fz-notice" role="status">
            {t('opened')}
          </p>
        )}
        <dl className="fz-pairs">
          {fields.map(([field, value]) => {
            const key = fieldKey(field);
            return (
              <div key={field} style={{ display: 'contents' }}>
                <dt title={field}>{key === undefined ? field : t(key)}</dt>
                <dd>
                  {shownValue(field, value)}
                  {masked.has(field) ? (
                    <>
                      {' '}
                      <EyeInvisibleOutlined
                        className="fz-quiet"
                        title={u('maskedWhy')}
                        aria-label={u('masked')}
                      />
                    </>
                  ) : null}
                </dd>
              </div>
            );
          })}
        </dl>
        {act}
      </div>
    </section>
  );
}
