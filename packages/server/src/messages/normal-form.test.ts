import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readForm } from './dataset.model.ts';
import { foldText } from './fold.model.ts';
import { extract } from './message.fixture.ts';
import { readable } from './normal-form.model.ts';

const form = (text: string): string => readable(readForm(text, extract).text);

describe('the normal form of a text', () => {
  const plain = '您的积分可兑换现金请登录‹link›';
  it.each([
    ['as it is', '您的积分可兑换现金，请登录 wap.icbczz.cc'],
    ['segmented research text', '您 的 积分 可 兑换 现金 请 登录 URL'],
    ['placeholder with path letters', '您 的 积分 可 兑换 现金 请 登录 URLdfgt'],
    ['traditional characters', '您的積分可兌換現金，請登錄 wap.icbczz.cc'],
    ['zero-width spaces', '您\u200b的积\u200c分可兑\u200d换现\ufeff金请登录wap.icbczz.cc'],
    ['soft hyphens and variation selectors', '您的\u00ad积分\ufe0f可兑换现金请登录wap.icbczz.cc'],
    ['blanks between characters', '您 的 积 分 可 兑 换 现 金 请 登 录 wap.icbczz.cc'],
    ['punctuation between characters', '您*的.积-分_可|兑~换·现。金，请…登…录 wap.icbczz.cc'],
    ['emoji between characters', '您的积分💰可兑换💰现金请登录👉wap.icbczz.cc'],
    ['full-width host', '您的积分可兑换现金请登录ｗａｐ．ｉｃｂｃｚｚ．ｃｃ'],
    ['dots written as 点', '您的积分可兑换现金请登录wap点icbczz点cc'],
    ['hxxp and brackets', '您的积分可兑换现金请登录hxxp://icbczz[.]cc/a'],
    ['control characters', '您的\u0007积分可\u0000兑换现金请登录wap.icbczz.cc'],
    ['combining marks', '您的积\u0336分\u0336可兑换现金请登录wap.icbczz.cc'],
  ])('is the same for %s', (_name, text) => {
    expect(form(text)).toBe(plain);
  });

  it.each([
    ['full-width digits', '请拨打１３８００１３８０００', '请拨打‹phone›'],
    ['circled digits', '请拨打①③⑧⓪⓪①③⑧⓪⓪⓪', '请拨打‹phone›'],
    ['Han digits', '请拨打一三八零零一三八零零零', '请拨打‹phone›'],
    ['capital Han digits', '请拨打壹叁捌零零壹叁捌零零零', '请拨打‹phone›'],
    ['keycap emoji', '请拨打1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣0️⃣', '请拨打‹phone›'],
    ['letters for digits', '请拨打I38OOI38OOO', '请拨打‹phone›'],
    ['dashed digits', '请拨打1-3-8-0-0-1-3-8-0-0-0', '请拨打‹phone›'],
    ['placeholder', '请 拨打 CELLPHONE', '请拨打‹phone›'],
    ['handle', '加微信：abc_12345 领取', '加微信‹handle›领取'],
    ['handle placeholder', '加 微信 WECHAT 领取', '加微信‹handle›领取'],
    ['amount', '可兑换498元', '可兑换‹number›元'],
    ['amount placeholder', '可 兑换 DIGIT 元', '可兑换‹number›元'],
    ['crosses for digits', '可兑换xxx元', '可兑换‹number›元'],
    ['short figures, which research text lost', '最低3折', '最低折'],
    ['capital letters', 'VIP 用户', 'vip用户'],
  ])('makes a class of %s', (_name, text, expected) => {
    expect(form(text)).toBe(expected);
  });

  it.each([
    ['Cyrillic letters in a Latin word', 'your раypаl account', 'your paypal account'],
    ['Greek letters in a Latin word', 'free αccοunt', 'free account'],
    ['mathematical letters', '𝐖𝐢𝐧 a 𝓅𝓇𝒾𝓏𝑒', 'win a prize'],
    ['negative squared letters', '🅆🅸🅝 now', 'win now'],
    ['zero-width in a word', 'pri\u200bze', 'prize'],
    ['money', 'won £2000 today', 'won ‹money› today'],
    ['short code', 'text WIN to 87121', 'text win to ‹shortNumber›'],
    ['repeated marks', 'WIN!!! NOW', 'win ! now'],
  ])('reads through %s', (_name, text, expected) => {
    expect(form(text)).toBe(expected);
  });

  it('leaves Russian and Greek words alone: folding them would wreck honest texts', () => {
    expect(foldText('Привет, ваш заказ готов')).toBe('Привет, ваш заказ готов');
    expect(foldText('Καλημέρα σας')).toBe('Καλημέρα σας');
    expect(readForm('Привет', extract).script).toBe('other');
  });

  it('never throws, is bounded and is quick on whatever comes in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        expect(readForm(text, extract).text.length).toBeLessThanOrEqual(60_000);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['a run of letters', 'a'.repeat(20_000)],
    ['labels and dots', 'a.'.repeat(10_000)],
    ['digits', '1 '.repeat(10_000)],
    ['digits with dashes', '1-'.repeat(10_000)],
    ['contact words', '加微信：'.repeat(5000)],
    ['expanding characters', '\ufdfa'.repeat(20_000)],
    ['schemes', 'http://'.repeat(2800)],
    ['at signs', 'a@'.repeat(10_000)],
    ['code words', '验证码'.repeat(6600)],
    ['brackets', '【'.repeat(20_000)],
    ['currency signs', '£1,'.repeat(6600)],
    ['blanks', ' x'.repeat(10_000)],
    ['digits without an end', '1'.repeat(20_000)],
    ['figures without an end', `a ${'1.'.repeat(9999)}`],
  ])('takes linear time on 100,000 characters of %s', (_name, text) => {
    const started = performance.now();
    readForm(text.repeat(5), extract);
    expect(performance.now() - started).toBeLessThan(500);
  });
});
