import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { cruise, type IReporterOutput } from 'dependency-cruiser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import configuration from '../.dependency-cruiser.mjs';

// A rule that nobody probes is worth nothing: every rule of the house is broken here once, in a tree of its own.

const S = 'packages/server/src';
const C = 'packages/console/src';

/** `[rule, file that breaks it, what it imports]`; a path is planted too, anything else is a package. */
const PLANTS: readonly (readonly [rule: string, from: string, to: string])[] = [
  ['no-circular', `${S}/engine/a.model.ts`, `${S}/engine/b.model.ts`],
  ['vocabulary-is-ground', 'packages/vocabulary/src/up.ts', 'packages/contract/src/noun.ts'],
  ['contract-on-vocabulary-only', 'packages/contract/src/up.ts', `${S}/engine/index.ts`],
  ['contract-on-vocabulary-only', 'packages/contract/src/up2.ts', `${C}/api/client.ts`],
  ['no-way-up-from-platform', `${S}/platform/http/up.ts`, `${S}/engine/index.ts`],
  ['no-way-up-from-platform', `${S}/platform/http/up2.ts`, `${S}/outreach/index.ts`],
  ['no-way-up-from-engine', `${S}/engine/up.service.ts`, `${S}/intel/index.ts`],
  ['no-way-up-from-engine', `${S}/engine/up2.service.ts`, `${S}/calls/index.ts`],
  ['no-way-up-from-intel', `${S}/intel/up.service.ts`, `${S}/messages/index.ts`],
  ['no-way-up-from-channels', `${S}/calls/up.service.ts`, `${S}/casework/index.ts`],
  ['no-way-up-from-casework', `${S}/casework/up.service.ts`, `${S}/command/index.ts`],
  ['no-way-up-from-command', `${S}/command/up.service.ts`, `${S}/supervision/index.ts`],
  ['channels-are-leaves', `${S}/calls/side.service.ts`, `${S}/messages/index.ts`],
  ['top-rooms-are-strangers', `${S}/supervision/side.service.ts`, `${S}/outreach/index.ts`],
  ['only-through-the-face', `${S}/calls/past.service.ts`, `${S}/engine/inside.service.ts`],
  ['only-through-the-face', `${S}/calls/past2.service.ts`, `${S}/platform/db/inside.ts`],
  ['only-through-the-face-from-the-roof', `${S}/app.ts`, `${S}/calls/inside.service.ts`],
  ['nobody-imports-the-roof', `${S}/calls/roof.service.ts`, `${S}/app.ts`],
  ['nobody-imports-the-roof', `${S}/engine/roof.service.ts`, `${S}/cli/main.ts`],
  ['sql-only-in-stores', `${S}/calls/sql.service.ts`, 'kysely'],
  ['sql-only-in-stores', `${S}/calls/sql.routes.ts`, 'pg'],
  ['http-only-in-routes', `${S}/calls/http.service.ts`, 'fastify'],
  ['models-are-pure', `${S}/calls/disk.model.ts`, 'node:fs'],
  ['models-are-pure', `${S}/calls/verb.model.ts`, `${S}/calls/verb.service.ts`],
  ['routes-ask-services', `${S}/calls/short.routes.ts`, `${S}/calls/short.store.ts`],
  ['stores-ask-nobody', `${S}/calls/asking.store.ts`, `${S}/calls/asked.service.ts`],
  ['console-never-sees-server', `${C}/overview/peek.ts`, `${S}/engine/index.ts`],
  ['console-rooms-are-strangers', `${C}/overview/side.ts`, `${C}/decisions/page.ts`],
  ['ui-knows-no-room', `${C}/ui/up.ts`, `${C}/decisions/page.ts`],
  ['no-test-code-in-production', `${S}/calls/helped.service.ts`, `${S}/calls/helper.fixture.ts`],
  ['no-test-code-in-production', `${S}/calls/helped2.service.ts`, `${S}/platform/testing/index.ts`],
];

let violations: { rule: string; from: string; to: string }[] = [];
const tree = mkdtempSync(join(tmpdir(), 'fanzha-boundaries-'));

function plant(file: string, text: string): void {
  mkdirSync(dirname(join(tree, file)), { recursive: true });
  writeFileSync(join(tree, file), text);
}

function importOf(from: string, to: string): string {
  if (!to.startsWith('packages/')) return to;
  const path = relative(dirname(from), to);
  return path.startsWith('.') ? path : `./${path}`;
}

beforeAll(async () => {
  for (const [, , to] of PLANTS) if (to.startsWith('packages/')) plant(to, 'export {};\n');
  for (const [, from, to] of PLANTS) plant(from, `import '${importOf(from, to)}';\n`);
  // The second half of the circle.
  plant(`${S}/engine/b.model.ts`, "import './a.model.ts';\n");
  plant(
    'tsconfig.json',
    '{"compilerOptions":{"module":"NodeNext","allowImportingTsExtensions":true,"noEmit":true}}',
  );
  symlinkSync(join(import.meta.dirname, '..', 'node_modules'), join(tree, 'node_modules'));
  const { forbidden, options } = configuration;
  const result: IReporterOutput = await cruise(['packages'], {
    ...options,
    baseDir: tree,
    ruleSet: { forbidden },
    validate: true,
  });
  if (typeof result.output === 'string') throw new Error(result.output);
  violations = result.output.summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to }));
}, 60_000);

afterAll(() => rmSync(tree, { recursive: true, force: true }));

describe('the boundary check bites', () => {
  it.each(PLANTS)('%s: %s may not import %s', (rule, from, to) => {
    const caught = violations.filter(
      (found) => found.rule === rule && (found.from === from || found.to === from),
    );
    expect(caught.map((found) => found.to).join(), `${from} → ${to}`).not.toBe('');
  });

  it('has a plant for every rule', () => {
    const rules = configuration.forbidden.map(({ name }) => name);
    const planted = new Set<string>(PLANTS.map(([rule]) => rule));
    expect(rules.filter((rule) => !planted.has(rule))).toEqual([]);
  });
});
