import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

const RULE = 'call.foreign-flood';
const CALLS = 60;
const PATIENCE_MS = 10_000;
/** What the new rule blocks and the live policy only labels: the later calls of one foreign number. */
const callFrom = (index: number) => ({
  kind: 'call.attempt',
  id: `flood-${index}`,
  at: new Date(Date.now() - (CALLS - index) * 1000).toISOString(),
  from: '+855 23 456 789',
  to: `1390000${String(1000 + index)}`,
  ingress: 'international',
  originCountry: 'KH',
});
const CONDITION = 'caller.contry == "KH" && count("caller", "10m") > 20';

/** What comes after the page itself. */
const LATE: Readonly<Record<string, string>> = { rule: '.fz-trial-hits', backtest: '.fz-figures' };

/** Every page of the policy; the draft is a copy of the version that was rolled back. */
const pagesOf = (draft: number): Readonly<Record<string, string>> => ({
  policy: '/policy',
  draft: `/policy/versions/${draft}`,
  'version-difference': '/policy/versions/2?tab=difference',
  'version-shadow': '/policy/versions/2?tab=shadow',
  rule: `/policy/versions/${draft}/rule?id=${RULE}`,
  'rule-new': `/policy/versions/${draft}/rule`,
  'table-new': `/policy/versions/${draft}/table`,
  backtest: '/policy/backtests/1',
});

const primary = (page: Page) => page.locator('.ant-modal-footer .ant-btn-primary');

