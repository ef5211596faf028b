/**
 * Measures each thing once a round, in turn: A B C, A B C, … What else the machine does meanwhile meets all alike.
 *
 * @returns for each thing its measurements, one a round
 */
export async function inRounds<Thing, Result>(
  rounds: number,
  things: readonly Thing[],
  measure: (thing: Thing) => Promise<Result>,
): Promise<Result[][]> {
  const results = things.map((): Result[] => []);
  for (let round = 1; round <= rounds; round++) {
    console.error(`round ${round} of ${rounds}`);
    for (const [at, thing] of things.entries()) results[at]?.push(await measure(thing));
  }
  return results;
}
