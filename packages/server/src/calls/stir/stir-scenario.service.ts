import { createPublicKey, verify, X509Certificate } from 'node:crypto';
import type { CallAttempt } from '@fanzha/contract';
import type { Numbering } from '@fanzha/vocabulary';
import type { Clock } from '../../platform/index.ts';
import { createNumberReader } from '../call-number.model.ts';
import { type IssuedCertificate, issueCertificate } from './certificate-issue.model.ts';
import { providerAuthority } from './der-writing.model.ts';
import { createIdentityReader, type IdentityReader } from './identity.service.ts';
import type { IdentityFinding } from './identity-check.model.ts';
import {
  goesOn,
  identityByName,
  readScenario,
  type StirScenario,
  writeIdentity,
} from './stir-scenario.model.ts';

/** A file of a folder of STIR cases. */
export interface ScenarioFile {
  /** Path inside the folder, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** How one case came out. */
export interface ScenarioOutcome {
  readonly name: string;
  readonly expected: string;
  readonly actual: string;
  readonly passed: boolean;
}

const DAY_MS = 86_400_000;
const CALLER = '12155551212';
const CALLEE = '8613900001111';

/**
 * Judges STIR cases: SIPp scenarios (`*.xml`, their certificates made here as their names say) and the reference token
 * of libstirshaken (`passport.txt` beside `sp.pem`, `wrongsp.pem`, and `ca/ca.pem`). Certificates may be offered over
 * http and at any port, as the scenarios do; all else is as strict as ever.
 */
export function judgeScenarios(
  files: readonly ScenarioFile[],
  { numbering, clock }: { readonly numbering: Numbering; readonly clock: Clock },
): ScenarioOutcome[] {
  const bench = createBench(numbering, clock);
  const scenarios = files
    .filter(({ path }) => path.endsWith('.xml'))
    .map((file) => judge(file, bench))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return [...scenarios, ...judgeReference(files, numbering)];
}

type Bench = ReturnType<typeof createBench>;

/** Certificates as the scenarios name them, and a verifier that trusts one of the two roots. */
function createBench(numbering: Numbering, clock: Clock) {
  const now = clock.now();
  const lasting = { from: now - DAY_MS, until: now + DAY_MS };
  const root = issueCertificate({ name: 'Root', ca: true, ...lasting });
  const stranger = issueCertificate({ name: 'Stranger', ca: true, ...lasting });
  const signer = (by: IssuedCertificate, from = lasting.from) =>
    issueCertificate({
      name: 'Signer',
      by,
      from,
      until: lasting.until,
      authority: providerAuthority(['709J']),
    });
  const good = signer(root);
  const future = signer(root, now + DAY_MS / 2);
  const untrusted = signer(stranger);
  const pems: Readonly<Record<string, string | undefined>> = {
    'cert.pem': good.pem,
    'copyofcert.pem': good.pem,
    'future.pem': future.pem,
    'untrusted.pem': untrusted.pem,
    'garbage.pem': 'garbage',
    'empty.pem': '',
  };
  const keys: Readonly<Record<string, IssuedCertificate | undefined>> = {
    'future.pem': future,
    'untrusted.pem': untrusted,
  };
  return {
    now,
    numbers: createNumberReader(numbering),
    read: lenientReader([root.pem]),
    pemOf: (url: string) => pems[url.slice(url.lastIndexOf('/') + 1)],
    keyOf: (url: string) => (keys[url.slice(url.lastIndexOf('/') + 1)] ?? good).key,
  };
}

function lenientReader(trustAnchors: string[]): IdentityReader {
  return createIdentityReader({
    source: 'STIR cases',
    freshnessSeconds: 60,
    freshnessSource: 'RFC 8224',
    certificateUrls: { schemes: ['https', 'http'], ports: [], source: 'STIR cases' },
    trustAnchors,
    certificates: [],
  });
}

function judge({ path, text }: ScenarioFile, bench: Bench): ScenarioOutcome {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const scenario = readScenario(name, text);
  const identity = scenario && identityFor(scenario, bench);
  if (scenario === undefined || identity === undefined) {
    return { name, expected: 'a case that is understood', actual: 'not understood', passed: false };
  }
  const url = /info=<([^>]*)>/.exec(identity)?.[1] ?? '';
  const pem = bench.pemOf(url);
  const call = callWith(identity, bench.now, pem === undefined ? [] : [{ url, pem }]);
  const finding = bench.read(call, bench.numbers(call));
  const isValid = /^\d+-valid-/.test(name);
  const expected = goesOn(scenario) ? (isValid ? 'valid' : 'goes on') : 'refused';
  const passed = isValid
    ? finding.state === 'valid'
    : goesOn(scenario)
      ? finding.state !== 'invalid'
      : finding.state === 'invalid';
  return { name, expected: `${expected} (${scenario.response})`, actual: told(finding), passed };
}

function identityFor(scenario: StirScenario, { now, keyOf }: Bench): string | undefined {
  const { identity } = scenario;
  if (identity.kind === 'literal') return identity.value;
  const parameters = identity.kind === 'made' ? identity.parameters : {};
  const { x5u: url = 'http://certificates.example/cert.pem', attest = 'B', iat } = parameters;
  const draft = {
    url,
    header: { alg: 'ES256', ppt: 'shaken', typ: 'passport', x5u: url },
    claims: {
      attest,
      dest: { tn: [CALLEE] },
      iat: iat === undefined ? Math.floor(now / 1000) : Number(iat),
      orig: { tn: CALLER },
      origid: '123e4567-e89b-42d3-a456-426655440000',
    },
  };
  const key = keyOf(url);
  return identity.kind === 'made' ? writeIdentity(draft, key) : identityByName(scenario.name, draft, key);
}

function callWith(identity: string, at: number, certificates: CallAttempt['certificates'] = []): CallAttempt {
  return {
    kind: 'call.attempt',
    id: 'stir-case',
    at: new Date(at).toISOString(),
    from: `+${CALLER}`,
    to: `+${CALLEE}`,
    ingress: 'interconnect',
    identity,
    certificates,
  };
}

const told = ({ state, fault }: IdentityFinding): string =>
  fault === undefined ? state : `${state}: ${fault}`;

/**
 * The reference token of libstirshaken: its signature holds under the right certificate only, and the token is refused
 * all the same, because its claims are texts of JSON instead of JSON (RFC 8225 §5.2.1).
 */
function judgeReference(files: readonly ScenarioFile[], numbering: Numbering): ScenarioOutcome[] {
  const textOf = (end: string) => files.find(({ path }) => `/${path}`.endsWith(end))?.text;
  const passport = textOf('/passport.txt');
  const [pem, wrong, authority] = [textOf('/sp.pem'), textOf('/wrongsp.pem'), textOf('/ca/ca.pem')];
  if (passport === undefined || pem === undefined || wrong === undefined || authority === undefined)
    return [];
  try {
    return judgeToken({ passport, pem, wrong, authority }, numbering);
  } catch (error) {
    return [outcome('passport.txt', 'a token that can be read', (error as Error).message)];
  }
}

interface Reference {
  readonly passport: string;
  readonly pem: string;
  readonly wrong: string;
  readonly authority: string;
}

function judgeToken({ passport, pem, wrong, authority }: Reference, numbering: Numbering): ScenarioOutcome[] {
  const token = /signed is:\s*(\S+)/.exec(passport)?.[1] ?? '';
  const header = /Identity Header.*is:\s*(\S+)/.exec(passport)?.[1] ?? '';
  const url = /info=<([^>]*)>/.exec(header)?.[1] ?? '';
  const issued = new X509Certificate(pem).verify(new X509Certificate(authority).publicKey);
  const [, body = ''] = token.split('.');
  const { iat = 0 } = JSON.parse(Buffer.from(body, 'base64url').toString() || '{}') as { iat?: number };
  const call = callWith(header, iat * 1000, [{ url, pem }]);
  const finding = lenientReader([authority])(call, createNumberReader(numbering)(call));
  return [
    outcome('sp.pem', 'issued by ca.pem', issued ? 'issued by ca.pem' : 'not issued by ca.pem'),
    outcome('passport.txt, token', 'signature holds', signature(token, pem)),
    outcome('passport.txt, header', 'signature holds', signature(header.split(';')[0] ?? '', pem)),
    outcome('passport.txt with wrongsp.pem', 'signature wrong', signature(token, wrong)),
    outcome('passport.txt, claims', 'invalid: claims-malformed', told(finding)),
  ];
}

const outcome = (name: string, expected: string, actual: string): ScenarioOutcome => ({
  name,
  expected,
  actual,
  passed: expected === actual,
});

function signature(token: string, pem: string): string {
  const [header = '', payload = '', signed = ''] = token.split('.');
  const key = createPublicKey(pem);
  const holds = verify(
    'sha256',
    Buffer.from(`${header}.${payload}`),
    { key, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signed, 'base64url'),
  );
  return holds ? 'signature holds' : 'signature wrong';
}
