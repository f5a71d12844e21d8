import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningApp, startApp } from '../packages/server/src/app.ts';
import { readConfig, silentLogger, systemClock } from '../packages/server/src/platform/index.ts';
import {
  api,
  complaints,
  executablePath,
  LOCALES,
  type Locale,
  launch,
  type OpenOptions,
  openPage,
  PASSWORD,
  type Screen,
  SHOTS,
  type Signed,
  settled,
  shoot,
  sideways,
} from './browser.fixture.ts';

const HOUR_MS = 3_600_000;
const DAYS = 6;
const SPOOFED = 60;
const SCREENS = ['desktop', 'phone'] as const;

/** Spoofed numbers from abroad day after day on one trunk, until in the last hour the same traffic comes from Cambodia. */
function* history(now: number): Generator<object> {
  let id = 0;
  const call = (hour: number, minute: number, from: string, more: object): object => ({
    kind: 'call.attempt',
    id: `history-${id++}`,
    at: new Date(now - hour * HOUR_MS - minute * 60_000).toISOString(),
    from,
    to: `021612${String(id % 100_000).padStart(5, '0')}`,
    ingress: 'international',
    trunk: 'intl-7',
    ...more,
  });
  for (let hour = DAYS * 24; hour >= 0; hour--) {
    const moved = hour <= 1;
    const abroad = hour % 24 < 7 ? SPOOFED : 4;
    for (let count = 0; count < abroad; count++) {
      const number = String(10_000_000 + id).slice(-8);
      const from = moved ? `+85512${number.slice(2)}` : `+86138${number}`;
      yield call(hour, 1 + (count % 58), from, {});
    }
    for (let count = 0; count < 3; count++) {
      const areas = ['010', '020', '021', '028', '0591', '0871'];
      const to = `${areas[id % areas.length]}${id % areas.length > 3 ? '8' : '6'}1234567`;
      yield call(hour, 5 + count, '13812345678', { ingress: 'interconnect', to, trunk: 'local-1' });
    }
  }
}

