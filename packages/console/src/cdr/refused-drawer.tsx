import type { CdrImport } from '@fanzha/contract';
import { Button, Drawer } from 'antd';
import { useCdrRefused, useRetryCdr } from '../api/cdr.ts';
import { rowsOf } from '../api/paged.ts';
import { useMay } from '../api/session.ts';
import { useFormat } from '../i18n/format.ts';
import { useLocalized } from '../i18n/locale.ts';
import { useTexts } from '../i18n/texts.ts';
import { MoreRows } from '../ui/data-list.tsx';
import { ProblemNotice } from '../ui/problem-notice.tsx';
import { Waiting } from '../ui/waiting.tsx';
import { cdrTexts } from './texts.ts';

interface RefusedDrawerProps {
  readonly of: CdrImport;
  onClose(): void;
}

/** What of a file could not be taken, and why. */
export function RefusedDrawer({ of, onClose }: RefusedDrawerProps) {
  const t = useTexts(cdrTexts);
  const format = useFormat();
  const localized = useLocalized();
  const may = useMay();
  const query = useCdrRefused(of.id);
  const retry = useRetryCdr();
  const rows = rowsOf(query);
  const { refused, kept, name } = of;
  return (
    <Drawer open size={640} title={t('refusedTitle', { name })} onClose={onClose}>
      <div className="fz-stack">
        <p className="fz-quiet">
          {t('refusedText')} {kept < refused ? t('cut', { kept: format.number(kept) }) : ''}
        </p>
        {may('cdr:import') ? (
          <p className="fz-row">
            <Button disabled={retry.isPending} onClick={() => retry.mutate(of.id)}>
              {t('retry')}
            </Button>
            <span role="status">
              {retry.data ? t('retried', { taken: retry.data.taken, refused: retry.data.refused }) : ''}
            </span>
          </p>
        ) : null}
        {retry.error ? <ProblemNotice error={retry.error} while="changing" /> : null}
        <Waiting query={query}>
          {() => (
            <>
              <ul className="fz-cards">
                {rows.map(({ line, field, reason, shown }) => (
                  <li key={line}>
                    <span>
                      <strong>
                        {t('line')} {format.number(line)}
                      </strong>{' '}
                      <code>{field}</code> {localized(reason)}
                    </span>
                    <code className="fz-cdr-raw fz-quiet">{shown}</code>
                  </li>
                ))}
              </ul>
              <MoreRows query={query} count={rows.length} />
            </>
          )}
        </Waiting>
      </div>
    </Drawer>
  );
}
