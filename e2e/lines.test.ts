import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningApp, startApp } from '../packages/server/src/app.ts';
import { readConfig, silentLogger } from '../packages/server/src/platform/index.ts';
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
  signIn,
} from './browser.fixture.ts';

const SIMULATED_EVENTS = 15_000;
const HOTLINE = '400-810-1234';

interface Row {
  readonly id: string;
  readonly kind: string;
  readonly subjects: readonly { readonly role: string; readonly value: string; readonly display: string }[];
}

describe.skipIf(executablePath === undefined)(
  'numbers and lines in the console',
  { timeout: 180_000 },
  () => {
    const data = mkdtempSync(join(tmpdir(), 'fanzha-lines-'));
    chmodSync(data, 0o711);
    let app: RunningApp;
    let browser: Browser;
    let admin: Signed;
    let reviewer: Signed;
    /** The simulated caller that made most of the newest calls. */
    let busy = '';
    const faults: string[] = [];
    const open = (screen: Screen, locale: Locale, options: OpenOptions = {}): Promise<Page> =>
      openPage(browser, app.address, faults, screen, locale, options);

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
      const person = {
        name: 'zhou',
        displayName: '周敏',
        password: PASSWORD,
        roles: ['reviewer', 'analyst'],
      };
      await api(page, 'POST', '/v1/users', person);
      await api(page, 'POST', '/v1/simulation', { events: SIMULATED_EVENTS, seed: 7 });
      busy = await busiest(page);
      const second = await open('desktop', 'zh-CN');
      await signIn(second, 'zhou');
      const about = `/v1/decisions?subject=${encodeURIComponent(busy)}&limit=1`;
      const [newest] = ((await api(second, 'GET', about)) as { items: Row[] }).items;
      const label = { outcome: 'fraud', source: 'analyst' };
      await api(second, 'PUT', `/v1/decisions/${newest?.id}/label`, label);
      reviewer = await second.context().storageState();
    });
    afterAll(async () => {
      await browser?.close();
      await app?.stop();
      rmSync(data, { recursive: true, force: true });
    });

    /** Waits for the simulation and answers its busiest domestic caller, of those that the model of conduct has scored. */
    async function busiest(page: Page): Promise<string> {
      for (;;) {
        const { state } = (await api(page, 'GET', '/v1/simulation')) as { state: string };
        if (state !== 'running') break;
        await pause(200);
      }
      const { items } = (await api(page, 'GET', '/v1/decisions?kind=call.attempt&limit=200')) as {
        items: Row[];
      };
      const counts = new Map<string, number>();
      for (const { subjects } of items) {
        const caller = subjects.find(({ role }) => role === 'caller')?.value ?? '';
        if (/^\+861[3-9]\d{9}$/.test(caller)) counts.set(caller, (counts.get(caller) ?? 0) + 1);
      }
      const callers = [...counts].sort((a, b) => b[1] - a[1]).map(([caller]) => caller);
      for (const number of callers.slice(0, 20)) {
        const seen = (await api(page, 'POST', '/v1/numbers/behaviour', { number })) as { model?: object };
        if (seen.model !== undefined) return number;
      }
      return callers[0] ?? '';
    }

    async function openNumber(page: Page, number: string): Promise<void> {
      await page.goto('/');
      await settled(page);
      await page.keyboard.press('Control+K');
      await page.getByRole('combobox').fill(number);
      await page.getByRole('option').last().click();
      await page.locator('#number-plan').waitFor();
      await page.locator('#number-contacts').waitFor();
      await settled(page);
    }

    it('tells of a pasted number what it is, how it behaves beside others, and with whom it talks', async () => {
      for (const locale of LOCALES) {
        for (const screen of ['desktop', 'phone'] as const) {
          const page = await open(screen, locale, { storageState: reviewer });
          if (screen === 'desktop') await openNumber(page, busy);
          else {
            await page.goto('/subject');
            await page.locator('input').first().fill(busy);
            await page.locator('button[type=submit]').click();
            await page.locator('#number-contacts').waitFor();
            await settled(page);
          }
          await page.locator('.fz-sim-ribbon').waitFor();
          expect(await page.locator('section[aria-labelledby=number-plan]').textContent()).toContain(
            locale === 'zh-CN' ? '手机号' : 'mobile number',
          );
          expect(await page.locator('.fz-beside').count()).toBeGreaterThan(3);
          expect(await page.locator('.fz-spark-band').count()).toBeGreaterThan(3);
          await page.locator('section[aria-labelledby=number-acts] li').waitFor();
          expect(page.url()).not.toContain(busy.slice(3));
          expect(await sideways(page)).toBe(0);
          expect(await complaints(page)).toEqual([]);
          await page.screenshot({ path: join(SHOTS, `number-${locale}-${screen}.png`), fullPage: true });
          await page.close();
        }
      }
    });

    it('opens a called number and who called it only for a purpose', async () => {
      const page = await open('desktop', 'zh-CN', { storageState: reviewer });
      await openNumber(page, busy);
      const contacts = page.locator('section[aria-labelledby=number-contacts]');
      await contacts.getByRole('button', { name: '查看号码' }).first().click();
      const dialog = page.locator('.ant-modal');
      await dialog.getByText('研判').click();
      await dialog.locator('.ant-btn-primary').click();
      await contacts
        .locator('td code')
        .filter({ hasText: /^\+?\d{7,}$/ })
        .first()
        .waitFor();
      await contacts.getByText('呼叫它的', { exact: true }).click();
      await contacts.getByText('配合公安机关').click();
      await contacts.locator('button[type=submit]').click();
      await contacts
        .getByText(/所列的/)
        .first()
        .waitFor();
      expect(await complaints(page)).toEqual([]);
      const about = (await api(page, 'POST', '/v1/numbers/acts', { number: busy })) as {
        items: { about: string }[];
      };
      // A reviewer does not inspect who looked at whom.
      expect(about.items.map((act) => act.about)).toEqual(['decision']);
    });

    /** Fills the drawer that registers a line. */
    async function fillLine(page: Page): Promise<void> {
      const drawer = page.locator('.ant-drawer');
      await drawer.locator('#id').fill('bank-400');
      await drawer.locator('#owner').fill('某银行信用卡中心');
      await drawer.locator('#kind').click();
      await page.getByTitle('400 业务').last().click();
      await drawer.locator('#use').click();
      await page.getByTitle('客户服务').last().click();
      await drawer.locator('#numbers').fill(`${HOTLINE}\n4008101200..4008101299`);
      await drawer.getByRole('button', { name: '加一条中继' }).click();
      await drawer.getByLabel('中继 1').fill('T-400-1');
      await drawer.getByRole('button', { name: '加一个时段' }).click();
      await drawer.locator('#validFrom').fill('2026-01-01');
      await drawer.locator('#document').fill('合同 2026-7');
      await drawer.locator('#reason').fill('新签合同');
    }

    it('registers a line: wrong numbers are named, a second person approves, and its number knows its owner', async () => {
      const page = await open('desktop', 'zh-CN', { storageState: admin });
      await page.goto('/lines');
      await page.getByText('登记簿是空的').waitFor();
      await page.getByRole('button', { name: '登记线路' }).click();
      await fillLine(page);
      const drawer = page.locator('.ant-drawer');
      await drawer.locator('#numbers').fill('12345678901234567890');
      await drawer.locator('button[type=submit]').click();
      await drawer.locator('.ant-form-item-explain-error').first().waitFor();
      await drawer.locator('#numbers').fill(`${HOTLINE}\n4008101200..4008101299`);
      await shoot(page, 'line-form', 'desktop', 'zh-CN');
      expect(await complaints(page)).toEqual([]);
      await drawer.locator('button[type=submit]').click();
      await page.locator('.ant-notification').getByText('等待另一人批准').waitFor();
      await page.getByText('由您提出，须另一人批准').waitFor();

      const second = await open('desktop', 'zh-CN', { storageState: reviewer });
      await second.goto('/lines');
      await second.getByRole('button', { name: '批准' }).click();
      await second.getByRole('cell', { name: '有效' }).waitFor();
      await openNumber(second, HOTLINE);
      const line = second.locator('section[aria-labelledby=number-line]');
      expect(await line.textContent()).toContain('某银行信用卡中心');
      await line.getByRole('link', { name: 'bank-400' }).click();
      await second.waitForURL(/\/lines\/bank-400/);
      await second.getByRole('heading', { name: '变更历史' }).waitFor();
    });

    it('suspends a line at once and takes it back with a second person', async () => {
      const page = await open('desktop', 'zh-CN', { storageState: admin });
      await page.goto('/lines/bank-400');
      await page.getByRole('button', { name: '暂停' }).click();
      await page.locator('#reason').fill('被投诉');
      await page.locator('.ant-modal-footer .ant-btn-primary').click();
      await page.locator('.ant-notification').getByRole('button', { name: '撤销' }).click();
      await page.locator('.ant-notification').getByText('撤销须另一人批准').waitFor();
      await page.getByText('暂停原因: 被投诉').waitFor();
      const second = await open('desktop', 'zh-CN', { storageState: reviewer });
      await second.goto('/lines?view=changes&state=asked');
      await second.getByRole('button', { name: '批准' }).click();
      await second.goto('/lines?standing=active');
      await second.getByRole('cell', { name: /某银行信用卡中心/ }).waitFor();
    });

    it('finds a line by its number without a trace in the address, and changes it with a second person', async () => {
      const page = await open('desktop', 'zh-CN', { storageState: admin });
      await page.goto('/lines');
      await page.getByLabel('号码（任何写法）').fill('400 810 1250');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: '清除条件' }).waitFor();
      expect(page.url()).not.toContain('1250');
      await page
        .getByRole('cell', { name: /bank-400/ })
        .getByRole('link')
        .press('Enter');
      await page.getByRole('button', { name: '变更登记' }).click();
      await page.locator('.ant-drawer #validUntil').fill('2027-12-31');
      await page.locator('.ant-drawer #reason').fill('续签');
      await page.locator('.ant-drawer button[type=submit]').click();
      await page.locator('.ant-notification').getByText('等待另一人批准').waitFor();
      const second = await open('desktop', 'zh-CN', { storageState: reviewer });
      await second.goto('/lines/bank-400');
      await second.getByRole('button', { name: '批准' }).click();
      await second.getByText('2026-01-01 – 2027-12-31').waitFor();
    });

    it('imports lines from CSV and says of every row why it cannot be used', async () => {
      const page = await open('desktop', 'zh-CN', { storageState: admin });
      await page.goto('/lines');
      await page.getByRole('button', { name: '导入' }).click();
      const rows = [
        'id,kind,owner,use,numbers,routes,hours,valid_from,document',
        'courier-95,95,某快递,courier,95338,T-95|T-96@C1,1-6 08:00-20:00,2026-01-01,合同 1',
        'wrong-use,400,某公司,no-such-use,4008105555,,,2026-01-01,合同 2',
        'wrong-number,400,某公司,marketing,13800138000,,,2026-01-01,合同 3',
      ];
      await page.locator('#csv').fill(rows.join('\n'));
      await page.locator('.ant-drawer #reason').fill('批量登记');
      await page.getByRole('button', { name: '预览' }).click();
      await page.getByRole('cell', { name: 'wrong-use' }).waitFor();
      await page.getByRole('cell', { name: 'wrong-number' }).waitFor();
      await shoot(page, 'line-import', 'desktop', 'zh-CN');
      expect(await complaints(page)).toEqual([]);
      await page.getByRole('button', { name: '提出导入' }).click();
      await page.locator('.ant-notification').getByText('等待另一人批准').waitFor();
      const second = await open('desktop', 'zh-CN', { storageState: reviewer });
      await second.goto('/lines');
      await second.getByRole('button', { name: '批准' }).click();
      await second.getByRole('cell', { name: /某快递/ }).waitFor();
    });

    it('declares a kind complete, and shows all of it in both languages on desktop and phone', async () => {
      const page = await open('desktop', 'zh-CN', { storageState: admin });
      await page.goto('/lines?view=completeTitle');
      await page
        .getByRole('row', { name: /95 客服/ })
        .getByRole('button')
        .click();
      await page.locator('#reason').fill('已逐户核对');
      await page.locator('.ant-modal-footer .ant-btn-primary').click();
      await page.locator('.ant-notification').getByText('等待另一人批准').waitFor();
      const places = {
        lines: '/lines',
        line: '/lines/bank-400',
        changes: '/lines?view=changes',
        complete: '/lines?view=completeTitle',
      };
      for (const locale of LOCALES) {
        for (const screen of ['desktop', 'phone'] as const) {
          const seen = await open(screen, locale, {
            storageState: reviewer,
            colorScheme: locale === 'en' ? 'dark' : 'light',
          });
          for (const [name, path] of Object.entries(places)) {
            await seen.goto(path);
            await settled(seen);
            await seen.locator('.fz-table, .fz-cards').first().waitFor();
            expect(await sideways(seen), `${name} ${locale} ${screen}`).toBe(0);
            expect(await complaints(seen), `${name} ${locale} ${screen}`).toEqual([]);
            await seen.screenshot({ path: join(SHOTS, `${name}-${locale}-${screen}.png`), fullPage: true });
          }
          await seen.close();
        }
      }
    });

    it('meets no fault in any page, and asks no stranger', () => expect(faults).toEqual([]));
  },
);
