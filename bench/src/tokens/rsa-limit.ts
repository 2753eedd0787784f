import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { BenchmarkError } from '../frame/benchmark.ts';

const run = promisify(execFile);

/**
 * RSA signatures a second that the machine has in it: `openssl speed rsa2048`, one process a
 * core. Nothing that signs tokens with such keys can do more.
 */
export async function rsaSignaturesPerSecond(cores: number, seconds: number): Promise<number> {
  const args = ['speed', '-seconds', String(seconds), '-multi', String(cores), 'rsa2048'];
  const { stdout } = await run('openssl', args).catch((error: unknown) => {
    throw new BenchmarkError(`"openssl ${args.join(' ')}" failed: ${String(error)}`);
  });
  const perSecond = signaturesIn(stdout);
  if (!(perSecond > 0)) throw new BenchmarkError(`openssl said nothing of RSA:\n${stdout}`);
  return perSecond;
}

/** A row has the seconds that each operation took, with their unit, then operations a second; signing is first. */
function signaturesIn(output: string): number {
  const row = output.split('\n').find((line) => line.startsWith('rsa'));
  const [, figures = ''] = row?.split(' bits ') ?? [];
  return Number(figures.split(' ').find((word) => /^[\d.]+$/.test(word)));
}

/** Which OpenSSL that is. */
export async function opensslVersion(): Promise<string> {
  return /OpenSSL (\S+)/.exec((await run('openssl', ['version'])).stdout)?.[1] ?? 'unknown';
}
