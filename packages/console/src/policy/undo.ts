import { Button, notification } from 'antd';
import { createElement } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { uiTexts } from '../ui/texts.ts';

const UNDO_SECONDS = 10;

/** Tells that something was done and offers for ten seconds to take it back. Draw `holder` somewhere. */
export function useUndo() {
  const u = useTexts(uiTexts);
  const [api, holder] = notification.useNotification({ placement: 'bottomRight' });
  const offer = (words: string, takeBack: () => void): void => {
    const key = `${words}${Date.now()}`;
    const undo = (): void => {
      api.destroy(key);
      takeBack();
    };
    const button = createElement(Button, { size: 'small', type: 'primary', onClick: undo }, u('undo'));
    api.open({ key, title: words, duration: UNDO_SECONDS, actions: button, role: 'status' });
  };
  return { offer, holder };
}
