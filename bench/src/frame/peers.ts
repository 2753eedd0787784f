import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { load } from '../../peers/load.mjs';
import { BenchmarkError } from './benchmark.ts';

const folder = new URL('../../peers/', import.meta.url);
const stamp = new URL('node_modules/.installed', folder);

/**
 * Installs what the benchmarks compare with, exactly as `bench/peers/pnpm-lock.yaml` says,
 * unless that very lockfile is installed already. The peers are no part of the workspace:
 * together they are bigger than the product, and only who runs a benchmark needs them.
 */
export async function installPeers(progress: (line: string) => void): Promise<void> {
  const lockfile = await readFile(new URL('pnpm-lock.yaml', folder));
  const wanted = createHash('sha256').update(lockfile).digest('hex');
  if ((await readFile(stamp, 'utf8').catch(() => '')) === wanted) return;

  progress('installing the products to compare with (first run only)');
  const root = JSON.parse(await readFile(new URL('../../package.json', folder), 'utf8')) as {
    packageManager: string;
  };
  await run('npx', ['--yes', root.packageManager, 'install', '--frozen-lockfile']);
  await writeFile(stamp, wanted);
}

/**
 * Imports a peer. A caller names the part of its interface that it uses: the types of
 * packages that are installed on demand cannot be there when the workspace is compiled.
 */
export async function loadPeer<Face>(specifier: string): Promise<Face> {
  return (await load(specifier)) as Face;
}

/** The version of an installed peer. */
export async function peerVersion(name: string): Promise<string> {
  const manifest = new URL(`node_modules/${name}/package.json`, folder);
  return (JSON.parse(await readFile(manifest, 'utf8')) as { version: string }).version;
}

/** Where a file of an installed peer is. */
export function peerFile(path: string): URL {
  return new URL(`node_modules/${path}`, folder);
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  if (code !== 0)
    throw new BenchmarkError(`The products to compare with could not be installed.\n${output}`);
}
