import { Select } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useRollBack, useVersions } from '../api/policy-versions.ts';
import { useFormat } from '../i18n/format.ts';
import { useTexts } from '../i18n/texts.ts';
import { AskDialog } from './ask-dialog.tsx';
import { policyTexts } from './texts.ts';

interface RollBackDialogProps {
  readonly live: number;
  /** Version to go back to; the one before unless told. */
  readonly to?: number;
  onClose(): void;
}

/** Goes back to an older version at once, with a reason. */
export function RollBackDialog({ live, to, onClose }: RollBackDialogProps) {
  const t = useTexts(policyTexts);
  const format = useFormat();
  const navigate = useNavigate();
  const rollBack = useRollBack();
  const retired = useVersions('retired').data?.pages.flatMap(({ items }) => items) ?? [];
  // The one that was live last stands first.
  const byEnd = [...retired].sort((a, b) => (b.ended?.at ?? '').localeCompare(a.ended?.at ?? ''));
  const [chosen, setChosen] = useState(to);
  const target = chosen ?? byEnd[0]?.number;
  return (
    <AskDialog
      title={t('rollBackTitle')}
      text={byEnd.length === 0 ? t('rollBackNone') : t('rollBackText', { live })}
      act={t('rollBackDo')}
      danger
      reason={byEnd.length > 0}
      disabled={target === undefined}
      pending={rollBack.isPending}
      error={rollBack.error}
      onClose={onClose}
      onDo={(reason) =>
        rollBack.mutate(
          { body: { reason, ...(target === undefined ? {} : { to: target }) } },
          {
            onSuccess: ({ number }) => {
              onClose();
              void navigate(`/policy/versions/${number}`);
            },
          },
        )
      }
    >
      {byEnd.length === 0 ? null : (
        <div className="fz-field-line">
          <span aria-hidden="true">{t('rollBackTo')}</span>
          <Select
            aria-label={t('rollBackTo')}
            value={target ?? null}
            onChange={setChosen}
            style={{ width: '100%' }}
            options={byEnd.map(({ number, title, ended }) => ({
              value: number,
              label: `#${number} ${title}${ended === undefined ? '' : ` · ${format.dateTime(ended.at)}`}`,
            }))}
          />
        </div>
      )}
    </AskDialog>
  );
}
