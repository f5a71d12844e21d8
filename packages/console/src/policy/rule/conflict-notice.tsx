import type { PolicyVersion } from '@fanzha/contract';
import { Button } from 'antd';
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useNow } from '../../ui/time.tsx';
import { type RuleDraft, sameDraft } from './rule-draft.model.ts';
import { ruleTexts } from './texts.ts';

interface ConflictNoticeProps {
  /** The version as it is now. */
  readonly version: PolicyVersion;
  /** The rule as it was when writing began, as it is now, and as it is written here. */
  readonly base: RuleDraft | undefined;
  readonly theirs: RuleDraft | undefined;
  readonly mine: RuleDraft;
  /** Who was first and when, as the server said it when saving was refused. */
  readonly refusal: string | undefined;
  onSave(): void;
  onTake(theirs: RuleDraft): void;
}

/** Somebody else was first: who, what of this rule, and both ways to go on. Nothing that was written is lost. */
export function ConflictNotice({
  version,
  base,
  theirs,
  mine,
  refusal,
  onSave,
  onTake,
}: ConflictNoticeProps) {
  const t = useTexts(ruleTexts);
  const format = useFormat();
  const now = useNow();
  const { name, at } = version.edited;
  const touched =
    base === undefined ? theirs !== undefined : theirs !== undefined && !sameDraft(base, theirs);
  const gone = base !== undefined && theirs === undefined;
  return (
    <div className="fz-notice fz-notice-bad" role="alert">
      <strong>{t('conflictTitle')}</strong>
      <span>
        {refusal === undefined
          ? t('conflictBy', { name, when: format.relative(at, Math.max(now, Date.parse(at))) })
          : t('conflictRefused', { detail: refusal })}
      </span>
      <span>{t(gone ? 'conflictGone' : touched ? 'conflictSame' : 'conflictOthers')}</span>
      {touched && theirs !== undefined ? (
        <div className="fz-both">
          <div>
            <h3>{t('theirs')}</h3>
            <code>{theirs.rule.when}</code>
          </div>
          <div>
            <h3>{t('mine')}</h3>
            <code>{mine.rule.when}</code>
          </div>
        </div>
      ) : null}
      <div className="fz-row">
        <Button type="primary" onClick={onSave}>
          {t(touched ? 'keepMine' : 'saveAgain')}
        </Button>
        {touched && theirs !== undefined ? (
          <Button onClick={() => onTake(theirs)}>{t('takeTheirs')}</Button>
        ) : null}
      </div>
    </div>
  );
}
