import { Button, notification } from 'antd';
import { type ReactNode, useCallback, useId } from 'react';
import { useTexts } from '../../i18n/texts.ts';
import { uiTexts } from '../texts.ts';

const UNDO_SECONDS = 10;
const TOLD_SECONDS = 4;

interface Told {
  readonly place: ReactNode;
  /** Says what was done; with `undo`, offers to take it back for ten seconds. */
  tell(words: string, undo?: () => void): void;
}

/** Tells what was done, with undo where the act can be taken back. Render `place` once in the page. */
export function useUndo(): Told {
  const u = useTexts(uiTexts);
  const [notices, place] = notification.useNotification();
  // One place for all: what was told before can no longer be undone as it was.
  const key = useId();
  const words = u('undo');
  const tell = useCallback(
    (title: string, undo?: () => void): void => {
      const take = (): void => {
        notices.destroy(key);
        undo?.();
      };
      notices.info({
        key,
        title,
        duration: undo === undefined ? TOLD_SECONDS : UNDO_SECONDS,
        actions: undo === undefined ? null : <Button onClick={take}>{words}</Button>,
      });
    },
    [notices, words, key],
  );
  return { place, tell };
}
