/** How much of the hostile suite runs: a part of it in `npm test`, and all of it in `npm run hostile`. */
import { Config, Effect } from "effect"

/** `SCANJOBS_HOSTILE=whole` tries every attack, at its full size. */
export const isWhole =
  Effect.runSync(Config.String("SCANJOBS_HOSTILE").pipe(Config.withDefault(""), Effect.orDie)) === "whole"

/** All pairs, or a part of them in which each member of both lists occurs. */
export const pairs = <A, B>(all: ReadonlyArray<A>, with_: ReadonlyArray<B>): ReadonlyArray<readonly [A, B]> => {
  const whole = all.flatMap((a, row) => with_.map((b, column) => ({ pair: [a, b] as const, row, column })))
  const every = Math.max(1, Math.min(all.length, with_.length) - 1)
  return whole.filter(({ column, row }) => isWhole || (row + column) % every === 0).map(({ pair }) => pair)
}
