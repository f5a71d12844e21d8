import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
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
  signIn,
} from './browser.fixture.ts';

const PAGES = {
  overview: '/',
  decisions: '/decisions',
  'try-message': '/try',
  'try-call': '/try?kind=call',
  'try-json': '/try?kind=json',
  policy: '/policy',
  health: '/health',
  people: '/settings/people',
  keys: '/settings/keys',
  audit: '/settings/audit',
  profile: '/profile',
  'not-found': '/no-such-page',
} as const;

describe.skipIf(executablePath === undefined)('console in a browser', { timeout: 180_000 }, () => {
  const data = mkdtempSync(join(tmpdir(), 'fanzha-console-'));
  // When root runs the tests, the embedded server runs as another user, who has to get through here.
  chmodSync(data, 0o711);
  let app: RunningApp;
  let browser: Browser;
  let admin: Signed;
  let analyst: Signed;
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

  it('makes the first administrator from the link, and the token leaves the address', async () => {
    const page = await open('desktop', 'zh-CN');
    await page.goto('/');
    await page.getByText('还没有管理员').waitFor();
    await page.goto(app.setupLink ?? '');
    await page.locator('#name').waitFor();
    expect(page.url()).not.toContain('token');
    await shoot(page, 'setup', 'desktop', 'zh-CN');
    await page.fill('#name', 'wang');
    await page.fill('#displayName', '王芳');
    await page.fill('#password', 'wang');
    await page.fill('#repeat', 'wang');
    await page.click('button[type=submit]');
    await page.locator('.ant-form-item-explain-error').first().waitFor();
    await page.fill('#password', PASSWORD);
    await page.fill('#repeat', PASSWORD);
    await page.click('button[type=submit]');
    await page.getByText('还没有决定').waitFor();
    await shoot(page, 'empty', 'desktop', 'zh-CN');
    admin = await page.context().storageState();
  });

  it('loads simulated traffic, marks it, and opens figures into decisions', async () => {
    const page = await open('desktop', 'zh-CN', { storageState: admin });
    await page.goto('/');
    await page.getByRole('button', { name: '载入模拟流量' }).click();
    await page.getByText('模拟数据：不是真实的').waitFor();
    await page.getByRole('button', { name: '移除模拟数据', exact: true }).waitFor({ timeout: 90_000 });
    const block = page.locator('.fz-verdicts a', { hasText: '拦截' });
    await page
      .locator('.fz-verdicts strong')
      .first()
      .filter({ hasText: /\d,\d{3}/ })
      .waitFor();
    await block.click();
    await page.waitForURL(/\/decisions\?verdict=block/);
    await page.locator('tbody .fz-open').first().waitFor();
    expect(await page.locator('tbody .fz-verdict').allTextContents()).not.toContain('放行');
    expect(await page.locator('tbody .fz-sim-tag').count()).toBeGreaterThan(10);
  });

  it('adds an analyst, who opens personal fields only with a purpose', async () => {
    const page = await open('desktop', 'zh-CN', { storageState: admin });
    await page.goto('/settings/people');
    await page.getByRole('button', { name: '添加人员' }).click();
    await page.fill('#name', 'li');
    await page.fill('#password', PASSWORD);
    await page.locator('.ant-drawer button[type=submit]').click();
    await page.getByRole('cell', { name: /li/ }).first().waitFor();

    const work = await open('desktop', 'zh-CN');
    await signIn(work, 'li');
    analyst = await work.context().storageState();
    expect(await work.getByRole('link', { name: '审计日志' }).count()).toBe(0);
    await work.goto('/settings/audit');
    await work.getByText('没有权限').waitFor();
    await shoot(work, 'forbidden', 'desktop', 'zh-CN');

    await work.goto('/decisions?verdict=block');
    await work.locator('.fz-open').first().waitFor();
    await work.keyboard.press('j');
    await work.keyboard.press('Enter');
    await work.getByText('为什么').waitFor();
    const input = work.locator('section[aria-labelledby=decision-input]');
    expect(await input.textContent()).toContain('****');
    await work.getByRole('button', { name: '说明目的后查看个人字段' }).click();
    await work.getByText('研判').click();
    await shoot(work, 'open-dialog', 'desktop', 'zh-CN');
    await work.getByRole('button', { name: '记录并查看' }).click();
    await work.getByText('已记入审计日志').waitFor();
    expect(await input.locator('dl').textContent()).not.toContain('****');

    await page.goto('/settings/audit?action=decision.open');
    await page.getByRole('cell', { name: 'decision.open' }).waitFor();
  });

  it('shows a key once, finds pasted things, and tries a call', async () => {
    const page = await open('desktop', 'en', { storageState: admin });
    await page.goto('/settings/keys');
    await page.getByRole('button', { name: 'Make a key' }).click();
    await page.fill('#name', 'sip-proxy-1');
    await page.locator('.ant-modal-footer .ant-btn-primary').click();
    const secret = page.locator('.ant-modal textarea').first();
    await page.getByText('shown this once').waitFor();
    expect(await secret.inputValue()).toMatch(/^fz_/);
    await page.locator('.ant-modal-footer .ant-btn-primary').click();
    await page.getByRole('cell', { name: 'sip-proxy-1' }).waitFor();

    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('+86 21 110086');
    await shoot(page, 'palette', 'desktop', 'en');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/decisions$/);

    await page.goto('/try?kind=call');
    await page.getByRole('button', { name: '110086 behind an area code' }).click();
    await page.locator('.fz-verdict-large', { hasText: 'Block' }).waitFor();
    await page.fill('#originCountry', 'Japan');
    await page.getByRole('button', { name: /^Decide/ }).click();
    await page.locator('.ant-form-item-explain-error').waitFor();
  });

  for (const locale of LOCALES) {
    for (const screen of ['desktop', 'phone'] as const) {
      it(`every page in ${locale} on a ${screen}`, async () => {
        const stranger = await open(screen, locale);
        await stranger.goto('/');
        await stranger.locator('#name').waitFor();
        await shoot(stranger, 'sign-in', screen, locale);
        expect(await complaints(stranger)).toEqual([]);

        const page = await open(screen, locale, {
          storageState: admin,
          colorScheme: locale === 'en' ? 'dark' : 'light',
        });
        const found: string[] = [];
        for (const [name, path] of Object.entries(PAGES)) {
          await page.goto(path);
          await settled(page);
          if (name === 'try-message') {
            await page.locator('.fz-try-form button').first().click();
            await page.locator('.fz-verdict-large').waitFor();
          }
          await shoot(page, name, screen, locale);
          if ((await sideways(page)) > 0) found.push(`${name} scrolls sideways`);
          found.push(...(await complaints(page)).map((complaint) => `${name}: ${complaint}`));
        }
        expect(found).toEqual([]);
      });

      it(`a decision in ${locale} on a ${screen}`, async () => {
        const page = await open(screen, locale, { storageState: analyst });
        await page.goto('/decisions?verdict=block&kind=sms.submit');
        await page.locator('.fz-open').first().waitFor();
        await page.locator('.fz-open').first().press('Enter');
        await page.locator('#decision-why').waitFor();
        await shoot(page, 'decision', screen, locale);
        expect(await sideways(page)).toBe(0);
        expect(await complaints(page)).toEqual([]);
      });
    }
  }

  it('removes simulated data after a question', async () => {
    const page = await open('desktop', 'en', { storageState: admin });
    await page.goto('/');
    await page.getByRole('button', { name: 'Remove simulated data' }).click();
    await page.locator('.ant-popconfirm .ant-btn-primary').click();
    await page.getByText('No decisions yet').waitFor({ timeout: 60_000 });
  });

  it('threw nowhere and asked nobody but its own server', () => {
    expect(faults).toEqual([]);
  });
});
