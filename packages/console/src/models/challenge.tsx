import type { ChallengerReport, ModelDetail } from '@fanzha/contract';
import { Button, Popconfirm } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { useDropChallenger, usePromote, useStartChallenger } from '../api/models.ts';
import { useMay, useSession } from '../api/session.ts';
import { useFormat } from '../i18n/format.ts';
import { useTexts } from '../i18n/texts.ts';
import { ProblemNotice } from '../ui/problem-notice.tsx';
import { uiTexts } from '../ui/texts.ts';
import { Time } from '../ui/time.tsx';
import { ReasonDialog } from '../ui/work/reason-dialog.tsx';
import { modelsTexts } from './texts.ts';

const CELLS = ['both', 'championOnly', 'challengerOnly', 'neither'] as const;

function Report({ report }: { readonly report: ChallengerReport }) {
  const t = useTexts(modelsTexts);
  const format = useFormat();
  const signed = `${report.meanDifference < 0 ? '−' : '+'}${format.number(Math.abs(report.meanDifference), 4)}`;
  return (
    <div className="fz-stack" style={{ gap: 6 }}>
      <h3>
        {t('output', { name: report.output })}{' '}
        <span className="fz-quiet fz-small">
          {t('threshold')} {format.number(report.threshold, 3)} ·{' '}
          {t('scoredEvents', { count: format.number(report.count) })} · {t('since')}{' '}
          <Time at={report.since} />
        </span>
      </h3>
      <dl className="fz-matrix">
        {CELLS.map((cell) => (
          <div key={cell}>
            <dt className="fz-quiet fz-small">{t(cell)}</dt>
            <dd>{format.number(report[cell])}</dd>
          </div>
        ))}
      </dl>
      <p className="fz-quiet">
        {t('difference', { value: signed, absolute: format.number(report.meanAbsolute, 4) })}
      </p>
      {report.sample.length === 0 ? null : (
        <p className="fz-row">
          <span className="fz-quiet">{t('parted')}</span>
          {report.sample.map((id) => (
            <Link key={id} to={`/decisions/${id}`} state={{ neighbours: report.sample }}>
              <code>{id}</code>
            </Link>
          ))}
        </p>
      )}
    </div>
  );
}

function Running({ model, challenger }: { readonly model: ModelDetail; readonly challenger: string }) {
  const t = useTexts(modelsTexts);
  const u = useTexts(uiTexts);
  const may = useMay();
  const me = useSession().data?.user;
  const drop = useDropChallenger(model.id);
  const promote = usePromote(model.id);
  const [promoting, setPromoting] = useState(false);
  const startedBy = model.versions.find(({ state }) => state === 'challenger')?.startedBy;
  const mine = startedBy !== undefined && (startedBy === me?.name || startedBy === me?.displayName);
  return (
    <>
      <div className="fz-row fz-between">
        <span>
          <code>{model.champion}</code> ↔ <code>{challenger}</code>
        </span>
        <span className="fz-row">
          {mine ? <span className="fz-quiet fz-small">{t('mine')}</span> : null}
          {may('model:approve') && !mine ? (
            <Button type="primary" onClick={() => setPromoting(true)}>
              {t('promote')}
            </Button>
          ) : null}
          {may('model:manage') ? (
            <Popconfirm
              title={t('dropTitle', { version: challenger })}
              description={t('dropText')}
              okText={t('drop')}
              cancelText={u('cancel')}
              onConfirm={() => drop.mutate()}
            >
              <Button disabled={drop.isPending}>{t('drop')}</Button>
            </Popconfirm>
          ) : null}
        </span>
      </div>
      {drop.error ? <ProblemNotice error={drop.error} while="changing" /> : null}
      {model.challenge.length === 0 ? <p className="fz-quiet">{t('challengeEmpty')}</p> : null}
      {model.challenge.map((report) => (
        <Report key={report.output} report={report} />
      ))}
      {promoting ? (
        <ReasonDialog
          title={t('promoteTitle', { version: challenger })}
          text={t('promoteText')}
          label={t('promoteNote')}
          submit={t('promote')}
          optional
          pending={promote.isPending}
          error={promote.error}
          onSubmit={(note) =>
            promote.mutate(
              { version: challenger, ...(note === '' ? {} : { note }) },
              { onSuccess: () => setPromoting(false) },
            )
          }
          onClose={() => setPromoting(false)}
        />
      ) : null}
    </>
  );
}

function Candidates({ model }: { readonly model: ModelDetail }) {
  const t = useTexts(modelsTexts);
  const may = useMay()('model:manage');
  const start = useStartChallenger(model.id);
  return (
    <>
      <p>{t('challengeNone')}</p>
      <h3>{t('candidates')}</h3>
      {model.candidates.length === 0 ? <p className="fz-quiet">{t('noCandidates')}</p> : null}
      <ul className="fz-stack" style={{ gap: 6 }}>
        {model.candidates.map(({ file, version, problem }) => (
          <li key={file} className="fz-row">
            <code>{version}</code> <span className="fz-quiet">{file}</span>
            {problem === undefined ? null : <span role="alert">{problem}</span>}
            {may && problem === undefined ? (
              <Button size="small" disabled={start.isPending} onClick={() => start.mutate(version)}>
                {t('start')}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
      {start.error ? <ProblemNotice error={start.error} while="changing" /> : null}
    </>
  );
}

/** The version in force beside its challenger on the same events; or what could be started as one. */
export function Challenge({ model }: { readonly model: ModelDetail }) {
  const t = useTexts(modelsTexts);
  return (
    <section className="fz-panel" aria-labelledby="model-challenge">
      <header>
        <h2 id="model-challenge">{t('challenge')}</h2>
      </header>
      <div className="fz-stack">
        <p className="fz-quiet">{t('challengeText')}</p>
        {model.challenger === undefined ? (
          <Candidates model={model} />
        ) : (
          <Running model={model} challenger={model.challenger} />
        )}
      </div>
    </section>
  );
}
