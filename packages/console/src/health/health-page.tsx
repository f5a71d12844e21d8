import { CheckCircleFilled, CloseCircleFilled, WarningFilled } from '@ant-design/icons';
import type { Health, HealthPart } from '@fanzha/contract';
import type { ReactNode } from 'react';
import { useHealth } from '../api/health.ts';
import { useFormat } from '../i18n/format.ts';
import { useLocalized } from '../i18n/locale.ts';
import { useTexts } from '../i18n/texts.ts';
import { Page } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';
import { Waiting } from '../ui/waiting.tsx';
import './health.css';
import { healthTexts } from './texts.ts';

type State = Health['state'];

const ICONS: Readonly<Record<State, ReactNode>> = {
  ok: <CheckCircleFilled />,
  degraded: <WarningFilled />,
  down: <CloseCircleFilled />,
};

function StateMark({ state }: { readonly state: State }) {
  const t = useTexts(healthTexts);
  return (
    <span className={`fz-state fz-state-${state}`}>
      {ICONS[state]} {t(`state.${state}`)}
    </span>
  );
}

function Part({ part }: { readonly part: HealthPart }) {
  const localized = useLocalized();
  const format = useFormat();
  return (
    <section className="fz-panel" aria-label={localized(part.title)}>
      <header>
        <h2>{localized(part.title)}</h2>
        <StateMark state={part.state} />
      </header>
      {part.text === undefined ? null : <p>{localized(part.text)}</p>}
      <dl className="fz-figures">
        {part.figures.map(({ name, title, value, unit }) => (
          <div key={name}>
            <dt className="fz-quiet">{localized(title)}</dt>
            <dd>
              {format.number(value, Number.isInteger(value) ? 0 : 2)} <span className="fz-quiet">{unit}</span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** State and figures of every part of the program. */
export function HealthPage() {
  const t = useTexts(healthTexts);
  const health = useHealth();
  return (
    <Page
      title={t('title')}
      needs="system:read"
      actions={<span className="fz-quiet fz-small">{t('auto')}</span>}
    >
      <Waiting query={health} lines={8}>
        {(data) => (
          <>
            <p className="fz-row" role="status">
              <StateMark state={data.state} />
              <span className="fz-quiet">
                {t('version', { version: data.version })} · {t('since')} <Time at={data.startedAt} />
              </span>
            </p>
            <div className="fz-parts">
              {data.parts.map((part) => (
                <Part key={part.name} part={part} />
              ))}
            </div>
          </>
        )}
      </Waiting>
    </Page>
  );
}
