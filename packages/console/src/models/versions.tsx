import type { ModelDetail, ModelVersionView } from '@fanzha/contract';
import type { ReactNode } from 'react';
import { useFormat } from '../i18n/format.ts';
import { useLocalized } from '../i18n/locale.ts';
import { useTexts } from '../i18n/texts.ts';
import { Time } from '../ui/time.tsx';
import { Tag, type Weight } from '../ui/work/tag.tsx';
import { modelsTexts } from './texts.ts';

const WEIGHTS: Readonly<Record<ModelVersionView['state'], Weight>> = {
  champion: 'now',
  challenger: 'on',
  retired: 'quiet',
  dropped: 'quiet',
};

function Card({ version }: { readonly version: ModelVersionView }) {
  const t = useTexts(modelsTexts);
  const format = useFormat();
  const localized = useLocalized();
  const { features, startedBy, startedAt, decidedBy, decidedAt } = version;
  const pairs: [string, ReactNode][] = [
    [t('origin'), t(`origin.${version.origin}`)],
    [t('trained'), version.trained],
    [
      t('features'),
      t('featureCount', { count: format.number(features.count), space: localized(features.space) }),
    ],
    [
      t('training'),
      version.training
        .map(({ name, count, terms }) => t('trainingItem', { name, count: format.number(count), terms }))
        .join('; '),
    ],
    [t('calibrationWay'), localized(version.calibration)],
    [
      t('thresholds'),
      version.outputs
        .flatMap(({ name, thresholds }) =>
          Object.entries(thresholds).map(([act, value]) => `${name} ${act} ${format.number(value, 3)}`),
        )
        .join(' · '),
    ],
    [
      t('figures'),
      Object.entries(version.figures)
        .map(([name, value]) => `${name} ${format.number(value, Number.isInteger(value) ? 0 : 4)}`)
        .join(' · '),
    ],
    [t('fingerprint'), <code key="sha">{version.sha256}</code>],
  ];
  if (startedBy !== undefined && startedAt !== undefined) {
    pairs.push([
      t('started'),
      <span key="by">
        {startedBy} <Time at={startedAt} />
      </span>,
    ]);
  }
  if (decidedBy !== undefined && decidedAt !== undefined) {
    pairs.push([
      t('decidedBy'),
      <span key="by">
        {decidedBy} <Time at={decidedAt} />
      </span>,
    ]);
  }
  return (
    <dl className="fz-about" style={{ overflowWrap: 'anywhere' }}>
      {pairs.map(([name, value]) => (
        <div key={name} style={{ display: 'contents' }}>
          <dt className="fz-quiet">{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Every version with its card; the one in force is open. */
export function Versions({ model }: { readonly model: ModelDetail }) {
  const t = useTexts(modelsTexts);
  return (
    <section className="fz-panel" aria-labelledby="model-versions">
      <header>
        <h2 id="model-versions">{t('versions')}</h2>
      </header>
      {model.versions.map((version) => (
        <details
          key={`${version.version} ${version.state}`}
          className="fz-fold"
          open={version.state === 'champion'}
        >
          <summary>
            <code>{version.version}</code>{' '}
            <Tag weight={WEIGHTS[version.state]}>{t(`state.${version.state}`)}</Tag>
          </summary>
          <Card version={version} />
        </details>
      ))}
    </section>
  );
}
