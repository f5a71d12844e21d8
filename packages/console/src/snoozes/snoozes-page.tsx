import { PlusOutlined } from '@ant-design/icons';
import { SNOOZE_STATES } from '@fanzha/contract';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { rowsOf } from '../api/paged.ts';
import { useMay } from '../api/session.ts';
import { useSnoozes } from '../api/snoozes.ts';
import { useTexts } from '../i18n/texts.ts';
import { Choice } from '../ui/choice.tsx';
import { MoreRows } from '../ui/data-list.tsx';
import { Page } from '../ui/page.tsx';
import { SnoozeDialog } from '../ui/snooze/snooze-dialog.tsx';
import { SnoozeList } from '../ui/snooze/snooze-list.tsx';
import { snoozeTexts } from '../ui/snooze/texts.ts';
import { Waiting } from '../ui/waiting.tsx';
import { useUndo } from '../ui/work/use-undo.tsx';
import { snoozesTexts } from './texts.ts';

type Shown = (typeof SNOOZE_STATES)[number] | 'all';

function useShownState(): [Shown, (shown: Shown) => void] {
  const [search, setSearch] = useSearchParams();
  const shown = SNOOZE_STATES.find((state) => state === search.get('state')) ?? 'all';
  return [shown, (state) => setSearch(state === 'all' ? {} : { state }, { replace: true })];
}

/** Rules that sleep for single subjects: asked for, in force, over. */
export function SnoozesPage() {
  const t = useTexts(snoozesTexts);
  const s = useTexts(snoozeTexts);
  const may = useMay();
  const [state, setState] = useShownState();
  const [subject, setSubject] = useState('');
  const [asking, setAsking] = useState(false);
  const { place, tell } = useUndo();
  const query = useSnoozes({
    ...(state === 'all' ? {} : { state }),
    ...(subject === '' ? {} : { subject }),
  });
  const rows = rowsOf(query);
  const ask = may('policy:edit') ? (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setAsking(true)}>
      {s('ask')}
    </Button>
  ) : null;
  return (
    <Page title={t('title')} needs="policy:read" actions={ask}>
      {place}
      <p className="fz-quiet">{t('intro')}</p>
      <div className="fz-row">
        <Choice
          label={s('state')}
          value={state}
          onChange={setState}
          options={(['all', ...SNOOZE_STATES] as const).map((value) => ({
            value,
            label: value === 'all' ? t('all') : s(`state.${value}`),
          }))}
        />
        <Input.Search
          allowClear
          style={{ maxWidth: 300 }}
          aria-label={t('findSubject')}
          placeholder={t('findSubject')}
          maxLength={300}
          onSearch={(value) => setSubject(value.trim())}
        />
      </div>
      <Waiting query={query}>
        {() =>
          rows.length === 0 ? (
            <div className="fz-panel fz-empty">
              <h2>{s('empty')}</h2>
              <p>{s('emptyText')}</p>
            </div>
          ) : (
            <>
              <SnoozeList rows={rows} />
              <MoreRows query={query} count={rows.length} />
            </>
          )
        }
      </Waiting>
      {asking ? (
        <SnoozeDialog
          onClose={() => setAsking(false)}
          onAsked={(snooze) => {
            setAsking(false);
            tell(s(snooze.state === 'asked' ? 'toldAsked' : 'toldActive'));
          }}
        />
      ) : null}
    </Page>
  );
}
