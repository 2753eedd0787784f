import { describe, expect, it } from '@jest/globals';

import { readFailedBuild } from './workspace.ts';

const output = `@nomo/a:build: cache hit, replaying logs 0f
@nomo/b:build: $ tsc -p tsconfig.build.json
@nomo/a:build: all well
@nomo/b:build: src/x.ts(1,1): error TS1: no
 Failed:    @nomo/b#build, @nomo/c#generate
`;

describe('readFailedBuild', () => {
  it('names the packages and shows what the first of them said', () => {
    expect(readFailedBuild(output)).toEqual({
      culprits: '@nomo/b and @nomo/c',
      details: ['$ tsc -p tsconfig.build.json', 'src/x.ts(1,1): error TS1: no'],
    });
  });

  it('shows the last lines when turbo names nobody', () => {
    expect(readFailedBuild('one\n\ntwo\n')).toEqual({ culprits: '', details: ['one', 'two'] });
  });
});
