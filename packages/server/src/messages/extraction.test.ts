import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldText } from './fold.model.ts';
import { extract } from './message.fixture.ts';

/** What a text offers, one word each: link:host+path (~ when disguised), phone:, service:id, mail:, sign:, code:, tail:. */
function found(text: string): string {
  const { links, phones, handles, emails, signature, code, cardTail } = extract(foldText(text));
  return [
    ...links.map(({ host, path, disguised }) => `link:${host}${path}${disguised ? '~' : ''}`),
    ...phones.map(({ digits }) => `phone:${digits}`),
    ...handles.map(({ service, id }) => `${service}:${id}`),
    ...emails.map((email) => `mail:${email.text}`),
    ...(signature === undefined ? [] : [`sign:${signature}`]),
    ...(code === undefined ? [] : [`code:${code}`]),
    ...(cardTail === undefined ? [] : [`tail:${cardTail}`]),
  ].join(' ');
}

describe('links', () => {
  it.each([
    ['请登录wap.icbczz.cc查询', 'link:wap.icbczz.cc'],
    ['请登录WAP.ICBCZZ.CC查询', 'link:wap.icbczz.cc'],
    ['点击http://a.example.com/x?y=1#z领取', 'link:a.example.com/x?y=1#z'],
    ['点击https://a.example.com:8443/x领取', 'link:a.example.com:8443/x'],
    ['点击t.cn/Abc123领取', 'link:t.cn/Abc123'],
    ['退订dwz.cn/aB1。谢谢', 'link:dwz.cn/aB1'],
    ['see https://bit.ly/3xYz, now', 'link:bit.ly/3xYz'],
    ['(https://example.com/a)', 'link:example.com/a'],
    ['hxxp://ccb-bank[.]cn/a', 'link:ccb-bank.cn/a~'],
    ['hxxps://ccb-bank.cn', 'link:ccb-bank.cn~'],
    ['ccb-bank(.)cn', 'link:ccb-bank.cn~'],
    ['ccb-bank{dot}com', 'link:ccb-bank.com~'],
    ['ccb-bank dot com', 'link:ccb-bank.com~'],
    ['访问icbc点com点cn兑换', 'link:icbc.com.cn~'],
    ['访问www点icbcaa点com', 'link:www.icbcaa.com~'],
    ['工行www。icbcaa。com登录', 'link:www.icbcaa.com~'],
    ['登录 icbcaa .com 领取', 'link:icbcaa.com~'],
    ['ｗｗｗ．ａｂｃ．ｃｏｍ', 'link:www.abc.com'],
    ['w\u200bww.a\u200bbc.com', 'link:www.abc.com'],
    ['visit раypаl.com/login', 'link:paypal.com/login'],
    ['http:/95.141.32.7:81/default.aspx', 'link:95.141.32.7:81/default.aspx'],
    ['http://10.0.0.1', 'link:10.0.0.1'],
    ['103.208.86.12/claim', 'link:103.208.86.12/claim'],
    ['see www.dbuk.net LCCLTD', 'link:www.dbuk.net'],
    ['smsg.io/fCVbD', 'link:smsg.io/fCVbD'],
    ['1200cash4study1.com/', 'link:1200cash4study1.com/'],
    ['网址:abc.vip，客服', 'link:abc.vip'],
    ['网址abc.top', 'link:abc.top'],
    ['登录m.abc-def.com.cn和www.x1.net', 'link:m.abc-def.com.cn link:www.x1.net'],
    ['下载abc.com/app.apk安装', 'link:abc.com/app.apk'],
    ['xn--fiq228c.com', 'link:xn--fiq228c.com'],
    ['a.b.c.d.example.co.uk/x', 'link:a.b.c.d.example.co.uk/x'],
  ])('%s', (text, expected) => expect(found(text)).toBe(expected));

  it.each([
    ['time.so i go. ok.do it'],
    ['Hello.How are you'],
    ['ok.thanks'],
    ['over payment.Click the button'],
    ['version 3.14.159 is out'],
    ['下载file.txt'],
    ['价格12.5元'],
    ['8点net见'],
    ['9点to'],
    ['今天3点com'],
    ['e.g. this and i.e. that'],
    ['第3.2节'],
    ['192.168.1.1'],
    ['2026.11.23'],
    ['...........'],
    ['没有了。好的'],
    ['U.S.A.'],
    ['see you at home.in time'],
  ])('are not seen in: %s', (text) => expect(extract(foldText(text)).links).toEqual([]));
});

