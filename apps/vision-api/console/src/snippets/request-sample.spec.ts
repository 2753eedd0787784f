import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { runInNewContext } from 'node:vm';

import {
  pythonQuoted,
  requestSample,
  type SampleRequest,
  scriptQuoted,
  shellQuoted,
} from './request-sample.js';

const request: SampleRequest = {
  origin: 'https://api.example.com',
  operation: 'faces:compare',
  files: { source: 'one.jpg', target: "it's; $HOME.png" },
  options: { similarityThreshold: '90' },
};

/** Names that are meant to break out of quotes, and any other. */
const nasty = fc.oneof(
  fc.constantFrom(`'`, `"`, '`', '$(id)', '\\', "'; rm -rf /; '", '\n', '%s', '-n', '\u2028'),
  fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0')),
);

describe('shellQuoted', () => {
  it('is one word to a shell, whatever is in it', () => {
    const words = fc.sample(nasty, 60).map((word) => word.toWellFormed());
    const script = words.map((word) => `printf '%s\\0' ${shellQuoted(word)}`).join('\n');
    const said = execFileSync('sh', ['-c', script]).toString().split('\0').slice(0, -1);
    expect(said).toEqual(words);
  });
});

describe('scriptQuoted', () => {
  it('is the same text to JavaScript', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        expect(runInNewContext(scriptQuoted(text))).toBe(text);
      }),
    );
  });
});

describe('pythonQuoted', () => {
  it('is a JSON string, which Python reads alike', () => {
    expect(pythonQuoted('a"b\\\n')).toBe(String.raw`"a\"b\\\n"`);
  });
});

describe('requestSample', () => {
  it('writes a line for the shell', () => {
    expect(requestSample('curl', request)).toBe(
      [
        'curl https://api.example.com/v1/faces/compare \\',
        '  -H "x-api-key: $NOMOSLY_API_KEY" \\',
        '  -F source=@one.jpg \\',
        `  -F 'target=@"it'\\''s; $HOME.png"' \\`,
        '  --form-string similarityThreshold=90',
      ].join('\n'),
    );
  });

  it('writes the key itself where it is asked to', () => {
    const text = requestSample('curl', { ...request, apiKey: 'nmk_live_a.b' });
    expect(text).toContain(`-H 'x-api-key: nmk_live_a.b'`);
    expect(requestSample('fetch', { ...request, apiKey: 'k.s' })).toContain(
      `'x-api-key': 'k.s'`,
    );
    expect(requestSample('Python', { ...request, apiKey: 'k.s' })).not.toContain('import os');
  });

  it('writes a module of JavaScript', () => {
    const text = requestSample('fetch', request);
    expect(text).toContain(`form.set('target', await openAsBlob('it\\'s; $HOME.png'));`);
    expect(text).toContain(`form.set('similarityThreshold', '90');`);
    expect(text).toContain('process.env.NOMOSLY_API_KEY');
  });

  it('writes a program of Python', () => {
    const text = requestSample('Python', request);
    expect(text).toContain('"target": open("it\'s; $HOME.png", "rb"),');
    expect(text).toContain('os.environ["NOMOSLY_API_KEY"]');
    expect(requestSample('Python', { ...request, options: {} })).not.toContain('data=');
  });
});
