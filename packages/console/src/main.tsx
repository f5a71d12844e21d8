import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { startLocale } from './i18n/locale.ts';
import './ui/base.css';
import './ui/lists.css';
import { startScheme } from './ui/theme.ts';

startLocale();
startScheme();
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
