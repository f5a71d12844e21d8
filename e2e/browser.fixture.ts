import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { peer } from '../packages/server/src/platform/testing/index.ts';

/** The browser that is installed here; undefined when there is none. */
export const executablePath = peer('chromium');
export const SHOTS = fileURLToPath(new URL('./screenshots/', import.meta.url));
export const PASSWORD = 'correct horse battery';
export const LOCALES = ['zh-CN', 'en'] as const;
export type Locale = (typeof LOCALES)[number];
const SCREENS = {
  desktop: { viewport: { width: 1440, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
} as const;
export type Screen = keyof typeof SCREENS;
export type Signed = Awaited<ReturnType<BrowserContext['storageState']>>;

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Failure {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}
interface AxeWindow {
  readonly axe: {
    run(context: string, options: { runOnly: string[] }): Promise<{ violations: readonly Failure[] }>;
  };
}

/** What axe-core has against the page (WCAG 2.2 A and AA), as short lines. */
export async function complaints(page: Page): Promise<string[]> {
  // What a sticky bar covers at the moment is no fault of the field below it.
  await page.evaluate('scrollTo(0, 0)');
  await page.evaluate(axeSource);
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as AxeWindow;
    const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
    return (await axe.run('body', { runOnly: rules })).violations;
  });
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary ?? ''}`);
}

/** By how many pixels the page is wider than the screen. */
export async function sideways(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

/** Waits until the page has its title and nothing on it is still loading. */
export async function settled(page: Page): Promise<void> {
  await page.locator('main h1, .fz-empty h1').first().waitFor();
  await page.locator('.fz-skeleton').first().waitFor({ state: 'detached' });
}

/** Writes what the screen shows to `e2e/screenshots/`. */
export async function shoot(page: Page, name: string, screen: Screen, locale: Locale): Promise<void> {
  await page.screenshot({ path: join(SHOTS, `${name}-${locale}-${screen}.png`) });
}

export async function signIn(page: Page, name: string): Promise<void> {
  await page.goto('/');
  await page.fill('#name', name);
  await page.fill('#password', PASSWORD);
  await page.click('button[type=submit]');
  await page.locator('#main').waitFor();
}

export function launch(): Promise<Browser> {
  return chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  });
}

export interface OpenOptions {
  readonly storageState?: Signed;
  readonly colorScheme?: 'light' | 'dark';
}

/** A page of a fresh browser context. What throws in it, and every request to a stranger, goes to `faults`. */
export async function openPage(
  browser: Browser,
  baseURL: string,
  faults: string[],
  screen: Screen,
  locale: Locale,
  options: OpenOptions = {},
): Promise<Page> {
  const context = await browser.newContext({
    ...SCREENS[screen],
    ...options,
    locale,
    baseURL,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.on('pageerror', ({ message }) => faults.push(`${page.url()} ${message}`));
  page.on('request', (request) => {
    if (!/^(?:data|blob):/.test(request.url()) && !request.url().startsWith(baseURL)) {
      faults.push(`asks a stranger: ${request.url()}`);
    }
  });
  return page;
}

/** Calls the API as whoever is signed in on the page. */
export async function api(page: Page, method: string, path: string, body?: unknown): Promise<unknown> {
  const { csrfToken } = (await (await page.request.get('/v1/session')).json()) as { csrfToken: string };
  const answer = await page.request.fetch(path, {
    method,
    headers: { 'x-csrf-token': csrfToken },
    ...(body === undefined ? {} : { data: body }),
  });
  if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${await answer.text()}`);
  return answer.json();
}
