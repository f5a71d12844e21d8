import type { LineChangeView, LineStepView } from '@fanzha/contract';
import { Drawer } from 'antd';
import { Link } from 'react-router';
import { useLineSteps } from '../api/lines.ts';
import { rowsOf } from '../api/paged.ts';
import { useTexts } from '../i18n/texts.ts';
import { MoreRows } from '../ui/data-list.tsx';
import { StandingTag } from '../ui/line/standing-tag.tsx';
import { Waiting } from '../ui/waiting.tsx';
import { differing } from './line-form.model.ts';
import { useContentText } from './line-words.tsx';
import { lineChangeTexts, linesTexts } from './texts.ts';

/** What a step changes, field by field; of a new line, everything that is registered. */
export function StepDiff({ step }: { readonly step: LineStepView }) {
  const t = useTexts(linesTexts);
  const text = useContentText();
  const { before, after, skipped } = step;
  const fields = differing(before?.content, after.content);
  const states = before === undefined || before.state !== after.state;
  return (
    <>
      {skipped ? <p className="fz-quiet">{t('skipped')}</p> : null}
      {states ? (
        <p className="fz-row">
          {before === undefined ? (
            <span className="fz-quiet">{t('registered')}</span>
          ) : (
            <StandingTag standing={before.state} />
          )}
          → <StandingTag standing={after.state} />
        </p>
      ) : null}
      {fields.length === 0 ? null : (
        <dl className="fz-about fz-small">
          {fields.map((name) => (
            <div key={name} style={{ display: 'contents' }}>
              <dt className="fz-quiet">
                {t(name === 'dedicated' || name === 'abroad' ? `name.${name}` : name)}
              </dt>
              <dd style={{ overflowWrap: 'anywhere' }}>
                {before === undefined ? null : (
                  <>
                    <del className="fz-quiet">{text(name, before.content) || '—'}</del> →{' '}
                  </>
                )}
                {text(name, after.content) || '—'}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}

/** What a change does to each of its lines. */
export function StepsDrawer({
  change,
  onClose,
}: {
  readonly change: LineChangeView;
  readonly onClose: () => void;
}) {
  const t = useTexts(lineChangeTexts);
  const query = useLineSteps(change.id);
  const rows = rowsOf(query);
  return (
    <Drawer open size={560} title={t('stepsTitle')} onClose={onClose}>
      <p style={{ marginBottom: 12 }}>{change.reason}</p>
      <Waiting query={query}>
        {() => (
          <>
            <ul className="fz-cards">
              {rows.map((step) => (
                <li key={step.line}>
                  <Link to={`/lines/${encodeURIComponent(step.line)}`}>{step.line}</Link>
                  <StepDiff step={step} />
                </li>
              ))}
            </ul>
            <MoreRows query={query} count={rows.length} />
          </>
        )}
      </Waiting>
    </Drawer>
  );
}
