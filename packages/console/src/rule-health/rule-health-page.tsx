import { CloseOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useSearchParams } from 'react-router';
import { useRuleHealth } from '../api/rule-health.ts';
import { useTexts } from '../i18n/texts.ts';
import { Choice } from '../ui/choice.tsx';
import { Page } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';
import { Waiting } from '../ui/waiting.tsx';
import { Alarms } from './alarms.tsx';
import { Rules } from './rules.tsx';
import { ruleHealthTexts } from './texts.ts';

type View = 'rules' | 'alarms';

/** How the rules of the live policy fare, and what is conspicuous about them. */
export function RuleHealthPage() {
  const t = useTexts(ruleHealthTexts);
  const [search, setSearch] = useSearchParams();
  const view: View = search.get('view') === 'alarms' ? 'alarms' : 'rules';
  const rule = search.get('rule') ?? undefined;
  const health = useRuleHealth();
  const open = new Set(
    health.data?.items.flatMap(({ alarms }) =>
      alarms.filter(({ state }) => state === 'open').map(({ id }) => id),
    ),
  ).size;
  const choices = (
    <Choice
      label={t('title')}
      value={view}
      onChange={(value: View) => setSearch(value === 'rules' ? {} : { view: value }, { replace: true })}
      options={[
        { value: 'rules', label: t('rules') },
        { value: 'alarms', label: open === 0 ? t('alarms') : `${t('alarms')} ${open}` },
      ]}
    />
  );
  return (
    <Page title={t('title')} needs="policy:read" actions={choices}>
      <Waiting query={health} lines={8}>
        {({ at, checkedAt, items }) => (
          <>
            <p className="fz-quiet" role="status">
              {checkedAt === undefined ? (
                t('neverChecked')
              ) : (
                <>
                  {t('checked')} <Time at={checkedAt} /> · {t('note')}
                </>
              )}
            </p>
            {view === 'rules' ? <Rules rules={items} at={at} /> : null}
          </>
        )}
      </Waiting>
      {view === 'alarms' && rule !== undefined ? (
        <div>
          <Button icon={<CloseOutlined />} onClick={() => setSearch({ view: 'alarms' }, { replace: true })}>
            {rule}
          </Button>
        </div>
      ) : null}
      {view === 'alarms' ? <Alarms rule={rule} /> : null}
    </Page>
  );
}
