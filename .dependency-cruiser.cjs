const PURE = 'libs/(domain|catalogue|pipeline)/';
const ADAPTER = 'libs/(store-postgres|source-webhook|source-kafka|postgres-launcher)/';
const TEST = '[.](int-|e2e-)?spec[.]ts$';

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
      name: 'pure-libs-do-no-node-io',
      severity: 'error',
      from: { path: `^${PURE}`, pathNot: TEST },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|buffer)$' },
    },
    {
      name: 'adapters-do-not-know-each-other',
      severity: 'error',
      from: { path: `^${ADAPTER}`, pathNot: TEST },
      to: { path: `^${ADAPTER}`, pathNot: '^libs/$1/' },
    },
    {
      name: 'libs-never-import-apps',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'apps-do-not-know-each-other',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'only-through-index',
      severity: 'error',
      from: { path: '^(libs|apps)/([^/]+)/' },
      to: { path: '^libs/[^/]+/src/.+', pathNot: ['^libs/[^/]+/src/index[.]ts$', '^$1/$2/'] },
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
      from: { path: '^(apps|libs|migrations)/', pathNot: [TEST, '^libs/testing/'] },
      to: { path: ['^test/', '^libs/testing/'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|node_modules/.cache)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
