import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { ConfigProvider } from 'antd';
import { type ComponentType, lazy, type ReactNode, Suspense } from 'react';
import { createBrowserRouter, Navigate, type RouteObject } from 'react-router';
import { RouterProvider } from 'react-router/dom';
import { ProblemError } from './api/problem.ts';
import { SESSION_KEY, useSession } from './api/session.ts';
import { useLocale } from './i18n/locale.ts';
import { ANT_CHINESE } from './ui/ant-locale.ts';
import { BrokenPage, NotFoundPage } from './ui/broken-page.tsx';
import { ProblemNotice } from './ui/problem-notice.tsx';
import { Shell } from './ui/shell/shell.tsx';
import { antTheme, useScheme } from './ui/theme.ts';
import { Skeleton } from './ui/waiting.tsx';

const SignInPage = lazy(async () => ({ default: (await import('./session/sign-in-page.tsx')).SignInPage }));

const client = new QueryClient({
  queryCache: new QueryCache({
    onError: (error) => {
      // A session that has run out shows the sign-in page, whatever was asked for.
      if (error instanceof ProblemError && error.status === 401) client.setQueryData(SESSION_KEY, null);
    },
  }),
  defaultOptions: {
    queries: {
      retry: (count, error) =>
        count < 2 && !(error instanceof ProblemError && error.status >= 400 && error.status < 500),
      staleTime: 5_000,
    },
  },
});

/** Lets signed-in people through; everybody else signs in first, at the address they asked for. */
function Gate({ children }: { readonly children: ReactNode }) {
  const session = useSession();
  if (session.data) return children;
  if (session.data === null) {
    return (
      <Suspense fallback={<Skeleton />}>
        <SignInPage />
      </Suspense>
    );
  }
  return session.error ? (
    <ProblemNotice error={session.error} onRetry={() => void session.refetch()} />
  ) : (
    <Skeleton lines={8} />
  );
}

function page(path: string, load: () => Promise<ComponentType>): RouteObject {
  const Loaded = lazy(async () => ({ default: await load() }));
  return { path, element: <Loaded />, errorElement: <BrokenPage /> };
}

const router = createBrowserRouter([
  { ...page('/setup', async () => (await import('./session/setup-page.tsx')).SetupPage) },
  {
    element: (
      <Gate>
        <Shell waiting={<Skeleton lines={8} />} />
      </Gate>
    ),
    errorElement: <BrokenPage />,
    children: [
      page('/', async () => (await import('./overview/overview-page.tsx')).OverviewPage),
      page('/decisions', async () => (await import('./decisions/decisions-page.tsx')).DecisionsPage),
      page('/decisions/:id', async () => (await import('./decisions/decision-page.tsx')).DecisionPage),
      page('/try', async () => (await import('./try/try-page.tsx')).TryPage),
      page('/policy', async () => (await import('./policy/policy-page.tsx')).PolicyPage),
      page('/policy/versions/:number', async () => (await import('./policy/version-page.tsx')).VersionPage),
      page(
        '/policy/versions/:number/rule',
        async () => (await import('./policy/rule/rule-page.tsx')).RulePage,
      ),
      page(
        '/policy/versions/:number/table',
        async () => (await import('./policy/table/table-page.tsx')).TablePage,
      ),
      page(
        '/policy/backtests',
        async () => (await import('./policy/backtest/backtests-page.tsx')).BacktestsPage,
      ),
      page(
        '/policy/backtests/:id',
        async () => (await import('./policy/backtest/backtest-page.tsx')).BacktestPage,
      ),
      page('/subject', async () => (await import('./subjects/subject-page.tsx')).SubjectPage),
      page('/labels', async () => (await import('./labels/labels-page.tsx')).LabelsPage),
      page('/rule-health', async () => (await import('./rule-health/rule-health-page.tsx')).RuleHealthPage),
      page('/snoozes', async () => (await import('./snoozes/snoozes-page.tsx')).SnoozesPage),
      page('/lists', async () => (await import('./lists/lists-page.tsx')).ListsPage),
      page('/lists/:id', async () => (await import('./lists/list-page.tsx')).ListPage),
      page('/calls/live', async () => (await import('./calls/live-calls-page.tsx')).LiveCallsPage),
      page(
        '/calls/displacement',
        async () => (await import('./calls/displacement-page.tsx')).DisplacementPage,
      ),
      page('/calls/effects', async () => (await import('./calls/effects-page.tsx')).EffectsPage),
      page('/calls/records', async () => (await import('./cdr/imports-page.tsx')).ImportsPage),
      page('/lines', async () => (await import('./lines/lines-page.tsx')).LinesPage),
      page('/lines/:id', async () => (await import('./lines/line-page.tsx')).LinePage),
      page('/models', async () => (await import('./models/models-page.tsx')).ModelsPage),
      page('/models/:id', async () => (await import('./models/model-page.tsx')).ModelPage),
      page('/engine', async () => (await import('./engine/engine-page.tsx')).EnginePage),
      page('/health', async () => (await import('./health/health-page.tsx')).HealthPage),
      { path: '/settings', element: <Navigate to="/settings/people" replace /> },
      page('/settings/people', async () => (await import('./settings/people-page.tsx')).PeoplePage),
      page('/settings/keys', async () => (await import('./settings/keys-page.tsx')).KeysPage),
      page('/settings/audit', async () => (await import('./settings/audit-page.tsx')).AuditPage),
      page('/profile', async () => (await import('./session/profile-page.tsx')).ProfilePage),
      { path: '*', element: <NotFoundPage /> },
    ],
  },
]);

export function App() {
  const locale = useLocale();
  const { dark } = useScheme();
  return (
    <ConfigProvider
      {...(locale === 'en' ? {} : { locale: ANT_CHINESE })}
      theme={antTheme(dark)}
      wave={{ disabled: true }}
      button={{ autoInsertSpace: false }}
    >
      <QueryClientProvider client={client}>
        <Suspense fallback={<Skeleton lines={8} />}>
          <RouterProvider router={router} />
        </Suspense>
      </QueryClientProvider>
    </ConfigProvider>
  );
}
