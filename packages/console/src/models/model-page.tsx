import type { ModelDetail } from '@fanzha/contract';
import { useParams, useSearchParams } from 'react-router';
import { useModel } from '../api/models.ts';
import { useFormat } from '../i18n/format.ts';
import { useLocalized } from '../i18n/locale.ts';
import { useTexts } from '../i18n/texts.ts';
import { Choice } from '../ui/choice.tsx';
import { Page } from '../ui/page.tsx';
import { useWord } from '../ui/use-word.ts';
import { Waiting } from '../ui/waiting.tsx';
import { Figures } from '../ui/work/figures.tsx';
import { Calibration } from './calibration.tsx';
import { Challenge } from './challenge.tsx';
import { DriftTag } from './drift-tag.tsx';
import './models.css';
import { Series } from './series.tsx';
import { modelsTexts } from './texts.ts';
import { Versions } from './versions.tsx';
import { Watch } from './watch.tsx';

const PERIODS = { days3: 72, days7: 168, days28: 672 } as const;
type Period = keyof typeof PERIODS;
const PERIOD_NAMES = Object.keys(PERIODS) as Period[];

function OneModel({
  model,
  period,
  onPeriod,
}: {
  model: ModelDetail;
  period: Period;
  onPeriod(p: Period): void;
}) {
  const t = useTexts(modelsTexts);
  const word = useWord();
  const format = useFormat();
  return (
    <>
      <Figures
        items={[
          { key: 'champion', title: t('champion'), value: <code>{model.champion}</code> },
          { key: 'challenger', title: t('challenger'), value: <code>{model.challenger ?? '—'}</code> },
          { key: 'drift', title: t('drift'), value: <DriftTag state={model.drift} /> },
          { key: 'scored', title: t('scored'), value: format.number(model.scoredLastDay) },
          { key: 'owner', title: t('owner'), value: <span className="fz-word">{model.owner}</span> },
          {
            key: 'kinds',
            title: t('kinds'),
            value: (
              <span className="fz-word">{model.kinds.map((kind) => word('kind', kind)).join(', ')}</span>
            ),
          },
        ]}
      />
      <div className="fz-halves">
        <Watch model={model} />
        <Challenge model={model} />
      </div>
      <section className="fz-panel" aria-labelledby="model-series">
        <header>
          <h2 id="model-series">{t('series')}</h2>
          <Choice
            label={t('period')}
            value={period}
            onChange={(value) => onPeriod(value)}
            options={PERIOD_NAMES.map((value) => ({ value, label: t(value) }))}
          />
        </header>
        <Series model={model} hours={PERIODS[period]} />
      </section>
      <Calibration model={model} />
      <Versions model={model} />
    </>
  );
}

/** One model: watch over it, its challenger, its calibration, its versions. */
export function ModelPage() {
  const t = useTexts(modelsTexts);
  const localized = useLocalized();
  const { id = '' } = useParams();
  const [search, setSearch] = useSearchParams();
  const period = PERIOD_NAMES.find((name) => name === search.get('period')) ?? 'days3';
  const query = useModel(id, PERIODS[period]);
  return (
    <Page title={query.data === undefined ? t('model') : localized(query.data.title)} needs="model:read">
      <Waiting query={query} lines={8}>
        {(model) => (
          <OneModel
            model={model}
            period={period}
            onPeriod={(name) => setSearch({ period: name }, { replace: true })}
          />
        )}
      </Waiting>
    </Page>
  );
}
