import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import security from 'eslint-plugin-security';
import ts from 'typescript-eslint';

import stateChangeIsAudited from './infra/lint/state-change-is-audited.mjs';

const nodeGlobals = Object.fromEntries(
  [
    'AbortController AbortSignal Buffer URL URLSearchParams WebAssembly clearInterval clearTimeout console crypto',
    'fetch performance process queueMicrotask setImmediate setInterval setTimeout structuredClone',
  ]
    .join(' ')
    .split(' ')
    .map((name) => [name, 'readonly']),
);

/**
 * What an app may take from node:crypto; the reason stands beside each name. Everything that hashes,
 * compares, encrypts or draws a secret is @nomo/security-core's.
 */
const cryptoForApps = [
  // Names for rows and requests. Nobody is let in for knowing one.
  'randomUUID',
  // Asymmetric keys, which jose and the checkpoints of security-core take. (Types are free.)
  'createPrivateKey',
  'createPublicKey',
  'generateKeyPair',
];

const cryptoIsElsewhere =
  'Services neither hash, compare, encrypt nor draw secrets by themselves: use @nomo/security-core.';

/** `WeakMap<Request, …>`, as a type or made, also of `express.Request`. */
const weakByRequest = ['typeName.name', 'typeName.right.name'].map((name) => ({
  selector: [
    ':matches(NewExpression[callee.name=/^Weak(Map|Set)$/], TSTypeReference[typeName.name=/^Weak(Map|Set)$/])',
    'TSTypeParameterInstantiation',
    `TSTypeReference:first-child[${name}=/^(Request|Response|IncomingMessage|ServerResponse)$/]`,
  ].join(' > '),
  message:
    'What belongs to a request lies on it: PerRequest of @nomo/service-kit (decision 0016).',
}));

export default ts.config(
  {
    ignores: [
      '**/dist/**',
      '**/generated/**',
      '**/coverage/**',
      '**/node_modules/**',
      '.local/**',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  ...ts.configs.strictTypeChecked,
  security.configs.recommended,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports' },
      ],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      // A number in a message is what one expects; everything else has to be spelled out.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Nest modules are classes with nothing but a decorator.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // `const { secret, ...rest }` is how a field is left out.
      '@typescript-eslint/no-unused-vars': [
        'error',
        { ignoreRestSiblings: true, argsIgnorePattern: '^_' },
      ],
      eqeqeq: 'error',
      'no-console': 'error',
      // Flags every `array[index]` and every non-literal path. Typed arrays are all this
      // code base indexes by number, `noUncheckedIndexedAccess` guards the rest, and no
      // path here comes from a request.
      'security/detect-object-injection': 'off',
      'security/detect-non-literal-fs-filename': 'off',
    },
  },
  {
    files: ['apps/*/src/**'],
    // A specification computes by other means what it expects.
    ignores: ['**/*.spec.ts', '**/*.spec.tsx'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: ['node:crypto', 'crypto'].map((name) => ({
            name,
            allowImportNames: cryptoForApps,
            allowTypeImports: true,
            message: cryptoIsElsewhere,
          })),
        },
      ],
      'no-restricted-properties': [
        'error',
        ...['subtle', 'getRandomValues'].map((property) => ({
          property,
          message: cryptoIsElsewhere,
        })),
      ],
      'no-restricted-syntax': [
        'error',
        ...[
          'ImportExpression[source.value=/^(node:)?crypto$/]',
          'CallExpression[callee.name="require"][arguments.0.value=/^(node:)?crypto$/]',
          'CallExpression[callee.property.name="getBuiltinModule"]',
        ].map((selector) => ({ selector, message: cryptoIsElsewhere })),
        ...weakByRequest,
      ],
    },
  },
  {
    files: ['packages/*/src/**'],
    rules: { 'no-restricted-syntax': ['error', ...weakByRequest] },
  },
  {
    // A repository that opens its transactions itself also tells of what it changes.
    files: ['apps/vision-api/src/**/*.repository.ts'],
    plugins: { nomo: { rules: { 'state-change-is-audited': stateChangeIsAudited } } },
    rules: { 'nomo/state-change-is-audited': 'error' },
  },
  {
    // What React renders in a browser. (NamoID's hosted pages are rendered on the server.)
    files: ['packages/ui/src/**', 'apps/*/console/src/**'],
    extends: [reactHooks.configs.flat['recommended-latest']],
  },
  {
    files: ['**/*.spec.ts', '**/*.test.ts'],
    rules: {
      // `expect(object.method)` is how a call is asserted.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    // Programs that a person runs in a terminal speak to the terminal.
    files: ['infra/local/**', 'infra/schema-engine/**', 'bench/**', '**/cli/**', '**/build/**'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    extends: [ts.configs.disableTypeChecked],
    languageOptions: { globals: nodeGlobals },
    rules: { '@typescript-eslint/explicit-module-boundary-types': 'off' },
  },
);
