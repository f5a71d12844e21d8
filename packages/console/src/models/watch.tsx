import type { DriftView, ModelDetail } from '@fanzha/contract';
import { Button } from 'antd';
import { useState } from 'react';
import { useAcknowledgeDrift } from '../api/models.ts';
import { useMay } from '../api/session.ts';
import { useFormat } from '../i18n/format.ts';
import { useTexts } from '../i18n/texts.ts';
import { Time } from '../ui/time.tsx';
import { ReasonDialog } from '../ui/work/reason-dialog.tsx';
import { DriftTag } from './drift-tag.tsx';
import { modelsTexts } from './texts.ts';

/** The gauge reaches to twice the limit; what lies beyond fills it. */
const REACH = 2;

function Gauge({ name, value, limit }: { name: string; value: number | undefined; limit: number }) {
  const t = useTexts(modelsTexts);
  const format = useFormat();
  const width = value === undefined ? 0 : Math.min(1, value / (limit * REACH)) * 100;
  return (
    <div className="fz-gauge">
      <span className="fz-quiet">{name}</span>
      <span className="fz-meter" title={t('limit', { value: format.number(limit, 2) })} aria-hidden="true">
        <span style={{ width: `${width}%` }} />
        <i style={{ left: `${100 / REACH}%` }} />
      </span>
      <span className="fz-num">{value === undefined ? '—' : format.number(value, 3)}</span>
    </div>
  );
}

function Output({ drift, onLook }: { readonly drift: DriftView; onLook(drift: DriftView): void }) {
  const t = useTexts(modelsTexts);
  const format = useFormat();
  const may = useMay()('model:manage');
  const { share, ksBefore, measuredAt, acknowledgedBy } = drift;
  return (
    <div className="fz-stack" style={{ gap: 5 }}>
      <div className="fz-row fz-between">
        <h3 className="fz-row">
          {t('output', { name: drift.output })} <code className="fz-quiet">{drift.version}</code>{' '}
          <DriftTag state={drift.state} />
        </h3>
        <span className="fz-row">
          <span className="fz-quiet fz-small">
            {t('scoredEvents', { count: format.number(drift.count) })}
            {measuredAt === undefined ? null : (
              <>
                {' · '}
                {t('measured')} <Time at={measuredAt} />
              </>
            )}
          </span>
          {may && drift.state === 'drifting' ? (
            <Button size="small" onClick={() => onLook(drift)}>
              {t('acknowledge')}
            </Button>
          ) : null}
        </span>
      </div>
      <Gauge name={t('psiReference')} value={drift.psiReference} limit={drift.limit} />
      <Gauge name={t('psiBefore')} value={drift.psiBefore} limit={drift.limit} />
      <p className="fz-quiet fz-small">
        {t('limit', { value: format.number(drift.limit, 2) })}
        {ksBefore === undefined ? '' : ` · ${t('ksBefore')} ${format.number(ksBefore, 3)}`}
        {share === undefined ? '' : ` · ${t('share')} ${format.percent(share)}`}
        {acknowledgedBy === undefined
          ? ''
          : ` · ${t('acknowledgedBy', { name: acknowledgedBy, note: drift.note ?? '' })}`}
      </p>
    </div>
  );
}

/** How far live scores are from those held out of training and from the weeks before, with the limit from which it is drift. */
export function Watch({ model }: { readonly model: ModelDetail }) {
  const t = useTexts(modelsTexts);
  const acknowledge = useAcknowledgeDrift(model.id);
  const [looking, setLooking] = useState<DriftView>();
  return (
    <section className="fz-panel" aria-labelledby="model-watch">
      <header>
        <h2 id="model-watch">{t('watch')}</h2>
      </header>
      <div className="fz-stack">
        <p className="fz-quiet">{t('watchText')}</p>
        {model.watch.length === 0 ? <p>{t('drift.unmeasured')}</p> : null}
        {model.watch.map((drift) => (
          <Output key={`${drift.output} ${drift.version}`} drift={drift} onLook={setLooking} />
        ))}
      </div>
      {looking === undefined ? null : (
        <ReasonDialog
          title={t('acknowledgeTitle')}
          text={t('acknowledgeText')}
          label={t('note')}
          submit={t('acknowledge')}
          pending={acknowledge.isPending}
          error={acknowledge.error}
          onSubmit={(note) =>
            acknowledge.mutate({ output: looking.output, note }, { onSuccess: () => setLooking(undefined) })
          }
          onClose={() => setLooking(undefined)}
        />
      )}
    </section>
  );
}
