/**
 * Writes to standard output with back-pressure.
 */
import { Effect, Result, Stdio, Stream } from "effect"
import * as IoFault from "./IoFault.ts"
import { OutputFailed } from "../Problem.ts"

/** How writing ended: at the end of the text, or because the reader closed the pipe, as `head` does. */
export type Ended = "all" | "broken-pipe"

/** Writes a stream of text. When the reader closes the pipe, the stream is interrupted; that is not a failure. */
export const write = <E, R>(
  text: Stream.Stream<string, E, R>
): Effect.Effect<Ended, E | OutputFailed, R | Stdio.Stdio> =>
  Effect.gen(function* () {
    const stdio = yield* Stdio.Stdio
    const own = Stream.mapError(text, (error) => new Inner(error))
    const written = yield* Effect.result(Stream.run(own, stdio.stdout({ endOnDone: false })))
    if (Result.isSuccess(written)) return "all"
    if (written.failure instanceof Inner) return yield* Effect.fail(written.failure.error)
    if (IoFault.codeOf(written.failure.reason.cause) === "EPIPE") return "broken-pipe"
    return yield* new OutputFailed({
      message: `standard output cannot be written to (${IoFault.describe(written.failure)})`
    })
  })

/**
 * Waits until everything that was written has left this program. When it can no longer be written, this never ends; the write
 * itself fails.
 */
export const flushed: Effect.Effect<void> = Effect.callback((resume) => {
  process.stdout.write("", (error) => {
    if (error === null || error === undefined) resume(Effect.void)
  })
})

/** The stream's own error, told apart from an error of the output. */
class Inner<out E> {
  readonly error: E
  constructor(error: E) {
    this.error = error
  }
}
