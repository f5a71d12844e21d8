import { describe, expect, it } from 'vitest';
import { testClock } from '../../platform/testing/index.ts';
import { numbering } from './signed-call.fixture.ts';
import { judgeScenarios, type ScenarioOutcome } from './stir-scenario.service.ts';

const xml = (identity: string, response: number) => `<scenario>
  <send><![CDATA[
    INVITE sip:b@example.org SIP/2.0
    ${identity}
  ]]></send>
  <recv response="100" optional="true"></recv>
  <recv response="${response}"></recv>
</scenario>`;
const made = (file: string, more = '') =>
  `[identity x5u="http://certificates.example/${file}" attest="B" ${more}]`;

function judged(name: string, identity: string, response: number): ScenarioOutcome {
  const [outcome] = judgeScenarios([{ path: `scenarios/${name}`, text: xml(identity, response) }], {
    numbering,
    clock: testClock(),
  });
  return outcome ?? { name, expected: '', actual: 'nothing', passed: false };
}

describe('a case of the STIR scenarios', () => {
  it.each([
    ['000-valid-identity.xml', made('cert.pem'), 486, 'valid'],
    ['010-identity-garbage.xml', 'Identity: aaa.bbb.ccc', 438, 'invalid: header-malformed'],
    ['018-identity-invalid-alg-param.xml', '[custom_identity]', 438, 'invalid: algorithm-refused'],
    ['100-iat-zero.xml', made('cert.pem', 'iat="0"'), 403, 'invalid: stale'],
    ['201-cert-in-future.xml', made('future.pem'), 438, 'invalid: certificate-not-yet-valid'],
    ['204-cert-by-untrusted-ca.xml', made('untrusted.pem'), 438, 'invalid: certificate-untrusted'],
    ['206-cert-empty.xml', made('empty.pem'), 438, 'invalid: certificate-malformed'],
    ['209-cert-unresponsive-link.xml', made('nobody.pem'), 486, 'unchecked: certificate-missing'],
    ['301-origtn-missing.xml', '[custom_identity]', 403, 'invalid: claims-malformed'],
    ['402-attest-invalid.xml', '[custom_identity]', 438, 'invalid: claims-malformed'],
  ])('is judged as its name says: %s', (name, identity, response, actual) => {
    expect(judged(name, identity, response)).toMatchObject({ actual, passed: true });
  });

  it('that comes out differently than it says, or that nobody understands, fails', () => {
    expect(judged('000-valid-identity.xml', made('untrusted.pem'), 486).passed).toBe(false);
    expect(judged('999-something-new.xml', '[custom_identity]', 438)).toMatchObject({
      actual: 'not understood',
      passed: false,
    });
    expect(judged('204-cert-by-untrusted-ca.xml', made('cert.pem'), 438).passed).toBe(false);
  });
});