describe('telephone numbers', () => {
  it.each([
    ['电话13800138000', 'phone:13800138000'],
    ['电话138-0013-8000', 'phone:13800138000'],
    ['电话138 0013 8000', 'phone:13800138000'],
    ['电话1-3-8-0-0-1-3-8-0-0-0', 'phone:13800138000'],
    ['电话1.3.8.0.0.1.3.8.0.0.0', 'phone:13800138000'],
    ['电话138*0013*8000', 'phone:13800138000'],
    ['电话+86 13800138000', 'phone:+8613800138000'],
    ['电话008613800138000', 'phone:008613800138000'],
    ['电话１３８００１３８０００', 'phone:13800138000'],
    ['电话①③⑧⓪⓪①③⑧⓪⓪⓪', 'phone:13800138000'],
    ['电话一三八零零一三八零零零', 'phone:13800138000'],
    ['电话幺三八〇〇幺三八〇〇〇', 'phone:13800138000'],
    ['电话I38OOI38OOO', 'phone:13800138000'],
    ['电话1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣0️⃣', 'phone:13800138000'],
    ['请拨021-61234567', 'phone:02161234567'],
    ['请拨(010)61234567', 'phone:01061234567'],
    ['客服400-810-8888', 'phone:4008108888'],
    ['客服4008108888', 'phone:4008108888'],
    ['客服95588', 'phone:95588'],
    ['致电10086咨询', 'phone:10086'],
    ['请拨打12345', 'phone:12345'],
    ['call 09061701461 now', 'phone:09061701461'],
    ['call 0800 542 0578 now', 'phone:08005420578'],
    ['+971586153091 +971523182746', 'phone:+971586153091 phone:+971523182746'],
    ['customer care 8536074310', 'phone:8536074310'],
    ['+852 6123 4567', 'phone:+85261234567'],
    ['13800138000或13900139000', 'phone:13800138000 phone:13900139000'],
    ['13800138000 13900139000', 'phone:13800138000 phone:13900139000'],
    ['13800138000/13900139000', 'phone:13800138000 phone:13900139000'],
    ['call (212) 555-0187', 'phone:2125550187'],
  ])('%s', (text, expected) => expect(found(text)).toBe(expected));

  it.each([
    ['订单号20261123123456已发货'],
    ['运单号1234567890123'],
    ['2026-11-23 10:30'],
    ['20261123'],
    ['转账10000000元'],
    ['余额1234567.89元'],
    ['£2000000 prize'],
    ['卡号6222021234567890123'],
    ['共1234567人'],
    ['面积1234567平'],
    ['account 12345678'],
    ['10086个'],
    ['Ref no 8812345678'],
    ['3.1415926535'],
  ])('are not seen in: %s', (text) => expect(extract(foldText(text)).phones).toEqual([]));
});

