import type { PolicyGuard, PolicyVersion } from '@fanzha/contract';
import { Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useLocalized } from '../i18n/locale.ts';
import { useTexts } from '../i18n/texts.ts';
import { useWord } from '../ui/use-word.ts';
import { VerdictMark } from '../ui/verdict.tsx';
import { Skeleton } from '../ui/waiting.tsx';
import { policyTexts } from './texts.ts';

const GuardDialog = lazy(async () => ({ default: (await import('./rule/guard-dialog.tsx')).GuardDialog }));

interface GuardsProps {
  readonly version: PolicyVersion;
  readonly editing: boolean;
}

/** The protections above the rules; they are few, and each is read whole. */
export function Guards({ version, editing }: GuardsProps) {
  const t = useTexts(policyTexts);
  const word = useWord();
  const localized = useLocalized();
  const [open, setOpen] = useState<{ readonly guard: PolicyGuard | undefined }>();
  const { guards } = version.content;
  return (
    <section className="fz-stack" aria-labelledby="version-guards">
      <div className="fz-row fz-between">
        <h2 id="version-guards">{t('guard')}</h2>
        {editing ? <Button onClick={() => setOpen({ guard: undefined })}>{t('addGuard')}</Button> : null}
      </div>
      {guards.length === 0 ? <p className="fz-quiet">{t('noGuards')}</p> : null}
      <ul className="fz-cards">
        {guards.map((guard) => (
          <li key={guard.id}>
            <div className="fz-row fz-between">
              <span className="fz-row">
                <strong>{localized(guard.title)}</strong>
                <code className="fz-quiet">{guard.id}</code>
              </span>
              {editing ? (
                <Button size="small" onClick={() => setOpen({ guard })}>
                  {t('editGuards')}
                </Button>
              ) : null}
            </div>
            <code>{guard.when}</code>
            <span className="fz-row fz-quiet fz-small">
              {t('cap')} <VerdictMark verdict={guard.cap} /> ·{' '}
              {guard.on.map((kind) => word('kind', kind)).join(', ')} · {t('judges')}:{' '}
              {guard.judges.map((each) => t(`judges.${each}`)).join(', ')}
            </span>
            {guard.source === undefined ? null : <span className="fz-quiet fz-small">{guard.source}</span>}
          </li>
        ))}
      </ul>
      {open === undefined ? null : (
        <Suspense fallback={<Skeleton />}>
          <GuardDialog version={version} guard={open.guard} onClose={() => setOpen(undefined)} />
        </Suspense>
      )}
    </section>
  );
}
