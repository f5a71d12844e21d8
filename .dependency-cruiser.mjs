// The floors and walls of the house: ARCHITECTURE.md says why, scripts/boundaries.test.ts plants a violation of each.
const S = '^packages/server/src';
const CHANNELS = 'calls|messages|sites|apps|accounts|identity|iot';
const ROOMS = `engine|intel|${CHANNELS}|casework|command|supervision|outreach`;
const FLOORS = ['platform', 'engine', 'intel', CHANNELS, 'casework', 'command', 'supervision|outreach'];
const TEST_CODE = '(\\.(test|fixture)\\.tsx?$|/testing/)';
const notTest = { pathNot: TEST_CODE };

const noWayUp = FLOORS.slice(0, -1).map((floor, index) => ({
  name: `no-way-up-from-${floor === CHANNELS ? 'channels' : floor}`,
  comment: 'Floors know only what is below them. Up goes an event through the outbox.',
  severity: 'error',
  from: { path: `${S}/(${floor})/` },
  to: { path: `${S}/(${FLOORS.slice(index + 1).join('|')})/` },
}));

export default {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'vocabulary-is-ground',
      severity: 'error',
      from: { path: '^packages/vocabulary/' },
      to: { path: '^packages/(?!vocabulary/)' },
    },
    {
      name: 'contract-on-vocabulary-only',
      severity: 'error',
      from: { path: '^packages/contract/' },
      to: { path: '^packages/(?!contract/|vocabulary/)' },
    },
    ...noWayUp,
    {
      name: 'channels-are-leaves',
      comment:
        'A channel meets the others only in the engine’s registries; only app.ts and compose.ts name them together.',
      severity: 'error',
      from: { path: `${S}/(${CHANNELS})/` },
      to: { path: `${S}/(${CHANNELS})/`, pathNot: `${S}/$1/` },
    },
    {
      name: 'top-rooms-are-strangers',
      severity: 'error',
      from: { path: `${S}/(supervision|outreach)/` },
      to: { path: `${S}/(supervision|outreach)/`, pathNot: `${S}/$1/` },
    },
    {
      name: 'only-through-the-face',
      comment: 'Import a room by its index.ts; everything else in it may change without asking.',
      severity: 'error',
      from: { path: `${S}/([^/]+)/`, pathNot: TEST_CODE },
      to: { path: `${S}/(${ROOMS}|platform)/(?!index\\.ts$)`, pathNot: `${S}/$1/` },
    },
    {
      name: 'only-through-the-face-from-the-roof',
      severity: 'error',
      from: { path: `${S}/[^/]+\\.ts$`, pathNot: TEST_CODE },
      to: { path: `${S}/(${ROOMS}|platform)/(?!index\\.ts$)` },
    },
    {
      name: 'nobody-imports-the-roof',
      severity: 'error',
      from: { path: `${S}/(${ROOMS}|platform)/`, pathNot: TEST_CODE },
      to: { path: `${S}/(app|compose|main)\\.ts$|${S}/cli/` },
    },
    {
      name: 'sql-only-in-stores',
      comment: 'SQL has one home per noun: its store.',
      severity: 'error',
      from: {
        path: '^packages/',
        pathNot: `\\.store\\.ts$|/migrations/|${S}/platform/(db|jobs|events|testing)/|${TEST_CODE}`,
      },
      to: { path: '(^|node_modules/)(kysely|pg)(/|$)' },
    },
    {
      name: 'http-only-in-routes',
      severity: 'error',
      from: { path: '^packages/', pathNot: `${S}/platform/http/|${TEST_CODE}` },
      to: { path: '(^|node_modules/)(@fastify/[^/]+|fastify)(/|$)' },
    },
    {
      name: 'models-are-pure',
      comment:
        'A model imports vocabulary, contract, schemas and sibling models; of Node only what computes (hashes, checksums).',
      severity: 'error',
      from: { path: '\\.model\\.ts$' },
      to: {
        pathNot:
          '\\.model\\.ts$|^packages/(vocabulary|contract)/|(^|node_modules/)(typebox|tldts|libphonenumber-js|opencc-js|@marcbachmann/cel-js)(/|$)|^(node:)?(crypto|zlib|buffer)$',
      },
    },
    {
      name: 'routes-ask-services',
      severity: 'error',
      from: { path: '\\.routes\\.ts$' },
      to: { path: '\\.store\\.ts$' },
    },
    {
      name: 'stores-ask-nobody',
      severity: 'error',
      from: { path: '\\.store\\.ts$' },
      to: { path: '\\.(service|routes|jobs)\\.ts$' },
    },
    {
      name: 'console-never-sees-server',
      severity: 'error',
      from: { path: '^packages/console/' },
      to: { path: '^packages/server/' },
    },
    {
      name: 'console-rooms-are-strangers',
      severity: 'error',
      from: { path: '^packages/console/src/([^/]+)/', pathNot: '^packages/console/src/(ui|api|i18n)/' },
      to: { path: '^packages/console/src/[^/]+/', pathNot: '^packages/console/src/($1|ui|api|i18n)/' },
    },
    {
      name: 'ui-knows-no-room',
      severity: 'error',
      from: { path: '^packages/console/src/(ui|api)/' },
      to: { path: '^packages/console/src/[^/]+/', pathNot: '^packages/console/src/(ui|api|i18n)/' },
    },
    {
      name: 'no-test-code-in-production',
      severity: 'error',
      from: { path: '^packages/', ...notTest },
      to: { path: TEST_CODE },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^packages/[^/]+/dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
