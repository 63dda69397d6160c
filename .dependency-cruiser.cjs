const PURE = 'libs/(domain|catalogue|pipeline)/';
const ADAPTER = 'libs/(event-log|webhook|kafka|postgres-launcher)/';
const TEST = '([.](int-|e2e-)?spec[.]ts$)|(^test/)';

/** The architecture as rules; each name is the sentence that must stay true. */
module.exports = {
  forbidden: [
    {
      name: 'domain-depends-on-nothing',
      severity: 'error',
      from: { path: '^libs/domain/', pathNot: TEST },
      to: { pathNot: ['^libs/domain/', '^(node:)?(crypto|buffer)$'] },
    },
    {
      name: 'catalogue-only-on-domain-and-ajv',
      severity: 'error',
      from: { path: '^libs/catalogue/', pathNot: TEST },
      to: {
        path: '^(libs|apps|migrations|node_modules)/',
        pathNot: ['^libs/(catalogue|domain)/', '^node_modules/ajv/'],
      },
    },
    {
      name: 'only-conformance-compiles-schemas-with-ajv',
      severity: 'error',
      from: { path: '^(libs|apps)/', pathNot: ['^libs/catalogue/src/conformance/', TEST] },
      to: { path: '^node_modules/ajv/' },
    },
    {
      name: 'pipeline-only-on-domain-and-catalogue',
      severity: 'error',
      from: { path: '^libs/pipeline/', pathNot: TEST },
      to: { path: '^(libs|apps|migrations|node_modules)/', pathNot: '^libs/(pipeline|catalogue|domain)/' },
    },
    {
      name: 'pure-libs-do-no-node-io', // zlib does none where it is called synchronously
      severity: 'error',
      from: { path: `^${PURE}`, pathNot: TEST },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|buffer|zlib)$' },
    },
    {
      name: 'adapters-do-not-know-each-other',
      severity: 'error',
      from: { path: `^${ADAPTER}`, pathNot: TEST },
      to: { path: `^${ADAPTER}`, pathNot: '^libs/$1/' },
    },
    {
      name: 'adapters-and-http-do-not-know-the-features',
      severity: 'error',
      from: { path: `^(${ADAPTER}|libs/(http|telemetry|config|domain|catalogue|pipeline)/)`, pathNot: TEST },
      to: { path: '^libs/features/' },
    },
    {
      name: 'only-the-event-log-and-the-features-talk-to-postgres',
      severity: 'error',
      from: {
        path: '^(libs|apps)/',
        pathNot: ['^libs/(event-log|features|postgres-launcher)/', TEST],
      },
      to: { path: '^node_modules/(pg|typeorm)/' },
    },
    {
      name: 'a-feature-knows-no-other-features-inside',
      severity: 'error',
      from: { path: '^libs/features/([^/]+)/', pathNot: TEST },
      to: {
        path: '^libs/features/[^/]+/.+',
        pathNot: ['^libs/features/[^/]+/index[.]ts$', '^libs/features/$1/'],
      },
    },
    {
      name: 'libs-never-import-apps',
      severity: 'error',
      from: { path: '^libs/', pathNot: TEST },
      to: { path: '^apps/' },
    },
    {
      name: 'apps-do-not-know-each-other',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: TEST },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'cli-and-simulator-know-the-gateway-from-outside',
      severity: 'error',
      from: { path: '^apps/(cli|simulator)/', pathNot: TEST },
      to: { path: '^(libs|migrations)/', pathNot: '^libs/(sdk|local-gateway|config|domain)/' },
    },
    {
      name: 'sdk-depends-on-nothing', // not on Node either: it shall run wherever there is fetch
      severity: 'error',
      from: { path: '^libs/sdk/', pathNot: TEST },
      to: { pathNot: '^libs/sdk/' },
    },
    {
      name: 'local-gateway-only-on-node',
      severity: 'error',
      from: { path: '^libs/local-gateway/', pathNot: TEST },
      to: { path: '^(libs|apps|migrations|node_modules)/', pathNot: '^libs/local-gateway/' },
    },
    {
      name: 'only-through-index',
      severity: 'error',
      from: { path: '^(libs/features/[^/]+|libs/[^/]+|apps/[^/]+)/' },
      to: {
        path: '^libs/(features/[^/]+|[^/]+/src)/.+',
        pathNot: ['^libs/([^/]+/src|features/[^/]+)/index[.]ts$', '^$1/'],
      },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true }, // of types alone, too
    },
    {
      name: 'migrations-know-only-their-files-and-typeorm',
      severity: 'error',
      from: { path: '^migrations/', pathNot: TEST },
      to: { pathNot: ['^migrations/', 'node_modules/typeorm/', '^(node:)?(fs|url)$'] },
    },
    {
      name: 'the-product-does-not-import-its-tests',
      severity: 'error',
      from: { path: '^(apps|libs|migrations)/', pathNot: TEST },
      to: { path: '^test/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|dist-test|node_modules/.cache)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
