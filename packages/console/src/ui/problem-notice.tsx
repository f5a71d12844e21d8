import { Button } from 'antd';
import { NETWORK, ProblemError } from '../api/problem.ts';
import { useTexts } from '../i18n/texts.ts';
import { uiTexts } from './texts.ts';

interface ProblemNoticeProps {
  readonly error: unknown;
  /** Whether reading or changing failed: it tells what was not lost. */
  readonly while?: 'reading' | 'changing';
  readonly onRetry?: () => void;
}

/** What happened, what was not lost, what to do, and the id that an administrator can look up. */
export function ProblemNotice({ error, while: doing = 'reading', onRetry }: ProblemNoticeProps) {
  const t = useTexts(uiTexts);
  const problem = error instanceof ProblemError ? error : undefined;
  const offline = problem?.code === NETWORK;
  const consequence = doing === 'reading' ? 'failedRead' : 'failedWrite';
  return (
    <div className="fz-notice fz-notice-bad" role="alert">
      <strong>{offline ? t('networkTitle') : (problem?.message ?? t('breakTitle'))}</strong>
      {problem?.detail === undefined ? null : <span>{problem.detail}</span>}
      {problem?.fields.map(({ field, reason }) => (
        <span key={field + reason}>
          {field === '' ? null : <code>{field}</code>} {reason}
        </span>
      ))}
      <span className="fz-quiet">{t(offline ? 'networkText' : consequence)}</span>
      {problem?.requestId === undefined ? null : (
        <span className="fz-quiet fz-small">
          {t('requestId')} <code>{problem.requestId}</code>
        </span>
      )}
      {onRetry === undefined ? null : (
        <div>
          <Button onClick={onRetry}>{t('retry')}</Button>
        </div>
      )}
    </div>
  );
}
