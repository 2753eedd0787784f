/**
 * What `npm start`, `npm test` and their siblings call. It runs on a machine that has
 * nothing but Node and npm: checks Node, installs the packages if they are not what the
 * lockfile says, and hands over to src/main.ts on the Node that came with them.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  closeSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { constants as osConstants, homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { withLock } from './process-lock.mjs';
import { overview, usage } from './usage.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const local = path.join(root, '.local');
const stampFile = path.join(root, 'node_modules', '.nomo-install.json');
const installLog = path.join(local, 'logs', 'install.log');

/** The oldest Node that pnpm and turbo run on. */
const OLDEST_NODE = [20, 19];
/** The oldest Node that runs TypeScript as it is, for machines we bring none for. */
const OLDEST_TYPESCRIPT_NODE = [22, 18];
/** How often to look whether npm, which started this, is still there. */
const PARENT_POLL_MS = 100;

const outOfSpace = (file) =>
  `The disk is full: free some space where ${file} lies (df -h) and run this again.`;
const noRight = (file) =>
  `${file} cannot be written: run this as the user who owns the checkout, or give it to yourself with chown.`;
const diskAndRightsFailures = {
  ENOSPC: outOfSpace,
  EDQUOT: outOfSpace,
  EACCES: noRight,
  EPERM: noRight,
  EROFS: noRight,
};

/** A sentence for the person at the terminal: what is wrong, and what to do. */
class Failure extends Error {}

await main(process.argv.slice(2)).catch((error) => {
  if (!(error instanceof Failure) && !(error.code in diskAndRightsFailures)) throw error;
  const sentence =
    error instanceof Failure
      ? error.message
      : diskAndRightsFailures[error.code](error.path ?? root);
  process.stderr.write(`✗ ${sentence}\n`);
  // Whoever counts results finds a line to count here too.
  if (process.argv[2] === 'test') process.stdout.write('\n0 passed, 1 failed\n');
  process.exitCode = 1;
});

async function main([command, ...options]) {
  if (command === undefined || command === '--help' || command === '-h') {
    process.stdout.write(`${overview}\n`);
    return;
  }
  if (!Object.hasOwn(usage, command)) {
    process.stderr.write(`There is no command "${command}".\n\n${overview}\n`);
    process.exitCode = 2;
    return;
  }
  if (options[0] === '--help' || options[0] === '-h') {
    process.stdout.write(`${usage[command]}\n`);
    return;
  }
  const takesOptions = ['bench', 'nomosly', 'namoid'].includes(command);
  if (takesOptions ? options.length === 0 : options.length > 0) {
    const problem = takesOptions
      ? `"${command}" wants to know what to run.`
      : `"${command}" takes no options, got "${options.join(' ')}".`;
    process.stderr.write(`${problem}\n\n${usage[command]}\n`);
    process.exitCode = 2;
    return;
  }

  checkMachine();
  // Others than the owner may pass through, for as root the database runs as somebody
  // else; what is inside keeps its own rights.
  mkdirSync(local, { recursive: true, mode: 0o711 });
  mkdirSync(path.join(local, 'locks'), { recursive: true, mode: 0o700 });
  mkdirSync(path.join(local, 'logs'), { recursive: true, mode: 0o700 });
  // The output of these is an answer somebody may pipe on.
  const say = (line) => (takesOptions ? process.stderr : process.stdout).write(`${line}\n`);
  const pnpmFolder = await withLock(path.join(local, 'locks', 'install'), () => install(say), {
    onWait: ({ pid }) => say(`… waiting for process ${pid}, which is installing`),
  });
  await handOver(command, options, pnpmFolder);
}

function checkMachine() {
  if (process.platform === 'win32') {
    throw new Failure('Windows is not supported as it is: run this inside WSL 2.');
  }
  if (!isAtLeast(process.versions.node, OLDEST_NODE)) {
    throw new Failure(
      `Node ${process.versions.node} is too old: install Node ${OLDEST_NODE.join('.')} or newer (https://nodejs.org) and run this again.`,
    );
  }
}

function isAtLeast(version, [major, minor]) {
  const [ownMajor, ownMinor] = version.split('.').map(Number);
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}

