import path from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { packageFolder, runProgram } from './processes.ts';

const bootstrap = (...args: string[]): Promise<{ code: number | null; output: string }> =>
  runProgram(process.execPath, [path.join(packageFolder, 'bootstrap.mjs'), ...args]).done;

describe('the command line', () => {
  it('tells what there is', async () => {
    const { code, output } = await bootstrap('--help');
    expect(code).toBe(0);
    for (const command of ['start', 'test', 'stop', 'bench', 'nomosly', 'namoid']) {
      expect(output).toContain(`  ${command} `);
    }
  });

  it.each(['start', 'test', 'stop', 'bench', 'nomosly', 'namoid'])(
    'tells more of %s and does not run it',
    async (command) => {
      const { code, output } = await bootstrap(command, '--help');
      expect(code).toBe(0);
      expect(output.replace('npm run', 'npm').startsWith(`npm ${command}`)).toBe(true);
      expect(output).not.toContain('✓');
    },
  );

  it.each([
    ['nomosly', ['keys create', 'usage dead-letters', 'audit verify', 'audit export']],
    ['namoid', ['organizations create', 'applications create', 'users create', 'keys rotate']],
  ])('names what %s can do, and how to ask for more', async (program, commands) => {
    const asked = await bootstrap(program, '--help');
    expect(await bootstrap(program)).toMatchObject({
      code: 2,
      output: expect.stringContaining(asked.output) as unknown,
    });
    for (const command of commands)
      expect(asked.output).toMatch(RegExp(`^  ${command}  +\\w`, 'm'));
    expect(asked.output).toContain(
      `"npm run ${program} -- ${commands[0]?.split(' ')[0] ?? ''} --help"`,
    );
    expect(asked.output).not.toContain(`npm run ${program} -- --help`);
  });

  it.each([
    [['begin'], 'There is no command "begin".'],
    [['start', '--fast'], '"start" takes no options, got "--fast".'],
    [['bench'], '"bench" wants to know what to run.'],
    [['constructor'], 'There is no command "constructor".'],
  ])('refuses %j', async (args, problem) => {
    const { code, output } = await bootstrap(...args);
    expect(code).toBe(2);
    expect(output).toContain(problem);
  });
});
