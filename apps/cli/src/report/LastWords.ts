/**
 * How long the program goes on once it was told to end, so that what it writes ends with a whole row, and JSON with its bracket.
 */
import { Effect, type Stdio } from "effect"
import * as JsonLine from "./JsonLine.ts"
import * as StandardError from "./StandardError.ts"

/** How long whatever cannot be interrupted may take while nothing is written. */
const quick = 800

/** How long a slow reader may take. */
const patience = 10_000

/** How often it is looked whether text still waits for the reader. */
const interval = 50

const tooSlow =
  "standard output was not taken by its reader within 10 seconds after the program was told to end; the last row may be cut off"

/**
 * Ends when the program should: as soon as no text is waiting for the reader any more, or when the reader has had its time. Standard
 * error then says that the output may be cut off.
 */
export const wait = Effect.fnUntraced(function* (
  isWaiting: () => boolean,
  asJson: boolean
): Effect.fn.Return<void, never, Stdio.Stdio> {
  yield* Effect.sleep(quick)
  let idle = 0
  for (let waited = quick; waited < patience; waited += interval) {
    idle = isWaiting() ? 0 : idle + 1
    // Between two texts, none waits for a moment.
    if (idle > 1) return
    yield* Effect.sleep(interval)
  }
  const said = asJson
    ? StandardError.write(`${JSON.stringify(JsonLine.problem("OutputFailed", tooSlow))}\n`)
    : StandardError.print([tooSlow])
  // Standard error may have the same reader.
  yield* Effect.timeoutOption(said, interval)
})
