import { execFile } from 'node:child_process';
import { describe, expect, it, jest } from '@jest/globals';

// Starting Node takes its time on a machine that does other things.
jest.setTimeout(60_000);

const main = new URL('../src/main.ts', import.meta.url).pathname;

interface Outcome {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

function bench(...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, stdout, stderr });
    });
  });
}

describe('npm run bench', () => {
  it('explains itself', async () => {
    const { code, stdout } = await bench('--help');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Usage: npm run bench -- <name>/);
    expect(stdout).toMatch(/^ {2}gate\s/m);
    expect(stdout).toMatch(/^ {2}vision\s/m);
  });

  it.each([
    [['nonsense'], 'Unknown benchmark: nonsense'],
    [[], 'Which benchmark?'],
    [['gate', '--slow'], 'Unknown option: --slow'],
    [['gate', '--soak'], 'Unknown option: --soak'],
  ])('answers %j with the usage and exit code 2', async (args, complaint) => {
    const { code, stdout, stderr } = await bench(...args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(complaint);
    expect(stderr).toContain('Usage:');
  });
});
