import { type Scope } from '../api/schemas.js';
import { operations } from '../texts/operations.js';

/** A request that a sample makes. */
export interface SampleRequest {
  /** The service, `https://api.example.com`. */
  readonly origin: string;
  readonly operation: Scope;
  /** Form field → name of the file to send in it. */
  readonly files: Readonly<Record<string, string>>;
  /** Form field → value. */
  readonly options: Readonly<Record<string, string>>;
  /** The key itself; without it the sample reads the environment variable NOMOSLY_API_KEY. */
  readonly apiKey?: string;
}

export const SAMPLE_LANGUAGES = ['curl', 'fetch', 'Python'] as const;
export type SampleLanguage = (typeof SAMPLE_LANGUAGES)[number];

/** The name of the environment variable that samples read the key from. */
const VARIABLE = 'NOMOSLY_API_KEY';

/** A program that makes the request: a shell line, a module of Node or one of Python. */
export function requestSample(language: SampleLanguage, request: SampleRequest): string {
  return writers[language](request);
}

const urlOf = ({ origin, operation }: SampleRequest): string =>
  `${origin}/v1/${operations[operation].path}`;

const writers: Readonly<Record<SampleLanguage, (request: SampleRequest) => string>> = {
  curl(request) {
    const { files, options, apiKey } = request;
    const header =
      apiKey === undefined ? `"x-api-key: $${VARIABLE}"` : shellQuoted(`x-api-key: ${apiKey}`);
    return [
      `curl ${shellQuoted(urlOf(request))}`,
      `-H ${header}`,
      ...Object.entries(files).map(
        ([field, name]) => `-F ${shellQuoted(`${field}=@${curlQuoted(name)}`)}`,
      ),
      ...Object.entries(options).map(
        ([field, value]) => `--form-string ${shellQuoted(`${field}=${value}`)}`,
      ),
    ].join(' \\\n  ');
  },
  fetch(request) {
    const { files, options, apiKey } = request;
    const key = apiKey === undefined ? `process.env.${VARIABLE}` : scriptQuoted(apiKey);
    return [
      `import { openAsBlob } from 'node:fs';`,
      '',
      'const form = new FormData();',
      ...Object.entries(files).map(
        ([field, name]) =>
          `form.set(${scriptQuoted(field)}, await openAsBlob(${scriptQuoted(name)}));`,
      ),
      ...Object.entries(options).map(
        ([field, value]) => `form.set(${scriptQuoted(field)}, ${scriptQuoted(value)});`,
      ),
      '',
      `const response = await fetch(${scriptQuoted(urlOf(request))}, {`,
      `  method: 'POST',`,
      `  headers: { 'x-api-key': ${key} },`,
      '  body: form,',
      '});',
      'console.log(await response.json());',
    ].join('\n');
  },
  Python(request) {
    const { files, options, apiKey } = request;
    const key = apiKey === undefined ? `os.environ["${VARIABLE}"]` : pythonQuoted(apiKey);
    return [
      ...(apiKey === undefined ? ['import os', ''] : []),
      'import requests',
      '',
      'response = requests.post(',
      `    ${pythonQuoted(urlOf(request))},`,
      `    headers={"x-api-key": ${key}},`,
      '    files={',
      ...Object.entries(files).map(
        ([field, name]) => `        ${pythonQuoted(field)}: open(${pythonQuoted(name)}, "rb"),`,
      ),
      '    },',
      ...(Object.keys(options).length > 0
        ? [
            '    data={',
            ...Object.entries(options).map(
              ([field, value]) => `        ${pythonQuoted(field)}: ${pythonQuoted(value)},`,
            ),
            '    },',
          ]
        : []),
      '    timeout=30,',
      ')',
      'print(response.json())',
    ].join('\n');
  },
};

/** One word of a POSIX shell, whatever is in it (XCU 2.2.2: nothing is special but the quote). */
export function shellQuoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * A file name as `-F` takes it: curl cuts an unquoted one at `,` and `;` and reads a backslash
 * and a quote inside quotes as C would.
 */
function curlQuoted(name: string): string {
  return /[,;"\\]/.test(name)
    ? `"${name.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
    : name;
}

/** A string of JavaScript, in single quotes. */
export function scriptQuoted(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner}'`;
}

/** A string of Python, in double quotes; JSON's escapes are Python's too. */
export function pythonQuoted(text: string): string {
  return JSON.stringify(text);
}
