import { fileURLToPath } from 'node:url';
import type { CallAttempt } from '@fanzha/contract';
import { openNumbering } from '@fanzha/vocabulary';
import { openPack } from '../../platform/index.ts';
import { newCall } from '../call.fixture.ts';
import { createNumberReader } from '../call-number.model.ts';
import { createIdentityReader } from './identity.service.ts';
import type { IdentityFinding } from './identity-check.model.ts';
import { type Issued, identityOf, issue, providerList } from './stir.fixture.ts';

export const numbering = openNumbering(
  openPack(fileURLToPath(new URL('../../../../../packs/cn', import.meta.url))),
);
export const numbers = createNumberReader(numbering);
export const root = issue({ name: 'Root', ca: true });
export const middle = issue({ name: 'Intermediate', ca: true, by: root });
export const signer = issue({ name: 'Carrier', by: middle, authority: providerList('709J') });
export const URL_A = 'https://certificates.example/a.pem';
export const CALLER = '12155551212';
export const CALLEE = '8613900001111';
const AT = '2026-11-23T10:00:00Z';
export const NOW = Date.parse(AT) / 1000;

export const setting = {
  source: 'test',
  freshnessSeconds: 60,
  freshnessSource: 'test',
  certificateUrls: { schemes: ['https'] as ('https' | 'http')[], ports: [443, 8443], source: 'test' },
  trustAnchors: [root.pem],
  certificates: [],
};
const read = createIdentityReader(setting);
export const chain = (certificate: Issued) => certificate.pem + middle.pem;
export const HEADER = { alg: 'ES256', ppt: 'shaken', typ: 'passport', x5u: URL_A };
export const PAYLOAD = {
  attest: 'A',
  dest: { tn: [CALLEE] },
  iat: NOW,
  orig: { tn: CALLER },
  origid: '123e4567-e89b-12d3-a456-426655440000',
};

/** A call that carries identities, with the signer's certificates. */
export function call(identity: string | string[], partial: Partial<CallAttempt> = {}): CallAttempt {
  const certificates = [{ url: URL_A, pem: chain(signer) }];
  return newCall({ from: `+${CALLER}`, to: `+${CALLEE}`, at: AT, identity, certificates, ...partial });
}
export const find = (attempt: CallAttempt): IdentityFinding => read(attempt, numbers(attempt));
export const shaken = (payload: object = {}, header: object = {}) =>
  identityOf({
    key: signer.key,
    header: { ...HEADER, ...header },
    payload: { ...PAYLOAD, ...payload },
    url: URL_A,
    ppt: 'shaken',
  });