/**
 * Makes node_modules what the lockfile says, unless it is so already. Returns the folder
 * of the pnpm that package.json pins: turbo has to find it on its PATH.
 */
function install(say) {
  const began = process.hrtime.bigint();
  const seconds = () =>
    (Number((process.hrtime.bigint() - began) / 1_000_000n) / 1000).toFixed(1);
  const stamp = readStamp();
  if (
    stamp?.fingerprint === fingerprint() &&
    existsSync(path.join(stamp.pnpmFolder, 'pnpm')) &&
    everyLinkIsThere()
  ) {
    say(`✓ packages are up to date (${seconds()} s)`);
    return stamp.pnpmFolder;
  }
  checkHome();
  if (stamp === undefined) say('… installing packages; the first time this takes a minute');
  rmSync(stampFile, { force: true });
  const { packageManager } = readJson(path.join(root, 'package.json'));
  const env = { ...process.env, CI: 'true', npm_config_update_notifier: 'false' };
  const log = openSync(installLog, 'w', 0o600);
  const run = (args, stdout) =>
    spawnSync('npx', ['--yes', `--package=${packageManager}`, ...args], {
      cwd: root,
      env,
      stdio: ['ignore', stdout, log],
      encoding: 'utf8',
    });
  try {
    const located = run(['-c', 'command -v pnpm'], 'pipe');
    failUnlessDone(located);
    const pnpmFolder = path.dirname(located.stdout.trim().split('\n').at(-1));
    failUnlessDone(
      spawnSync(
        path.join(pnpmFolder, 'pnpm'),
        ['install', '--frozen-lockfile', '--reporter=append-only'],
        { cwd: root, env, stdio: ['ignore', log, log] },
      ),
    );
    writeFileSync(stampFile, JSON.stringify({ fingerprint: fingerprint(), pnpmFolder }));
    say(`✓ packages installed (${seconds()} s)`);
    return pnpmFolder;
  } finally {
    closeSync(log);
  }
}

function failUnlessDone({ status, signal, error }) {
  if (status === 0) return;
  if (error?.code === 'ENOENT') {
    throw new Failure(
      'npx is missing: it comes with npm (https://nodejs.org); install npm and run this again.',
    );
  }
  if (signal) throw new Failure(`The installation was ended by ${signal}; run this again.`);
  throw new Failure(explainInstallation(readFileSync(installLog, 'utf8')));
}

function explainInstallation(output) {
  if (/ENOSPC|EDQUOT|No space left|os error 28|Disk quota/i.test(output)) {
    return diskAndRightsFailures.ENOSPC(root);
  }
  if (/LOCKFILE/.test(output) && /frozen/.test(output)) {
    const { packageManager } = readJson(path.join(root, 'package.json'));
    return `pnpm-lock.yaml does not belong to the package.json files: run "npx ${packageManager} install --no-frozen-lockfile" and commit the result (log: ${installLog}).`;
  }
  if (/EACCES|EPERM|Permission denied|os error 13/i.test(output)) {
    return `Packages cannot be written: ${root}, the home folder and npm's cache have to belong to you (log: ${installLog}).`;
  }
  if (
    /ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|ENETUNREACH|dns error|network|error sending request/i.test(
      output,
    )
  ) {
    return `The npm registry cannot be reached: check the network, or the proxy and registry settings of npm, and run this again (log: ${installLog}).`;
  }
  return `The packages could not be installed: see ${installLog}, then run this again.`;
}

/**
 * What node_modules depends on and what it was last made from. The second half is
 * pnpm's own record, so an installation that somebody made by hand since, from another
 * branch for example, is noticed.
 */
function fingerprint() {
  const hash = createHash('sha256');
  for (const file of [
    'pnpm-lock.yaml',
    'pnpm-workspace.yaml',
    '.npmrc',
    'package.json',
    ...members().map((member) => path.join(member, 'package.json')),
    'node_modules/.pnpm/lock.yaml',
    'node_modules/.modules.yaml',
  ]) {
    hash.update(`${file}\0`);
    try {
      hash.update(readFileSync(path.join(root, file)));
    } catch {
      hash.update('absent');
    }
  }
  // Links and shims hold absolute paths, and some packages hold machine code.
  hash.update(`${root}\0${process.platform}\0${process.arch}`);
  return hash.digest('hex');
}