describe.skipIf(executablePath === undefined)(
  'the life of a rule in the console',
  { timeout: 120_000 },
  () => {
    const data = mkdtempSync(join(tmpdir(), 'fanzha-policy-'));
    chmodSync(data, 0o711);
    let app: RunningApp;
    let browser: Browser;
    let admin: Page;
    let analyst: Page;
    let reviewer: Page;
    const signed = new Map<string, Signed>();
    const faults: string[] = [];
    const open = async (screen: Screen, locale: Locale, options: OpenOptions = {}): Promise<Page> => {
      const page = await openPage(browser, app.address, faults, screen, locale, options);
      page.setDefaultTimeout(PATIENCE_MS);
      return page;
    };
    const decide = (index: number): Promise<unknown> => api(admin, 'POST', '/v1/decisions', callFrom(index));

    beforeAll(async () => {
      mkdirSync(SHOTS, { recursive: true });
      app = await startApp(readConfig({ data, port: '0' }).config, silentLogger);
      browser = await launch();
      admin = await open('desktop', 'zh-CN');
      const token = new URL(app.setupLink ?? '').hash.replace('#token=', '');
      await admin.request.post('/v1/setup', {
        data: { token, name: 'wang', displayName: '王芳', password: PASSWORD },
      });
      for (const [name, displayName, role] of [
        ['li', '李强', 'analyst'],
        ['zhao', '赵敏', 'reviewer'],
      ] as const) {
        await api(admin, 'POST', '/v1/users', { name, displayName, password: PASSWORD, roles: [role] });
      }
      for (let index = 0; index < CALLS; index += 1) await decide(index);
      analyst = await open('desktop', 'zh-CN');
      await signIn(analyst, 'li');
      signed.set('li', await analyst.context().storageState());
      reviewer = await open('desktop', 'en');
      await signIn(reviewer, 'zhao');
    });
    afterAll(async () => {
      await browser?.close();
      await app?.stop();
      rmSync(data, { recursive: true, force: true });
    });

    it('an analyst writes a rule, sees the fault at its character, takes the suggestion, and sees the hits', async () => {
      await analyst.goto('/policy');
      await analyst.getByRole('button', { name: '由现行版本新建草稿' }).click();
      await analyst.fill('#title', '境外号码批量外呼');
      await primary(analyst).click();
      await analyst.waitForURL(/versions\/2$/);
      await analyst.getByRole('button', { name: '新建规则' }).click();
      await analyst.getByLabel('规则编号').fill(RULE);
      await analyst.locator('.cm-content').click();
      await analyst.keyboard.insertText(CONDITION);
      await analyst.locator('.cel-fault-line', { hasText: 'caller.country' }).waitFor();
      expect(await analyst.locator('.cel-fault').textContent()).toBe('caller.contry');
      await shoot(analyst, 'rule-fault', 'desktop', 'zh-CN');
      await analyst.keyboard.press('Alt+Enter');
      await analyst.getByText('✓ 条件无误').waitFor();
      expect(await analyst.locator('.cm-line').textContent()).toBe(CONDITION.replace('contry', 'country'));
      await analyst.locator('.fz-trial-hits', { hasText: `${CALLS - 20} 次命中` }).waitFor();
      await analyst.getByLabel('处置', { exact: true }).click();
      await analyst.locator('.ant-select-item-option', { hasText: '拦截' }).click();
      await analyst.getByText(`${CALLS - 20} 个事件的处置会改变`).waitFor();
      await analyst.getByRole('button', { name: '自己写新理由' }).click();
      await analyst.getByLabel('名称（中文）').fill('境外号码批量外呼');
      await analyst.getByLabel('名称（英文）').fill('Flood of calls from abroad');
      await analyst.getByLabel('给人看的话（中文）').fill('境外号码 10 分钟内呼叫多次');
      await analyst.getByLabel('给人看的话（英文）').fill('many calls within ten minutes from abroad');
      await analyst.getByLabel('负责人').fill('calls');
      await analyst.keyboard.press('Control+s');
      await analyst.waitForURL(/rule\?id=/, { timeout: PATIENCE_MS });
      await analyst.getByRole('status').getByText('已保存').waitFor();
      await shoot(analyst, 'rule-trial', 'desktop', 'zh-CN');
    });

    it('the form is the same rule: what is changed there stands in the text', async () => {
      await analyst.getByText('表单', { exact: true }).click();
      await analyst.getByRole('spinbutton', { name: '值', exact: true }).fill('25');
      await analyst.getByText(`${CALLS - 25} 次命中`).waitFor();
      await shoot(analyst, 'rule-form', 'desktop', 'zh-CN');
      await analyst.getByText('文本（CEL）').click();
      expect(await analyst.locator('.cm-line').textContent()).toContain('> 25');
      await analyst.keyboard.press('Control+s');
      await analyst.getByRole('status').getByText('已保存').waitFor();
    });

    it('what somebody else saves meanwhile is told, and nothing that was written is lost', async () => {
      await analyst.locator('.cm-content').press('Control+End');
      await analyst.keyboard.insertText(' && !event.isNight');
      const seen = (await api(admin, 'GET', '/v1/policy/versions/2')) as { revision: number };
      await api(admin, 'PATCH', '/v1/policy/versions/2', { revision: seen.revision, note: '见工单 17' });
      await analyst.keyboard.press('Control+s');
      await analyst.getByText('此版本已被修改').waitFor();
      await shoot(analyst, 'rule-conflict', 'desktop', 'zh-CN');
      expect(await analyst.locator('.cm-line').textContent()).toContain('!event.isNight');
      await analyst.locator('.cm-content').press('Control+z');
      await analyst.getByRole('button', { name: '保存', exact: true }).waitFor();
    });

    it('writes a decision table by keyboard, and is told of a row that never hits', async () => {
      await analyst.goto('/policy/versions/2/table');
      await analyst.getByLabel('编号').fill('call.kinds');
      await analyst.getByLabel('标题').fill('按号码类型');
      await analyst.getByLabel('负责人').fill('calls');
      await analyst.getByLabel('第 1 行第 1 列').fill('"mobil"');
      await analyst.getByLabel('理由，第 1 行').selectOption({ index: 1 });
      await analyst.getByText('是否想写').first().waitFor();
      await analyst.getByLabel('第 1 行第 1 列').fill('"mobile"');
      await analyst.getByLabel('第 1 行第 1 列').press('Enter');
      const second = analyst.getByRole('row').nth(2).getByRole('textbox').first();
      await second.fill('"mobile"');
      await analyst.getByText('永远轮不到').first().waitFor();
      await second.fill('"fixed"');
      await analyst.getByText('没有错误').waitFor();
      await shoot(analyst, 'table', 'desktop', 'zh-CN');
      await analyst.keyboard.press('Control+s');
      await analyst.waitForURL(/table\?id=call\.kinds/);
      await analyst.goto('/policy/versions/2');
      await analyst.getByRole('button', { name: '移除 call.kinds' }).click();
      await analyst.getByText('已移除 call.kinds').waitFor();
      await analyst.getByText('没有决策表').waitFor();
    });

    it('backtests it, runs it in shadow, and may not approve it', async () => {
      await analyst.getByRole('link', { name: '差异' }).click();
      await analyst.locator('.fz-change', { hasText: RULE }).first().waitFor();
      await analyst.getByRole('button', { name: '回测', exact: true }).click();
      await primary(analyst).click();
      await analyst.waitForURL(/backtests\/\d+/);
      await analyst.locator('.fz-figures').waitFor();
      await analyst.locator('.fz-cell').first().click();
      await analyst.locator('tbody .fz-open').first().waitFor();
      await analyst.goto('/policy/versions/2');
      await analyst.getByRole('button', { name: '投入影子运行' }).click();
      await analyst.getByText('您的角色不能批准策略').waitFor();
      await decide(CALLS);
      await decide(CALLS + 1);
      await analyst.goto('/policy/versions/2?tab=shadow');
      await analyst.locator('.fz-figure', { hasText: '不同' }).getByText('2', { exact: true }).waitFor();
    });

    it('a second person approves and publishes; it decides; it is rolled back', async () => {
      await reviewer.goto('/policy/versions/2');
      await reviewer.getByRole('button', { name: 'Approve urgently' }).click();
      await reviewer.fill('#reason', 'A wave of calls from one number this morning');
      await shoot(reviewer, 'version-approve', 'desktop', 'en');
      await primary(reviewer).click();
      await reviewer.getByRole('button', { name: 'Publish' }).click();
      await primary(reviewer).click();
      await reviewer.getByText('It decides every event.', { exact: true }).waitFor();
      expect(await decide(CALLS + 2)).toMatchObject({ verdict: 'block', policy: { version: '2' } });

      await analyst.goto('/policy');
      await analyst.getByRole('button', { name: '回退' }).click();
      await analyst.fill('#reason', '误拦了一家真实的企业');
      await analyst.locator('.ant-modal-footer .ant-btn-dangerous').click();
      await analyst.waitForURL(/versions\/1$/);
      expect(await decide(CALLS + 3)).toMatchObject({ policy: { version: '1' } });
    });

    const views = LOCALES.flatMap((locale) => [['desktop', locale] as const, ['phone', locale] as const]);
    it.each(views)('every page of the policy on a %s in %s', async (screen, locale) => {
      const page = await open(screen, locale, {
        storageState: signed.get('li') as Signed,
        colorScheme: locale === 'en' ? 'dark' : 'light',
      });
      const wanted = { base: 2, title: 'Copy · 副本' };
      const { number } = (await api(page, 'POST', '/v1/policy/versions', wanted)) as { number: number };
      const found: string[] = [];
      for (const [name, path] of Object.entries(pagesOf(number))) {
        await page.goto(path);
        await settled(page);
        await page.locator(LATE[name] ?? 'h1').waitFor();
        await shoot(page, name, screen, locale);
        const wide = await sideways(page);
        found.push(...(await complaints(page)), ...(wide > 0 ? [`${name} is ${wide} px too wide`] : []));
      }
      expect(found).toEqual([]);
    });

    it('threw nowhere and asked nobody but its own server', () => {
      expect(faults).toEqual([]);
    });
  },
);
