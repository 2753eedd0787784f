import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { findSilentChanges } from '../silent-changes.mjs';

/** What changes rows of NamoID and tells nobody, and why that is right. */
const EXCUSED = {
  'ConsentsRepository.save':
    'Called by the store of the engine, which records consent.granted.',
  'ExpiredRowsRepository.remove': 'What nobody can use any more is no state.',
  'IdempotencyRepository.take': 'Stands beside a change, which records its own event.',
  'IdempotencyRepository.answer': 'Stands beside a change, which records its own event.',
  'InteractionsRepository.keepWaiting':
    'A question to a browser; what is answered is recorded.',
  'InteractionsRepository.insert': 'A question to a browser; what is answered is recorded.',
  'InteractionsRepository.consume': 'A question to a browser; what is answered is recorded.',
  'LogoutOutbox.put': 'Stands beside the end of a session, which the engine records.',
  'LogoutsRepository.claim': 'How far a message has come; what it tells of is recorded.',
  'LogoutsRepository.noteAttempt': 'How far a message has come; what it tells of is recorded.',
  'SecurityEventsRepository.insert': 'Is a record itself, and cannot be changed.',
  'SeenIdentifiers.of': 'A register of used proofs, which names nobody.',
  'SessionsRepository.touch': 'The time of the last request is no change that anybody made.',
  'StartUpCheck.check': 'Asks the catalog of PostgreSQL what @nomo/tenancy has to know.',
  'WebhooksRepository.claim': 'How far a message has come; what it tells of is recorded.',
  'WebhooksRepository.giveUp':
    'How far a message has come; that its webhook is disabled is recorded.',
  'WebhooksRepository.insertDeliveries': 'Stands beside a security event, which is the record.',
  'WebhooksRepository.noteAttempt': 'How far a message has come; what it tells of is recorded.',
};

describe('a change of NamoID’s state', () => {
  const source = path.resolve(import.meta.dirname, '../../../apps/identity/src');

  it('is recorded in the audit trail', () => {
    expect(findSilentChanges(source, Object.keys(EXCUSED))).toEqual({
      silent: [],
      needless: [],
    });
  });
});

describe('findSilentChanges', () => {
  let folder;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'nomo-lint-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const silent = (code, excused = []) => {
    writeFileSync(
      path.join(folder, 'things.ts'),
      `class Things { async add(tx) { await tx.thing.create({}); } }\n${code}`,
    );
    return findSilentChanges(folder, excused).silent;
  };

  const service = (body) =>
    `class Service { constructor(private readonly things: Things, private readonly audit: AuditTrail) {}
       async add(tx) { ${body} } }`;

  it('takes a change whose caller records it', () => {
    expect(silent(service('await this.things.add(tx); await this.audit.record(tx);'))).toEqual(
      [],
    );
  });

  it('names the way to a change that nobody records', () => {
    expect(silent(service('await this.things.add(tx);'))).toEqual(['Service.add → Things.add']);
  });

  it('sees a change inside of a callback, and a caller of the caller', () => {
    const code = `${service('await each(() => this.things.add(tx));')}
      class Controller { constructor(private readonly service: Service) {}
        post() { return this.db.withTenant(1, (tx) => this.service.add(tx)); } }`;
    expect(silent(code)).toEqual(['Controller.post → Service.add → Things.add']);
  });

  it('does not overlook a change that is called in a way it cannot follow', () => {
    expect(silent('')).toEqual(['Things.add']);
  });

  it.each([
    ['SQL', 'await tx.$executeRaw`UPDATE things SET a = 1`;'],
    ['SQL that cannot be read', 'await tx.$queryRawUnsafe(statement);'],
    ['a removal', 'await tx.thing.deleteMany({});'],
  ])('knows %s for a change', (_, body) => {
    expect(silent(`class Other { async run(tx) { ${body} } }`)).toContain('Other.run');
  });

  it('knows a statement that is a constant of its file, whatever it is handed to', () => {
    const code = `const ADD = \`INSERT INTO things (a) VALUES ($1)\`;
      const FIND = 'SELECT a FROM things';
      async function add(tx) { await writeBehind(tx, ADD, [1]); }
      const ADD_TWO = ADD.replace('($1)', '($1), ($2)');
      async function addTwo(tx) { await writeBehind(tx, ADD_TWO, [1, 2]); }
      async function find(tx) { await firstRow(tx, FIND, [1]); }`;
    expect(silent(code)).toEqual(['Things.add', 'add', 'addTwo']);
  });

  it('is not led astray by those who call each other', () => {
    const code = `class Other {
      async run(tx) { await this.retry(tx); await tx.thing.create({}); }
      async retry(tx) { await this.run(tx); }
    }`;
    expect(silent(code)).toContain('Other.run');
  });

  it('knows a question from a change', () => {
    const body = 'await tx.thing.findMany(); await tx.$queryRaw`SELECT 1 FROM a FOR UPDATE`;';
    expect(silent(`class Other { async run(tx) { ${body} } }`)).toEqual(['Things.add']);
  });

  it('says which excuse is not needed', () => {
    writeFileSync(
      path.join(folder, 'a.ts'),
      'class A { read(tx) { return tx.a.findMany(); } }',
    );
    expect(findSilentChanges(folder, ['A.read']).needless).toEqual(['A.read']);
  });
});