describe.skipIf(executablePath === undefined)('calls in the console', { timeout: 180_000 }, () => {
  const data = mkdtempSync(join(tmpdir(), 'fanzha-calls-'));
  chmodSync(data, 0o711);
  let app: RunningApp;
  let browser: Browser;
  let admin: Signed | undefined;
  const faults: string[] = [];
  const open = (screen: Screen, locale: Locale, options: OpenOptions = {}): Promise<Page> =>
    openPage(browser, app.address, faults, screen, locale, {
      ...(admin === undefined ? {} : { storageState: admin }),
      ...options,
    });

  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true });
    app = await startApp(readConfig({ data, port: '0' }).config, silentLogger);
    browser = await launch();
    const page = await open('desktop', 'zh-CN');
    await page.goto(app.setupLink ?? '');
    await page.fill('#name', 'wang');
    await page.fill('#displayName', '王芳');
    await page.fill('#password', PASSWORD);
    await page.fill('#repeat', PASSWORD);
    await page.click('button[type=submit]');
    await page.locator('#main').waitFor();
    admin = await page.context().storageState();
  });
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
    rmSync(data, { recursive: true, force: true });
  });

  async function everywhere(path: string, name: string, look: (page: Page) => Promise<void>): Promise<void> {
    for (const locale of LOCALES) {
      for (const screen of SCREENS) {
        const page = await open(screen, locale);
        await page.goto(path);
        await settled(page);
        await look(page);
        expect(await sideways(page)).toBe(0);
        expect(await complaints(page)).toEqual([]);
        await shoot(page, name, screen, locale);
        await page.context().close();
      }
    }
  }

  it('says of an empty installation what would appear and how', async () => {
    for (const path of ['/calls/live', '/calls/displacement', '/calls/effects']) {
      const page = await open('desktop', 'en');
      await page.goto(path);
      await settled(page);
      await page.locator('.fz-empty').first().waitFor();
      expect(await complaints(page)).toEqual([]);
      await page.context().close();
    }
  });

  it('shows calls as they come, each figure opening the decisions behind it', async () => {
    const page = await open('desktop', 'en');
    const { csrfToken } = (await (await page.request.get(`${app.address}/v1/session`)).json()) as {
      csrfToken: string;
    };
    const lines = [...history(systemClock.now())].map((event) => JSON.stringify(event)).join('\n');
    const sent = await page.request.post(`${app.address}/v1/events`, {
      headers: { 'x-csrf-token': csrfToken, 'content-type': 'application/x-ndjson' },
      data: `${lines}\n`,
    });
    expect(sent.ok()).toBe(true);
    expect(await sent.text()).not.toContain('"ok":false');
    await page.context().close();
    await everywhere('/calls/live?period=24h', 'calls-live', async (shown) => {
      await shown.locator('.fz-provinces .fz-tile-full').first().waitFor();
      await shown.locator('.fz-calls-table tbody tr').nth(5).waitFor();
    });
    const looking = await open('desktop', 'en');
    await looking.goto('/calls/live?period=24h');
    await looking.locator('.fz-provinces .fz-tile-full', { hasText: 'BJ' }).click();
    await looking.waitForURL(/\/decisions\?.*area=BJ/);
    await looking.goto('/calls/live?period=24h');
    const row = looking.locator('tr', { hasText: 'Domestic mobile from abroad' });
    await row.locator('a').first().click();
    await looking.waitForURL(/pattern=mobile-abroad/);
    await settled(looking);
    expect(await looking.locator('tbody tr').count()).toBeGreaterThan(10);
    await looking.context().close();
  });

  it('stands still while it is paused, and wears the mark of simulated data', async () => {
    const page = await open('desktop', 'en', { colorScheme: 'dark' });
    await page.goto('/calls/live?period=24h');
    await settled(page);
    const total = page.locator('.fz-calls-figures strong').first();
    await total.waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    const before = await total.textContent();
    await api(page, 'POST', '/v1/simulation', { events: 3000, seed: 7 });
    for (let state = 'running'; state === 'running'; ) {
      ({ state } = (await api(page, 'GET', '/v1/simulation')) as { state: string });
    }
    expect(await total.textContent()).toBe(before);
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.locator('.fz-sim-ribbon').waitFor();
    expect(await total.textContent()).not.toBe(before);
    await shoot(page, 'calls-live-dark', 'desktop', 'en');
    await page.context().close();
  });

  it('alarms about displaced traffic, with evidence and what can be done', async () => {
    const page = await open('desktop', 'en');
    await page.goto('/calls/displacement');
    await settled(page);
    await page.getByRole('button', { name: 'Check now' }).click();
    const alarm = page.getByRole('article', { name: /intl-7/ });
    await alarm.waitFor();
    expect(await alarm.textContent()).toContain('Cambodia');
    await page.context().close();
    await everywhere('/calls/displacement', 'calls-displacement', async (shown) => {
      await shown.locator('article').first().waitFor();
    });
    await everywhere('/calls/effects', 'calls-effects', async () => undefined);
    const acting = await open('desktop', 'en');
    await acting.goto('/calls/displacement');
    await acting.getByRole('button', { name: 'It is displacement…' }).first().click();
    await acting.locator('#reason').fill('told the carrier');
    await acting.getByRole('dialog').getByRole('button', { name: 'Close', exact: true }).last().click();
    await acting.locator('article').first().waitFor({ state: 'detached' });
    await acting.getByText('Closed', { exact: true }).click();
    await acting.getByText('told the carrier').waitFor();
    await acting.getByRole('button', { name: 'Take back' }).click();
    await acting.getByText('Open', { exact: true }).first().click();
    await acting.locator('article').first().waitFor();
    expect(faults).toEqual([]);
  });
});
