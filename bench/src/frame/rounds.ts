/**
 * Measures every contender once a round, one after the other, and turns the order round
 * with each round (A B, B A, A B …): what else the machine does, and whatever drifts
 * while it runs, falls on all of them alike.
 *
 * @returns for each contender its measurements, in the order of the rounds.
 */
export async function interleave<Name extends string, Measurement>(
  contenders: readonly Name[],
  rounds: number,
  measure: (contender: Name, round: number) => Promise<Measurement>,
): Promise<Record<Name, Measurement[]>> {
  const measured = Object.fromEntries(
    contenders.map((contender) => [contender, [] as Measurement[]]),
  ) as Record<Name, Measurement[]>;
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? contenders : contenders.toReversed();
    for (const contender of order) measured[contender].push(await measure(contender, round));
  }
  return measured;
}
