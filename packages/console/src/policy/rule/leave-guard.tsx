import { Modal } from 'antd';
import { useEffect } from 'react';
import { useBlocker } from 'react-router';
import { useTexts } from '../../i18n/texts.ts';
import { ruleTexts } from './texts.ts';

/** Asks before unsaved text is left behind. */
export function LeaveGuard({ unsaved }: { readonly unsaved: boolean }) {
  const t = useTexts(ruleTexts);
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) =>
      unsaved &&
      (currentLocation.pathname !== nextLocation.pathname || currentLocation.search !== nextLocation.search),
  );
  useEffect(() => {
    if (!unsaved) return;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [unsaved]);
  if (blocker.state !== 'blocked') return null;
  return (
    <Modal
      open
      title={t('leaveTitle')}
      okText={t('leaveDo')}
      cancelText={t('stay')}
      onOk={() => blocker.proceed()}
      onCancel={() => blocker.reset()}
    >
      {t('leave')}
    </Modal>
  );
}
