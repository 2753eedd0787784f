import { leaveQueue } from '@nomo/queues';
import { loadConfig } from '@nomo/service-kit';
import { type Command } from 'commander';
import { commandEnvironment } from '../config.js';
import { openUsageQueue } from '../usage/bull-usage-queue.js';
import { DeadLetters, type DeadLetter } from '../usage/dead-letters.js';
import { CommandFailure } from './command-failure.js';
import { renderTable } from './table.js';

/** A list is for reading; `--json` gives all there are. */
const MOST_LISTED = 50;
const LONGEST_REASON = 80;
const REDIS_WITHIN_MS = 5_000;

/** Adds `usage dead-letters list|show|replay|discard`. */
export function addUsageCommand(program: Command): void {
  const letters = program
    .command('usage')
    .description('Look after the recording of usage.')
    .command('dead-letters')
    .description('Batches of usage that could not be written for what is in them.');
  addListCommand(letters);
  addShowCommand(letters);
  addReplayCommand(letters);
  addDiscardCommand(letters);
}

function addListCommand(letters: Command): void {
  letters
    .command('list')
    .description('List the dead letters, the latest first.')
    .option('--json', 'print one line of JSON a letter, for all there are', false)
    .action(async ({ json }: { json: boolean }) => {
      await withDeadLetters(async (dead) => {
        const count = await dead.count();
        const list = await dead.list(json ? Math.max(1, count) : MOST_LISTED);
        if (json) print(...list.map((letter) => JSON.stringify(summary(letter))));
        else if (count === 0) print('There are no dead letters.');
        else {
          print(letterTable(list));
          if (count > list.length) print('', `${count - list.length} more are not shown.`);
        }
      });
    });
}

function addShowCommand(letters: Command): void {
  letters
    .command('show')
    .description('Show one dead letter with its events, as JSON.')
    .argument('<id>', 'as the list has it')
    .action(async (id: string) => {
      await withDeadLetters(async (dead) => {
        const letter = (await dead.find(id)) ?? unknown(id);
        print(JSON.stringify({ ...summary(letter), events: letter.events ?? null }, null, 2));
      });
    });
}

function addReplayCommand(letters: Command): void {
  letters
    .command('replay')
    .description('Put dead letters back into the queue, once the cause is cured.')
    .argument('[ids...]', 'as the list has them')
    .option('--all', 'all there are', false)
    .action(async (ids: string[], { all }: { all: boolean }) => {
      await withDeadLetters(async (dead) => {
        for (const id of await chosen(dead, ids, all)) {
          if (!(await dead.replay(id))) unknown(id);
          print(`${id} is in the queue again.`);
        }
      });
    });
}

function addDiscardCommand(letters: Command): void {
  letters
    .command('discard')
    .description('Remove dead letters for good: what was not written of them never will be.')
    .argument('[ids...]', 'as the list has them')
    .option('--all', 'all there are', false)
    .action(async (ids: string[], { all }: { all: boolean }) => {
      await withDeadLetters(async (dead) => {
        for (const id of await chosen(dead, ids, all)) {
          if (!(await dead.discard(id))) unknown(id);
          print(`${id} is gone.`);
        }
      });
    });
}

async function chosen(
  dead: DeadLetters,
  ids: readonly string[],
  all: boolean,
): Promise<readonly string[]> {
  if (all === ids.length > 0) {
    throw new CommandFailure('Name the dead letters, or say --all: one of the two.');
  }
  return all ? dead.ids() : ids;
}

function unknown(id: string): never {
  throw new CommandFailure(`There is no dead letter ${id}.`);
}

async function withDeadLetters(work: (dead: DeadLetters) => Promise<void>): Promise<void> {
  const { REDIS_URL } = loadConfig(commandEnvironment());
  const queue = openUsageQueue(REDIS_URL);
  try {
    await reached(queue.waitUntilReady());
    await work(new DeadLetters(queue));
  } finally {
    await leaveQueue(queue);
  }
}

async function reached(ready: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new CommandFailure('Redis cannot be reached: see REDIS_URL.'));
    }, REDIS_WITHIN_MS);
  });
  try {
    await Promise.race([ready, late]);
  } finally {
    clearTimeout(timer);
  }
}

function summary({ id, since, reason, events }: DeadLetter): Record<string, unknown> {
  return { id, since, reason, events: events?.length ?? null, customers: customersOf(events) };
}

function customersOf(events: DeadLetter['events'] = []): string[] {
  return [...new Set(events.map(({ userId }) => userId))];
}

function letterTable(letters: readonly DeadLetter[]): string {
  return renderTable(
    ['ID', 'SINCE', 'EVENTS', 'CUSTOMERS', 'REASON'],
    letters.map(({ id, since, reason, events }) => [
      id,
      since.toISOString().slice(0, 19).replace('T', ' '),
      events === undefined ? '–' : String(events.length),
      events === undefined ? '–' : String(customersOf(events).length),
      reason.replaceAll(/\s+/gu, ' ').slice(0, LONGEST_REASON),
    ]),
  );
}

function print(...lines: string[]): void {
  if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
}
