import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningApp, startApp } from '../packages/server/src/app.ts';
import { readConfig, silentLogger } from '../packages/server/src/platform/index.ts';
import {
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

function record(call: number, at: string): string {
  return `"","1380${String(call).padStart(7, '0')}","95588","x","${at}","","${at}","0","0","NO_ANSWER","call-${call}","","a"\n`;
}

describe.skipIf(executablePath === undefined)('call records in a browser', { timeout: 180_000 }, () => {
  const data = mkdtempSync(join(tmpdir(), 'fanzha-console-'));
  chmodSync(data, 0o711);
  let app: RunningApp;
  let browser: Browser;
  let admin: Signed;
  const faults: string[] = [];
  const open = (screen: Screen, locale: Locale, options: OpenOptions = {}): Promise<Page> =>
    openPage(browser, app.address, faults, screen, locale, options);

  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true });
    app = await startApp(readConfig({ data, port: '0' }).config, silentLogger);
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
    rmSync(data, { recursive: true, force: true });
  });

  it('a source is set up, a file is taken in, and what was refused is seen masked and tried again', async () => {
    const page = await open('desktop', 'en');
    await page.goto(app.setupLink ?? '');
    await page.fill('#name', 'wang');
    await page.fill('#displayName', 'Wang Fang');
    await page.fill('#password', PASSWORD);
    await page.fill('#repeat', PASSWORD);
    await page.click('button[type=submit]');
    await page.locator('#main').waitFor();
    admin = await page.context().storageState();
    await page.goto('/calls/records');
    await page.getByText('Set up a source first').waitFor();
    await page.getByRole('button', { name: 'Set up a source' }).click();
    await page.fill('#name', 'sw1');
    await page.fill('#setting', '{"format": "auto", "zone": "Moon/Base"}');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('is no time zone such as').waitFor();
    await page.fill('#setting', '{"format": "auto", "zone": "UTC"}');
    await page.getByRole('button', { name: 'Save' }).click();

    const file = join(data, 'Master.csv');
    const good = Array.from({ length: 500 }, (_, call) => record(call, '2026-11-23 10:00:00'));
    writeFileSync(file, `${good.join('')}${record(501, '23.11. 10h')}"broken\n`);
    await page.locator('input[type=file]').setInputFiles(file);
    await page.locator('tbody tr', { hasText: 'Done' }).waitFor({ timeout: 30_000 });
    const cells = await page.locator('tbody tr td.fz-num').allTextContents();
    expect(cells.slice(0, 3)).toEqual(['500', '0', '2']);
    await page.getByRole('button', { name: 'Show refused records' }).click();
    await page.getByText('138****0501').waitFor();
    await page.getByRole('button', { name: 'Try again by the present setting' }).click();
    await page.getByText('0 taken, 2 still refused').waitFor();
    await shoot(page, 'cdr-refused', 'desktop', 'en');
  });

  it.each(['desktop', 'phone'] as const)('fits a %s, without complaints of axe-core', async (screen) => {
    for (const locale of LOCALES) {
      const page = await open(screen, locale, { storageState: admin });
      await page.goto('/calls/records');
      await settled(page);
      await page.getByText('Master.csv').first().waitFor();
      await shoot(page, 'cdr', screen, locale);
      expect(await sideways(page)).toBeLessThanOrEqual(0);
      expect(await complaints(page)).toEqual([]);
    }
    expect(faults).toEqual([]);
  });
});
