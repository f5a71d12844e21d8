import type { ListChangeView } from '@fanzha/contract';
import type { ReactNode } from 'react';
import { useUndoChange } from '../api/lists.ts';
import { useFormat } from '../i18n/format.ts';
import { useTexts } from '../i18n/texts.ts';
import { useUndo } from '../ui/work/use-undo.tsx';
import { listsTexts } from './texts.ts';

/** Says what became of a change; one that is in force can be undone for ten seconds. */
export function useTold(): { readonly place: ReactNode; told(change: ListChangeView): void } {
  const t = useTexts(listsTexts);
  const format = useFormat();
  const undo = useUndoChange();
  const { place, tell } = useUndo();
  const told = (change: ListChangeView): void => {
    if (change.state === 'asked') {
      tell(t('toldAsked'));
      return;
    }
    const count = format.number(change.entries);
    tell(t(change.act === 'add' ? 'toldAdded' : 'toldRemoved', { count }), () =>
      undo.mutate(
        { id: change.id, reason: t('undoReason') },
        { onSuccess: ({ state }) => tell(t(state === 'asked' ? 'toldUndoAsked' : 'toldUndone')) },
      ),
    );
  };
  return { place, told };
}
