import { Button } from 'antd';
import { Link } from 'react-router';
import { useTexts } from '../i18n/texts.ts';
import { shellTexts } from './shell/texts.ts';
import { uiTexts } from './texts.ts';

/** Stands in for a page that threw, or whose code could not be fetched after an update of the server. */
export function BrokenPage() {
  const t = useTexts(uiTexts);
  return (
    <div className="fz-notice fz-notice-bad" role="alert">
      <strong>{t('breakTitle')}</strong>
      <span>{t('breakText')}</span>
      <div>
        <Button onClick={() => window.location.reload()}>{t('reload')}</Button>
      </div>
    </div>
  );
}

export function NotFoundPage() {
  const t = useTexts(shellTexts);
  return (
    <div className="fz-empty">
      <h1>{t('notFound')}</h1>
      <p>{t('notFoundText')}</p>
      <Link to="/">{t('goHome')}</Link>
    </div>
  );
}
