import { type Case } from './case.js';
import { type Outcome, outcomeOf } from './outcome.js';
import { type Side } from './side.js';

/** What both servers made of one case. */
export interface Result {
  readonly name: string;
  readonly theirs: Outcome;
  readonly ours: Outcome;
}

/** So many browsers on each side ask at the same time. */
const LANES = 4;

/** Sends every case to both servers. */
export async function runCases(
  cases: readonly Case[],
  theirs: Side,
  ours: Side,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const waiting = cases.values();
  const lane = async (): Promise<void> => {
    // A session for each: the oracle keeps what was granted in it, and writes it as a whole.
    const here: Side = { ...theirs, cookie: await theirs.signIn() };
    for (const one of waiting) {
      const [their, our] = await Promise.all([outcomeFor(one, here), outcomeFor(one, ours)]);
      results.push({ name: one.name, theirs: their, ours: our });
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return results.sort((one, other) => (one.name < other.name ? -1 : 1));
}

async function outcomeFor(one: Case, side: Side): Promise<Outcome> {
  try {
    return outcomeOf(await side.send(await one.request(side)), side.issuer);
  } catch (cause) {
    throw new Error(`the case could not be asked: ${one.name}`, { cause });
  }
}
