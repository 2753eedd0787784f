import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestDatabase } from '@nomo/local/testing';
import { Command } from 'commander';

import { addAuditCommands, type AuditCommandTools } from '../src/cli/commands.js';
import { AuditDrain, Checkpointer, DirectoryCheckpointStore } from '../src/index.js';
import { createAuditDatabase, urlFor, withPg } from './database.js';
import { openPrisma, type RawClient, systemOf } from './prisma.js';
import { recordThings } from './trail.js';

const keys = generateKeyPairSync('ed25519');
const [tenant, other] = [randomUUID(), randomUUID()];

let database: TestDatabase;
let api: RawClient;
let worker: RawClient;
let folder: string;
let tools: AuditCommandTools;

beforeAll(async () => {
  database = await createAuditDatabase();
  api = openPrisma(urlFor(database, 'api'));
  worker = openPrisma(urlFor(database, 'worker'));
  folder = await mkdtemp(path.join(tmpdir(), 'nomo-audit-'));
  const store = new DirectoryCheckpointStore(folder);
  tools = {
    database: systemOf(worker),
    checkpoints: { store, publicKey: keys.publicKey },
    checkpointer: new Checkpointer({
      database: systemOf(worker),
      store,
      privateKey: keys.privateKey,
    }),
  };
  for (const each of [tenant, other]) {
    await recordThings(api, each, 5);
    await new AuditDrain(systemOf(worker)).drain(each);
  }
});

afterEach(() => {
  process.exitCode = undefined;
});

afterAll(async () => {
  await api.$disconnect();
  await worker.$disconnect();
  await database.drop();
  await rm(folder, { recursive: true });
});

class Sink extends Writable {
  text = '';

  constructor(readonly isTTY: boolean) {
    super();
  }

  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

async function run(
  args: readonly string[],
  { isTTY = false, given = tools } = {},
): Promise<{ out: string; err: string; exitCode: unknown }> {
  const [stdout, stderr] = [new Sink(false), new Sink(isTTY)];
  const program = new Command().exitOverride().configureOutput({
    writeErr: (text) => void stderr.write(text),
  });
  addAuditCommands(program, { withAudit: (work) => work(given), stdout, stderr });
  await program.parseAsync(['audit', ...args], { from: 'user' }).catch(() => {
    process.exitCode = 2;
  });
  return { out: stdout.text, err: stderr.text, exitCode: process.exitCode };
}

describe('audit verify', () => {
  it('says in one line that nothing was tampered with', async () => {
    const { out, err, exitCode } = await run(['verify']);
    expect(out).toMatch(
      /^whole: 2 chains, 10 events, no checkpoints, in \d+\.\d s \([\d,]+ events\/s\)\n$/u,
    );
    expect(err).toBe('');
    expect(exitCode).toBeUndefined();
  });

  it('draws a bar on a terminal, and takes it away', async () => {
    const { err } = await run(['verify'], { isTTY: true });
    expect(err.replaceAll('\u001b[K', '<end>')).toMatch(
      /^\r\[=* *\] +\d+% \d+ of 10 events<end>/u,
    );
    expect(err.endsWith('\r\u001b[K')).toBe(true);
  });

  it('looks at one chain alone', async () => {
    expect((await run(['verify', '--tenant', tenant.toUpperCase()])).out).toMatch(
      /^whole: 1 chain, 5 events/u,
    );
  });

  it('refuses a tenant that is none', async () => {
    expect((await run(['verify', '--tenant', 'me'])).exitCode).toBe(2);
  });

  it('calls no trail whole that there is not', async () => {
    const nobody = ['--tenant', randomUUID()];
    for (const command of ['verify', 'export'] as const) {
      const { out, err, exitCode } = await run([command, ...nobody]);
      expect(out).toBe('');
      expect(err).toMatch(/^There are no events of a tenant /u);
      expect(exitCode).toBe(2);
    }
    const backwards = ['--tenant', other, '--from', '5', '--to', '2'];
    expect((await run(['export', ...backwards])).err).toBe('--to lies before --from.\n');
  });

  it('says in a line how many checkpoint files are missing', async () => {
    const { out, exitCode } = await run(['verify', '--at-least', '100000000']);
    expect(exitCode).toBe(1);
    expect(out.split('\n')[0]).toMatch(
      /^checkpoint_missing: checkpoint files \d to 100000000 are missing$/u,
    );
  });

  it('names the first bad row, and fails', async () => {
    await run(['checkpoint']);
    await withPg(database.url, async (client) => {
      await client.query('ALTER TABLE audit_events DISABLE TRIGGER ALL');
      await client.query(
        `UPDATE audit_events SET actor_id = 'x' WHERE tenant_id = $1 AND seq = 3`,
        [other],
      );
    });
    const { out, exitCode } = await run(['verify', '--at-least', '2']);
    expect(exitCode).toBe(1);
    expect(out.split('\n')).toEqual([
      'checkpoint_missing: checkpoint file 2 is missing',
      `changed: tenant ${other} row 3 says something else than it did`,
      expect.stringMatching(
        /^2 FINDINGS: 2 chains, .* 1 checkpoint file \(the last of \d{4}-\d\d-\d\dT[\d:]{8}Z\), in/u,
      ),
      '',
    ]);
  });
});

describe('audit checkpoint', () => {
  it('says what it signed', async () => {
    expect((await run(['checkpoint'])).out).toMatch(
      /^\d chains? signed\. The last checkpoint file is number 1\.\n$/u,
    );
  });

  it('needs the key', async () => {
    const { err, exitCode } = await run(['checkpoint'], {
      given: { database: tools.database },
    });
    expect(err).toContain('no signing key');
    expect(exitCode).toBe(2);
  });
});

describe('audit export', () => {
  it('prints the lines that are asked for', async () => {
    const { out } = await run(['export', '--tenant', tenant, '--from', '2', '--to', '4']);
    const lines = out.trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { seq: number }).seq)).toEqual([2, 3, 4]);
  });

  it('fails for a tenant without events, and for no other that has nothing new', async () => {
    const nobody = randomUUID();
    const { out, err, exitCode } = await run(['export', '--tenant', nobody]);
    expect([out, exitCode]).toEqual(['', 2]);
    expect(err).toContain(`There are no events of a tenant ${nobody}`);
    process.exitCode = undefined;
    expect((await run(['export', '--tenant', nobody, '--from', '6'])).exitCode).toBe(2);
    process.exitCode = undefined;
    expect(await run(['export', '--tenant', tenant, '--from', '6'])).toEqual({
      out: '',
      err: '',
      exitCode: undefined,
    });
  });

  it('wants a tenant and whole numbers', async () => {
    expect((await run(['export'])).exitCode).toBe(2);
    expect((await run(['export', '--tenant', tenant, '--from', '-1'])).exitCode).toBe(2);
  });
});
