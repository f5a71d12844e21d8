import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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

const MODELS = fileURLToPath(new URL('../packs/cn/models/', import.meta.url));
const CHALLENGER = 'trial-1';

/** A foreign caller that rings many people, and messages that lure. */
function events(): readonly Record<string, unknown>[] {
  const now = Date.now();
  const at = (index: number): string => new Date(now - (60 - index) * 1000).toISOString();
  const calls = Array.from({ length: 40 }, (_, index) => ({
    kind: 'call.attempt',
    id: `call-${index}`,
    at: at(index),
    from: '+855 23 456 789',
    to: `1390000${String(1000 + index)}`,
    ingress: 'international',
    originCountry: 'KH',
  }));
  const messages = Array.from({ length: 6 }, (_, index) => ({
    kind: 'sms.submit',
    id: `sms-${index}`,
    at: at(index),
    sender: '17012345678',
    to: `1390000${String(1000 + index)}`,
    channel: 'p2p',
    text: `【快递理赔】您的包裹丢失，请加客服微信 kf8866${index} 办理三倍退款，或登录 http://icbc-vip.top`,
  }));
  return [...calls, ...messages];
}

/** Puts a copy of the pack's model into the data folder, as somebody would who trained another one. */
function offerChallenger(data: string): void {
  const card = JSON.parse(readFileSync(join(MODELS, 'messages-han.json'), 'utf8')) as object;
  mkdirSync(join(data, 'models'), { recursive: true });
  writeFileSync(join(data, 'models', 'trial.json'), JSON.stringify({ ...card, version: CHALLENGER }));
  writeFileSync(join(data, 'models', 'trial.bin'), readFileSync(join(MODELS, 'messages-han.bin')));
}

