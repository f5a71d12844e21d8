import type { tryTexts } from './texts.ts';

export const TRY_KINDS = ['sms', 'call', 'json'] as const;
export type TryKind = (typeof TRY_KINDS)[number];
export type TryForm = Readonly<Record<string, string | boolean | undefined>>;

interface Example {
  readonly title: keyof (typeof tryTexts)['en'] & `example.${string}`;
  readonly form: TryForm;
}

/** Made-up messages and calls; numbers are of no real subscriber's conduct. */
export const EXAMPLES: Readonly<Record<Exclude<TryKind, 'json'>, readonly Example[]>> = {
  sms: [
    {
      title: 'example.parcel',
      form: {
        sender: '17012345678',
        to: '13900001234',
        channel: 'p2p',
        text: '【快递理赔】您的包裹丢失，请加客服微信 kf88661 办理三倍退款',
      },
    },
    {
      title: 'example.bank',
      form: {
        sender: '95588',
        to: '13900001234',
        channel: 'international',
        text: '【工商银行】您的手机银行将于今日失效，请登录 http://icbc-vip.top 更新资料，逾期冻结',
      },
    },
    {
      title: 'example.code',
      form: {
        sender: '1069012345678',
        to: '13900001234',
        channel: 'cmpp',
        text: '【某某银行】您的验证码是 482913，5 分钟内有效。请勿告诉他人。',
      },
    },
    {
      title: 'example.courier',
      form: {
        sender: '1069098765432',
        to: '13900001234',
        channel: 'smpp',
        text: '【菜鸟驿站】您的包裹已到小区南门店，请凭取件码 3-2-6018 在 21:00 前领取。',
      },
    },
  ],
  call: [
    {
      title: 'example.landline',
      form: { from: '+862161234567', to: '13900001234', ingress: 'international', originCountry: 'KH' },
    },
    { title: 'example.service', form: { from: '+8621110086', to: '13900001234', ingress: 'international' } },
    {
      title: 'example.roaming',
      form: {
        from: '+8613812345678',
        to: '13900001234',
        ingress: 'international',
        originCountry: 'JP',
        roaming: true,
      },
    },
    {
      title: 'example.foreign',
      form: { from: '+81 90 1234 5678', to: '13900001234', ingress: 'international', originCountry: 'JP' },
    },
    { title: 'example.local', form: { from: '138 1234 5678', to: '13900001234', ingress: 'access' } },
  ],
};

export const FIRST_FORM: Readonly<Record<Exclude<TryKind, 'json'>, TryForm>> = {
  sms: { sender: '', to: '13900001234', channel: 'p2p', text: '' },
  call: { from: '', to: '13900001234', ingress: 'international' },
};

const KINDS = { sms: 'sms.submit', call: 'call.attempt' } as const;

/** The event that a form describes: fields left empty are left out, a withheld caller or sender stays. */
export function eventOf(kind: Exclude<TryKind, 'json'>, form: TryForm): Record<string, unknown> {
  const kept = Object.entries(form).filter(
    ([name, value]) =>
      (value !== '' && value !== undefined && value !== false) || name === 'from' || name === 'sender',
  );
  return { kind: KINDS[kind], ...Object.fromEntries(kept) };
}