describe('contact handles', () => {
  it.each([
    ['加微信abc_12345', 'wechat:abc_12345'],
    ['加微信：abc12345', 'wechat:abc12345'],
    ['微 信 号abc12345'.replaceAll(' ', ''), 'wechat:abc12345'],
    ['加V：abc12345', 'wechat:abc12345'],
    ['加v abc12345', 'wechat:abc12345'],
    ['+V abc12345', 'wechat:abc12345'],
    ['➕薇 abc12345', 'wechat:abc12345'],
    ['加薇：lili_520', 'wechat:lili_520'],
    ['加威13800138000', 'wechat:13800138000'],
    ['薇❤️：lili_520', 'wechat:lili_520'],
    ['卫星：abcd1234', 'wechat:abcd1234'],
    ['威信abcd1234', 'wechat:abcd1234'],
    ['vx:abcd1234', 'wechat:abcd1234'],
    ['VX13800138000', 'wechat:13800138000'],
    ['WeChat: abcd1234', 'wechat:abcd1234'],
    ['微信同号13800138000', 'wechat:13800138000'],
    ['微信（abcd1234）', 'wechat:abcd1234'],
    ['加QQ12345678', 'qq:12345678'],
    ['QQ群：87654321', 'qq:87654321'],
    ['扣扣1234567', 'qq:1234567'],
    ['企鹅号 1234567', 'qq:1234567'],
    ['企鹅：1234567', 'qq:1234567'],
    ['Q群 1234 5678', 'qq:12345678'],
    ['加Q：１２３４５６７８', 'qq:12345678'],
    ['飞机@abcd_1', 'telegram:abcd_1'],
    ['纸飞机：scam888', 'telegram:scam888'],
    ['TG: scam888', 'telegram:scam888'],
    ['电报群 @scam_888', 'telegram:scam_888'],
    ['Telegram @scam_888', 'telegram:scam_888'],
    ['WhatsApp +85261234567', 'whatsapp:85261234567'],
    ['whatsapp: 85261234567', 'whatsapp:85261234567'],
    ['蝙蝠：bat_12345', 'bat:bat_12345'],
  ])('%s', (text, expected) => expect(found(text)).toBe(expected));

  it.each([
    ['the line manager is here'],
    ['signal strength is low'],
    ['我在微信上等你'],
    ['飞机晚点两小时'],
    ['卫星发射成功'],
    ['企鹅很可爱'],
    ['微信支付成功12.50元'],
    ['QQ音乐会员'],
    ['VIP 用户'],
    ['TV 12345678'],
  ])('are not seen in: %s', (text) => expect(extract(foldText(text)).handles).toEqual([]));
});

describe('signatures, codes and cards', () => {
  it.each([
    ['【招商银行】您的验证码123456，请勿泄露', 'sign:招商银行 code:123456'],
    ['您的验证码是 1234【某某科技】', 'sign:某某科技 code:1234'],
    ['验证码：8812', 'code:8812'],
    ['123456（动态验证码），10分钟内有效', 'code:123456'],
    ['校验码 671204，请勿转发', 'code:671204'],
    ['动态密码为 118204', 'code:118204'],
    ['G-482910 is your Google verification code', 'code:482910'],
    ['Your code is 482 910', 'code:482910'],
    ['Your OTP is 661204', 'code:661204'],
    ['123456 is your verification code', 'code:123456'],
    ['Use code 5521 to sign in', 'code:5521'],
    ['您尾号1234的储蓄卡支出500.00元', 'tail:1234'],
    ['您尾号为7781的账户', 'tail:7781'],
    ['尾号（4432）的卡', 'tail:4432'],
    ['card ending in 2231', 'tail:2231'],
    ['card ending 9087', 'tail:9087'],
    ['账户****4410收入', 'tail:4410'],
    ['[HSBC] hello', 'sign:HSBC'],
    ['write to claims@example.com', 'mail:claims@example.com'],
    ['今天开会', ''],
    ['请看【附件】后回复我', ''],
  ])('%s', (text, expected) => expect(found(text)).toBe(expected));

  it('never throw, and spans always lie in the text', () => {
    const parts = [
      '加微信',
      'www',
      '.',
      '点',
      '。',
      'com',
      '138',
      '-',
      ' ',
      '【',
      '】',
      '验证码',
      'http://',
      '@',
      'é',
      '😀',
      '/',
    ];
    const text = fc.array(fc.oneof(fc.constantFrom(...parts), fc.string({ maxLength: 5 })), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(text, (pieces) => {
        const folded = foldText(pieces.join(''));
        const { links, phones, handles, emails } = extract(folded);
        for (const { start, end } of [...links, ...phones, ...handles, ...emails]) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(folded.length);
        }
      }),
      { numRuns: 500 },
    );
  });
});