/** A package folder whose node_modules was deleted has its record untouched. */
function everyLinkIsThere() {
  return ['.', ...members()].every((member) => {
    const { dependencies, devDependencies } = readJson(path.join(root, member, 'package.json'));
    return Object.keys({ ...dependencies, ...devDependencies }).every((name) =>
      existsSync(path.join(root, member, 'node_modules', name)),
    );
  });
}

/** The folders of the workspace's packages, by the patterns of pnpm-workspace.yaml. */
function members() {
  const text = readFileSync(path.join(root, 'pnpm-workspace.yaml'), 'utf8');
  const lines = text.split('\n');
  const list = lines.slice(lines.indexOf('packages:') + 1);
  return list
    .slice(0, list.indexOf(''))
    .map((line) =>
      line
        .replace(/^\s*-\s*/, '')
        .replace(/['"]/g, '')
        .trim(),
    )
    .filter(Boolean)
    .flatMap((pattern) => {
      if (!pattern.endsWith('/*')) return [pattern];
      const parent = pattern.slice(0, -2);
      if (!existsSync(path.join(root, parent))) return [];
      return readdirSync(path.join(root, parent)).map((name) => path.join(parent, name));
    })
    .filter((member) => existsSync(path.join(root, member, 'package.json')))
    .sort();
}

function checkHome() {
  for (const folder of [homedir(), process.env.npm_config_cache]) {
    if (!folder) continue;
    let existing = path.resolve(folder);
    while (!existsSync(existing)) existing = path.dirname(existing);
    try {
      accessSync(existing, constants.W_OK);
    } catch {
      throw new Failure(
        `npm and pnpm keep their caches in ${folder}, which cannot be written: choose a home that can, for example "HOME=$(mktemp -d) npm_config_cache=$(mktemp -d) npm start".`,
      );
    }
  }
}

/** The Node that came with the packages; elsewhere this one, if it is new enough. */
function findNode() {
  if (process.platform === 'linux') {
    const ours = path.join(root, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node');
    // It may be there and not run: it is built for glibc.
    if (spawnSync(ours, ['--version']).status === 0) return ours;
  }
  if (isAtLeast(process.versions.node, OLDEST_TYPESCRIPT_NODE)) return process.execPath;
  throw new Failure(
    `No Node comes with the packages for ${process.platform}-${process.arch}, and this one, ${process.versions.node}, is too old: install Node ${OLDEST_TYPESCRIPT_NODE.join('.')} or newer (https://nodejs.org) and run this again.`,
  );
}

/** Runs the command and ends as it ends. */
async function handOver(command, options, pnpmFolder) {
  const node = findNode();
  const child = spawn(
    node,
    [path.join(root, 'infra', 'local', 'src', 'main.ts'), command, ...options],
    {
      cwd: root,
      // The pipe tells the child when this process is gone, however it went.
      stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
      env: {
        ...process.env,
        PATH: [path.dirname(node), pnpmFolder, process.env.PATH].join(path.delimiter),
        NOMO_PARENT_PIPE: '3',
      },
    },
  );
  const forward = (signal) => child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward);
  if (process.env.npm_lifecycle_event !== undefined) {
    endWithNpm(() => child.kill('SIGTERM'));
  }
  await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      process.exitCode = code ?? 128 + osConstants.signals[signal];
      resolve();
    });
  });
}

/**
 * npm passes SIGINT and SIGTERM on to what it runs: the scripts of package.json begin with
 * `exec` so that this is us and no shell, for dash keeps a SIGINT to itself. A killed npm
 * passes on nothing, so this looks whether it is still there.
 */
function endWithNpm(end) {
  const npm = process.ppid;
  setInterval(() => {
    if (process.ppid !== npm) end();
  }, PARENT_POLL_MS).unref();
}

function readStamp() {
  try {
    return readJson(stampFile);
  } catch {
    return undefined;
  }
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
