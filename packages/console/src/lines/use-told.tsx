import type { LineChangeView } from '@fanzha/contract';
import type { ReactNode } from 'react';
import { useUndoLineChange } from '../api/lines.ts';
import { useTexts } from '../i18n/texts.ts';
import { useUndo } from '../ui/work/use-undo.tsx';
import { lineChangeTexts } from './texts.ts';

/** Says what became of a change; one that is in force can be undone for ten seconds. */
export function useTold(): { readonly place: ReactNode; told(change: LineChangeView): void } {
  const t = useTexts(lineChangeTexts);
  const undo = useUndoLineChange();
  const { place, tell } = useUndo();
  const told = ({ id, state }: LineChangeView): void => {
    if (state === 'asked') {
      tell(t('toldAsked'));
      return;
    }
    tell(t('toldDone'), () =>
      undo.mutate(
        { id, reason: t('undoReason') },
        { onSuccess: (done) => tell(t(done.state === 'asked' ? 'toldUndoAsked' : 'toldUndone')) },
      ),
    );
  };
  return { place, told };
}
