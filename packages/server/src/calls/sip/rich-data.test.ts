import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { openPack } from '../../platform/index.ts';
import { newCall } from '../call.fixture.ts';
import { numbering } from '../stir/signed-call.fixture.ts';
import { certificateUrl, newSigning } from '../stir/signing.fixture.ts';
import { CallAnswerFile } from './call-answer.model.ts';
import { createRichData } from './rich-data.service.ts';

const pack = openPack(fileURLToPath(new URL('../../../../../packs/cn', import.meta.url)));
const { displayName: setting } = pack.read('call-answers.json', CallAnswerFile);
const parts = {
  ...newSigning(),
  setting,
  language: 'zh-CN' as const,
  issuer: '某运营商',
  icon: undefined,
  certificateUrl,
  numbering,
};
const call = newCall({ from: '+81312345678' });
const LABEL = '境外来电："日本"';

const claims = (identity = '') => {
  const [, payload = ''] = identity.split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
};

it('a label goes out as a jCard with a reason that any handset can read (RFC 9796), and signed (RFC 9795)', () => {
  const [info, identity] = createRichData(parts)(call, LABEL);
  expect(info?.name).toBe('Call-Info');
  const [, data = '', rest] = /^<data:application\/json;base64,([^>]*)>(.*)$/.exec(info?.value ?? '') ?? [];
  expect(rest).toBe(';purpose=jcard;call-reason="反诈提示"');
  expect(JSON.parse(Buffer.from(data, 'base64').toString())).toMatchObject([
    'vcard',
    [
      ['version', {}, 'text', '4.0'],
      ['fn', { language: 'zh-CN' }, 'text', LABEL],
    ],
  ]);
  expect(identity?.name).toBe('Identity');
  expect(identity?.value).toMatch(/;info=<https:\/\/fraud\.example\/.*>;alg=ES256;ppt=rcd$/);
  expect(claims(identity?.value)).toMatchObject({
    orig: { tn: '81312345678' },
    dest: { tn: ['8613900001111'] },
    iss: '某运营商',
    rcd: { nam: LABEL },
    crn: '反诈提示',
  });
});

it('an icon goes with the digest of its content', () => {
  const icon = { url: 'https://op.example/shield.png', digest: 'sha256-abc=' };
  const headers = createRichData({ ...parts, icon })(call, LABEL);
  expect(headers[1]).toEqual({ name: 'Call-Info', value: '<https://op.example/shield.png>;purpose=icon' });
  expect(claims(headers[2]?.value)).toMatchObject({ rcd: { icn: icon.url }, rcdi: { '/icn': icon.digest } });
});

it('nothing is signed for a withheld number or with a certificate that nobody can fetch safely', () => {
  expect(createRichData(parts)(newCall({ from: 'anonymous' }), LABEL)).toHaveLength(1);
  const local = { ...parts, certificateUrl: () => 'http://127.0.0.1/c' };
  expect(createRichData(local)(call, LABEL)).toHaveLength(1);
});
