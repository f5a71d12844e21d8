import type { LineChangeView, LineSetting } from '@fanzha/contract';
import { Button } from 'antd';
import { useState } from 'react';
import { useCompleteLines, useLineSetting } from '../api/lines.ts';
import { useMay } from '../api/session.ts';
import { useFormat } from '../i18n/format.ts';
import { useLocalized } from '../i18n/locale.ts';
import { useTexts } from '../i18n/texts.ts';
import { type Column, DataList } from '../ui/data-list.tsx';
import { Waiting } from '../ui/waiting.tsx';
import { ReasonDialog } from '../ui/work/reason-dialog.tsx';
import { Tag } from '../ui/work/tag.tsx';
import { linesTexts } from './texts.ts';

type Kind = LineSetting['kinds'][number];

interface DeclareProps {
  readonly kind: Kind;
  readonly two: boolean;
  onDone(change: LineChangeView): void;
  onClose(): void;
}

function Declare({ kind, two, onDone, onClose }: DeclareProps) {
  const t = useTexts(linesTexts);
  const localized = useLocalized();
  const complete = useCompleteLines();
  const open = kind.completeSince === undefined;
  return (
    <ReasonDialog
      title={t(open ? 'declareTitle' : 'revokeTitle', { kind: localized(kind.title) })}
      text={`${t('completeText')} ${t(two ? 'needsTwo' : 'effectNow')}`}
      label={t('reason')}
      submit={t(open ? 'declare' : 'revoke')}
      pending={complete.isPending}
      error={complete.error}
      onSubmit={(reason) =>
        complete.mutate(
          { kind: kind.code, complete: open, reason },
          {
            onSuccess: (change) => {
              onDone(change);
              onClose();
            },
          },
        )
      }
      onClose={onClose}
    />
  );
}

/** For which kinds all lines are said to be registered, and saying so. */
export function Completeness({ onDone }: Pick<DeclareProps, 'onDone'>) {
  const t = useTexts(linesTexts);
  const format = useFormat();
  const localized = useLocalized();
  const may = useMay()('line:write');
  const setting = useLineSetting();
  const [declaring, setDeclaring] = useState<Kind>();
  const state = ({ completeSince }: Kind) =>
    completeSince === undefined ? (
      <span className="fz-quiet">{t('notComplete')}</span>
    ) : (
      <Tag weight="on">{t('completeSince', { since: format.dateTime(completeSince) })}</Tag>
    );
  const act = (kind: Kind) =>
    may ? (
      <Button size="small" onClick={() => setDeclaring(kind)}>
        {t(kind.completeSince === undefined ? 'declare' : 'revoke')}
      </Button>
    ) : null;
  const prefixes = ({ prefixes: of }: Kind) => (of.length === 0 ? '—' : <code>{of.join(', ')}</code>);
  const columns: Column<Kind>[] = [
    { key: 'kind', title: t('kind'), render: ({ title }) => localized(title) },
    { key: 'prefixes', title: t('prefixes'), render: prefixes },
    { key: 'state', title: t('standing'), render: state },
    { key: 'act', title: '', render: act },
  ];
  return (
    <>
      <p className="fz-quiet">{t('completeText')}</p>
      <Waiting query={setting}>
        {({ kinds, secondPerson }) => (
          <>
            <DataList
              caption={t('completeTitle')}
              columns={columns}
              rows={kinds}
              rowKey={({ code }) => code}
              card={(kind) => (
                <>
                  <div className="fz-row fz-between">
                    <strong>{localized(kind.title)}</strong>
                    {act(kind)}
                  </div>
                  <span>
                    {prefixes(kind)} {state(kind)}
                  </span>
                </>
              )}
            />
            {declaring === undefined ? null : (
              <Declare
                kind={declaring}
                two={secondPerson.includes(declaring.completeSince === undefined ? 'complete' : 'incomplete')}
                onDone={onDone}
                onClose={() => setDeclaring(undefined)}
              />
            )}
          </>
        )}
      </Waiting>
    </>
  );
}
