import type { ModelSummary } from '@fanzha/contract';
import { useModels } from '../api/models.ts';
import { useFormat } from '../i18n/format.ts';
import { useLocalized } from '../i18n/locale.ts';
import { useTexts } from '../i18n/texts.ts';
import { type Column, DataList } from '../ui/data-list.tsx';
import { Page } from '../ui/page.tsx';
import { useWord } from '../ui/use-word.ts';
import { Waiting } from '../ui/waiting.tsx';
import { DriftTag } from './drift-tag.tsx';
import { modelsTexts } from './texts.ts';

function Models({ models }: { readonly models: readonly ModelSummary[] }) {
  const t = useTexts(modelsTexts);
  const word = useWord();
  const format = useFormat();
  const localized = useLocalized();
  const kinds = (model: ModelSummary): string => model.kinds.map((kind) => word('kind', kind)).join(', ');
  const columns: Column<ModelSummary>[] = [
    {
      key: 'model',
      title: t('model'),
      render: ({ id, title }) => (
        <>
          {localized(title)} <code className="fz-quiet">{id}</code>
        </>
      ),
    },
    { key: 'owner', title: t('owner'), render: ({ owner }) => owner },
    { key: 'kinds', title: t('kinds'), render: kinds },
    { key: 'champion', title: t('champion'), render: ({ champion }) => <code>{champion}</code> },
    {
      key: 'challenger',
      title: t('challenger'),
      render: ({ challenger }) => (challenger === undefined ? '—' : <code>{challenger}</code>),
    },
    { key: 'drift', title: t('drift'), render: ({ drift }) => <DriftTag state={drift} /> },
    {
      key: 'scored',
      title: t('scored'),
      number: true,
      render: ({ scoredLastDay }) => format.number(scoredLastDay),
    },
  ];
  return (
    <DataList
      caption={t('title')}
      columns={columns}
      rows={models}
      rowKey={({ id }) => id}
      open={({ id }) => ({ to: `/models/${id}` })}
      card={(model, link) => (
        <>
          <div className="fz-row fz-between">
            {link(<strong>{localized(model.title)}</strong>)}
            <DriftTag state={model.drift} />
          </div>
          <span className="fz-quiet fz-small">
            {kinds(model)} · {model.owner}
          </span>
          <span>
            {t('champion')} <code>{model.champion}</code>
          </span>
        </>
      )}
    />
  );
}

/** All models, each in a line. */
export function ModelsPage() {
  const t = useTexts(modelsTexts);
  const models = useModels();
  return (
    <Page title={t('title')} needs="model:read">
      <p className="fz-quiet">{t('intro')}</p>
      <Waiting query={models}>
        {({ items }) =>
          items.length === 0 ? (
            <div className="fz-panel fz-empty">
              <h2>{t('empty')}</h2>
              <p>{t('emptyText')}</p>
            </div>
          ) : (
            <Models models={items} />
          )
        }
      </Waiting>
    </Page>
  );
}
