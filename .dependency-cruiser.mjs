/** The one-way dependencies of docs/architecture.md, as rules a build can fail on. */
const packages = (...names) => `^packages/(${names.join('|')})/`;
const infrastructure = '(@nestjs|@prisma|prisma|express|ioredis|bullmq|pg)';

export default {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'Two files that need each other are one file, or three.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'packages-do-not-import-apps',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^(apps|infra|bench)/' },
    },
    {
      name: 'apps-do-not-import-each-other',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'security-core-stands-alone',
      comment: 'Pure TypeScript on node:crypto: no runtime dependency, ours or anybody else’s.',
      severity: 'error',
      from: { path: '^packages/security-core/src/', pathNot: '\\.spec\\.ts$' },
      to: { pathNot: '^packages/security-core/src/', dependencyTypesNot: ['core'] },
    },
    {
      name: 'the-engine-knows-no-framework',
      severity: 'error',
      from: { path: packages('vision-engine', 'vision-models') },
      to: { path: `node_modules/${infrastructure}/|${packages('service-kit', 'limits')}` },
    },
    {
      name: 'oauth-engine-is-pure',
      comment:
        'Protocol rules on jose and security-core alone: storage, queues and HTTP are ports.',
      severity: 'error',
      from: { path: '^packages/oauth-engine/src/', pathNot: '\\.spec\\.ts$' },
      to: {
        pathNot: `${packages('oauth-engine', 'security-core')}|node_modules/jose/`,
        dependencyTypesNot: ['core'],
      },
    },
    {
      name: 'limits-knows-no-framework',
      severity: 'error',
      from: { path: packages('limits') },
      to: { path: 'node_modules/(@nestjs|@prisma|prisma|express|pg)/' },
    },
    {
      name: 'src-does-not-import-tests',
      severity: 'error',
      from: { path: '/src/', pathNot: '\\.spec\\.ts$' },
      to: { path: '(\\.spec\\.ts$|/test/)' },
    },
    {
      name: 'public-face-only',
      comment: 'What a package shows is its src/index.ts; src/lib is its own.',
      severity: 'error',
      from: { path: '^(apps|packages|infra|bench)/([^/]+)/' },
      to: { path: '^packages/([^/]+)/src/lib/', pathNot: '^$1/$2/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(/dist/|/generated/|/coverage/)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default'],
    },
  },
};