describe.skipIf(executablePath === undefined)('work in the console', { timeout: 120_000 }, () => {
  const data = mkdtempSync(join(tmpdir(), 'fanzha-work-'));
  chmodSync(data, 0o711);
  let app: RunningApp;
  let browser: Browser;
  let admin: Signed;
  let reviewer: Signed;
  const faults: string[] = [];
  const open = (screen: Screen, locale: Locale, options: OpenOptions = {}): Promise<Page> =>
    openPage(browser, app.address, faults, screen, locale, options);

  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true });
    offerChallenger(data);
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
    const person = { name: 'zhou', displayName: '周敏', password: PASSWORD, roles: ['reviewer', 'analyst'] };
    await api(page, 'POST', '/v1/users', person);
    for (const event of events()) await api(page, 'POST', '/v1/decisions', event);
    const second = await open('desktop', 'zh-CN');
    await signIn(second, 'zhou');
    reviewer = await second.context().storageState();
  });
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
    rmSync(data, { recursive: true, force: true });
  });

  it('confirms an outcome with one key, takes it back, and lists it', async () => {
    const page = await open('desktop', 'zh-CN', { storageState: reviewer });
    await page.goto('/decisions?kind=sms.submit');
    await page.locator('.fz-open').first().press('Enter');
    const panel = page.locator('section[aria-labelledby=decision-label]');
    await panel.waitFor();
    await page.keyboard.press('f');
    await panel.getByRole('status').filter({ hasText: '确认诈骗' }).waitFor();
    await page.locator('.ant-notification').getByRole('button', { name: '撤销' }).click();
    await panel.getByRole('status').waitFor({ state: 'detached' });
    await page.keyboard.press('g');
    await panel.getByRole('status').filter({ hasText: '确认正常' }).waitFor();
    await page.keyboard.press('f');
    await panel.getByRole('status').filter({ hasText: '确认诈骗' }).waitFor();
    await shoot(page, 'decision-label', 'desktop', 'zh-CN');
    expect(await complaints(page)).toEqual([]);
    await page.goto('/labels');
    await page.getByRole('cell', { name: '确认诈骗' }).waitFor();
  });

  it('lets two people change a list that blocks, and refuses what must never be blocked', async () => {
    const page = await open('desktop', 'zh-CN', { storageState: admin });
    await page.goto('/lists');
    await page.getByRole('button', { name: '新建名单' }).click();
    await page.fill('#id', 'reported');
    await page.fill('#zh', '举报号码');
    await page.fill('#en', 'Reported numbers');
    await page.locator('.ant-modal').getByText('规则据此拦截').click();
    await page.fill('#source', '受害人举报');
    await page.locator('.ant-modal-footer .ant-btn-primary').click();
    await page.waitForURL(/\/lists\/reported/);
    await page.getByRole('button', { name: '加入条目' }).click();
    await page.fill('#lines', '170 1234 5678\n+8617012345678\n95588\nno number');
    await page.fill('.ant-drawer #source', '受害人举报');
    await page.fill('.ant-drawer #reason', '冒充客服');
    await page.getByRole('button', { name: '预览' }).click();
    await page.getByText('误拦它们的后果比漏拦更重').waitFor();
    await shoot(page, 'list-preview', 'desktop', 'zh-CN');
    await page.getByRole('button', { name: '提出变更' }).click();
    await page.getByText('等待另一人批准').first().waitFor();

    const second = await open('desktop', 'zh-CN', { storageState: reviewer });
    await second.goto('/lists');
    await second.getByRole('button', { name: '批准' }).click();
    await second.getByRole('button', { name: '批准' }).waitFor({ state: 'detached' });
    await second.goto('/lists/reported');
    await second.getByRole('cell', { name: /170 1234 5678/ }).waitFor();
    expect(await second.getByRole('cell', { name: '95588' }).count()).toBe(0);
  });

  it('asks for a snooze on the page of a caller, and a second person approves it', async () => {
    const page = await open('desktop', 'zh-CN', { storageState: admin });
    await page.goto('/decisions?kind=call.attempt');
    await page.locator('a.fz-chip').first().click();
    await page.waitForURL(/\/subject$/);
    await page.getByText('当前计数').waitFor();
    await settled(page);
    await page.getByRole('button', { name: '暂停一条规则' }).click();
    await page.locator('.ant-modal .ant-select').first().click();
    await page.keyboard.type('many-from-abroad');
    await page.keyboard.press('Enter');
    await page.locator('.ant-modal textarea').fill('已核实为使馆来电');
    await page.locator('.ant-modal-footer .ant-btn-primary').click();
    await page.locator('section[aria-labelledby=subject-snoozes] .fz-tag').first().waitFor();
    await shoot(page, 'subject', 'desktop', 'zh-CN');

    const second = await open('desktop', 'zh-CN', { storageState: reviewer });
    await second.goto('/snoozes');
    await second.getByRole('button', { name: '批准' }).click();
    await second.getByRole('cell', { name: '生效中' }).waitFor();
  });

  it('asks for a purpose before a person is looked at', async () => {
    const page = await open('desktop', 'zh-CN', { storageState: reviewer });
    await page.goto('/subject');
    await page.locator('input[maxlength="200"]').fill('139 0000 1001');
    await page.locator('.ant-select').click();
    await page.getByTitle('被叫', { exact: true }).click();
    await page.getByRole('button', { name: '查看', exact: true }).click();
    await page.getByText('这可能是一个人').waitFor();
    expect(await page.getByText('与它有关的决定').count()).toBe(0);
    await page.getByText('研判').click();
    await page.getByRole('button', { name: '记录并查看' }).click();
    await page.getByText('本次查看已记入审计日志').waitFor();
    expect(page.url()).not.toMatch(/139/);
  });

  it('starts a challenger, which only another person puts in force', async () => {
    const page = await open('desktop', 'zh-CN', { storageState: admin });
    await page.goto('/models/messages-han');
    await page.getByRole('button', { name: '启用为挑战者' }).click();
    await page.getByText('由您启用，须另一人批准上线').waitFor();
    const second = await open('desktop', 'zh-CN', { storageState: reviewer });
    await second.goto('/models/messages-han');
    await second.getByRole('button', { name: '批准为现行' }).click();
    await second.locator('.ant-modal-footer .ant-btn-primary').click();
    await second.locator('.ant-modal').waitFor({ state: 'detached' });
    await second.locator('.fz-stats', { hasText: CHALLENGER }).waitFor();
    const later = events().filter(({ kind }) => kind === 'sms.submit');
    for (const event of later)
      await api(page, 'POST', '/v1/decisions', { ...event, id: `${event.id}-later` });
  });

  const PAGES = {
    engine: '/engine',
    lists: '/lists',
    list: '/lists/reported',
    'list-changes': '/lists/reported?view=changes',
    'list-pack': '/lists/banks',
    models: '/models',
    model: '/models/messages-han',
    'rule-health': '/rule-health',
    'rule-alarms': '/rule-health?view=alarms',
    snoozes: '/snoozes',
    labels: '/labels',
    'subject-find': '/subject',
  } as const;

  /** Pages that are seen in every language on every screen; the others in each language and on each screen once. */
  const WIDEST = ['lists'];

  for (const locale of LOCALES) {
    for (const screen of ['desktop', 'phone'] as const) {
      it(`every page of it in ${locale} on a ${screen}`, async () => {
        const page = await open(screen, locale, {
          storageState: admin,
          colorScheme: locale === 'en' ? 'dark' : 'light',
        });
        const found: string[] = [];
        const look = async (name: string): Promise<void> => {
          await settled(page);
          await shoot(page, name, screen, locale);
          if ((await sideways(page)) > 0) found.push(`${name} scrolls sideways`);
          found.push(...(await complaints(page)).map((complaint) => `${name}: ${complaint}`));
        };
        const whole = (locale === 'en') === (screen === 'phone');
        const names = Object.entries(PAGES).filter(([name]) => whole || WIDEST.includes(name));
        for (const [name, path] of names) {
          await page.goto(path);
          await look(name);
        }
        await page.goto('/decisions?kind=call.attempt');
        await page.locator('a.fz-chip').first().click();
        await page.locator('#subject-now').waitFor();
        await look('subject');
        expect(found).toEqual([]);
      });
    }
  }

  it('threw nowhere and asked nobody but its own server', () => {
    expect(faults).toEqual([]);
  });
});
