import { EditOutlined } from '@ant-design/icons';
import type { PolicyVersion } from '@fanzha/contract';
import { Button } from 'antd';
import { useState } from 'react';
import { Link, useParams, useSearchParams } from 'react-router';
import { useVersion } from '../api/policy-versions.ts';
import { useMay } from '../api/session.ts';
import { useFormat } from '../i18n/format.ts';
import { useLocalized } from '../i18n/locale.ts';
import { useTexts } from '../i18n/texts.ts';
import { Page } from '../ui/page.tsx';
import { Waiting } from '../ui/waiting.tsx';
import { BacktestList } from './backtest/backtest-list.tsx';
import { ShadowReport } from './backtest/shadow-report.tsx';
import { DraftDialog, RenameDialog } from './draft-dialog.tsx';
import { isEditable } from './life.model.ts';
import { LifeStrip } from './life-strip.tsx';
import { placeOfPart } from './places.ts';
import './policy.css';
import { StateMark } from './state-mark.tsx';
import { policyTexts } from './texts.ts';
import { useVersionActs } from './version-acts.tsx';
import { VersionContent } from './version-content.tsx';
import { VersionDiff } from './version-diff.tsx';
import '../ui/tabs.css';

const TABS = ['rules', 'difference', 'backtests', 'shadow'] as const;
type Tab = (typeof TABS)[number];
const ASK_EVERY_MS = 10_000;

function Faults({ version }: { readonly version: PolicyVersion }) {
  const t = useTexts(policyTexts);
  const localized = useLocalized();
  const { faults, number } = version;
  if (faults.length === 0) return null;
  const placeOf = (part: string, id: string): string | undefined => {
    if (part === 'rule') return placeOfPart(number, 'rule', id);
    return part === 'table' ? placeOfPart(number, 'table', id) : undefined;
  };
  return (
    <div className="fz-notice fz-notice-bad" role="alert">
      <strong>{t('faults', { count: faults.length })}</strong>
      <ul className="fz-faults">
        {faults.map(({ part, id, field, position, message }) => {
          const to = placeOf(part, id);
          return (
            <li key={`${part} ${id} ${field} ${position} ${message.en}`}>
              {to === undefined ? <code>{id}</code> : <Link to={to}>{id}</Link>} <code>{field}</code>
              {position === undefined ? null : ` · ${t('faultAt', { position })}`}: {localized(message)}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function OneVersion({ version, tab }: { readonly version: PolicyVersion; readonly tab: Tab }) {
  const t = useTexts(policyTexts);
  const may = useMay();
  const { number } = version;
  const acts = useVersionActs(version);
  const tabs = TABS.filter((each) => each === 'rules' || each === 'difference' || may('decision:read'));
  return (
    <div className="fz-stack">
      {version.note === '' ? null : <p style={{ whiteSpace: 'pre-wrap' }}>{version.note}</p>}
      <LifeStrip version={version} acts={acts.buttons} />
      {acts.below}
      <Faults version={version} />
      <nav className="fz-tabs" aria-label={t('version', { number })}>
        {tabs.map((each) => (
          <Link
            key={each}
            to={each === 'rules' ? `/policy/versions/${number}` : `/policy/versions/${number}?tab=${each}`}
            aria-current={each === tab ? 'page' : undefined}
          >
            {t(`${each}Tab`)}
          </Link>
        ))}
      </nav>
      {tab === 'rules' ? <VersionContent version={version} /> : null}
      {tab === 'difference' ? <VersionDiff number={number} /> : null}
      {tab === 'backtests' ? <BacktestList version={number} /> : null}
      {tab === 'shadow' ? <ShadowReport number={number} running={version.state === 'shadow'} /> : null}
    </div>
  );
}

/** One version: how far it is, what it holds, what it changes, what its trials showed. */
export function VersionPage() {
  const t = useTexts(policyTexts);
  const format = useFormat();
  const may = useMay();
  const { number: asked = '' } = useParams();
  const number = Number(asked);
  const [search] = useSearchParams();
  const tab = TABS.find((each) => each === search.get('tab')) ?? 'rules';
  const query = useVersion(number, ASK_EVERY_MS);
  const [dialog, setDialog] = useState<'draft' | 'rename'>();
  const version = query.data;
  const actions =
    version !== undefined && may('policy:edit') ? (
      <>
        {isEditable(version) ? (
          <Button icon={<EditOutlined />} title={t('rename')} onClick={() => setDialog('rename')}>
            {t('titleColumn')}
          </Button>
        ) : null}
        <Button onClick={() => setDialog('draft')}>{t('newDraftFrom')}</Button>
      </>
    ) : null;
  return (
    <Page
      title={
        version === undefined
          ? t('version', { number: format.number(number) })
          : `#${number} ${version.title}`
      }
      needs="policy:read"
      actions={actions}
    >
      <div className="fz-row fz-quiet fz-small">
        <Link to="/policy">{t('title')}</Link>
        {version === undefined ? null : (
          <>
            <StateMark state={version.state} />
            {version.base === undefined ? null : (
              <Link to={`/policy/versions/${version.base}`}>{t('fromBase', { base: version.base })}</Link>
            )}
            {version.packVersion === undefined ? null : (
              <span>{t('fromPack', { version: version.packVersion })}</span>
            )}
          </>
        )}
      </div>
      <Waiting query={query} lines={8}>
        {(data) => <OneVersion key={data.number} version={data} tab={tab} />}
      </Waiting>
      {dialog === 'draft' ? <DraftDialog base={number} onClose={() => setDialog(undefined)} /> : null}
      {dialog === 'rename' && version !== undefined ? (
        <RenameDialog version={version} onClose={() => setDialog(undefined)} />
      ) : null}
    </Page>
  );
}
