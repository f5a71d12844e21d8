import { Button, Popconfirm } from 'antd';
import { useRemoveSimulation } from '../api/simulation.ts';
import { useTexts } from '../i18n/texts.ts';
import { ProblemNotice } from '../ui/problem-notice.tsx';
import { uiTexts } from '../ui/texts.ts';
import { overviewTexts } from './texts.ts';

/** Stops the simulator where it runs and deletes what it made, after a question. */
export function RemoveSimulation({ running }: { readonly running: boolean }) {
  const t = useTexts(overviewTexts);
  const u = useTexts(uiTexts);
  const remove = useRemoveSimulation();
  return (
    <>
      <Popconfirm
        title={t('removeTitle')}
        description={t('removeText')}
        okText={t('remove')}
        cancelText={u('cancel')}
        onConfirm={() => remove.mutate()}
      >
        <Button size="small" disabled={remove.isPending}>
          {t(running ? 'stopAndRemove' : 'remove')}
        </Button>
      </Popconfirm>
      {remove.error ? <ProblemNotice error={remove.error} while="changing" /> : null}
    </>
  );
}
