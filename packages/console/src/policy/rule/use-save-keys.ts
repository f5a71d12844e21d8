import { useEffect } from 'react';

/** Ctrl/Cmd-S and Ctrl/Cmd-Enter of an editor, wherever the cursor is. */
export function useSaveKeys(save: () => void, attempt: () => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
      const act = event.key.toLowerCase() === 's' ? save : event.key === 'Enter' ? attempt : undefined;
      if (act === undefined) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [save, attempt]);
}
