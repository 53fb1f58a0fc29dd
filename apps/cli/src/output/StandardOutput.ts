/**
 * Writes to standard output, in whose own time its reader takes it.
 */
import { Effect, Result, Stdio, Stream } from "effect"
import { OutputFailed } from "../Problem.ts"

/** How writing ended: at the end of the text, or because nobody reads any more, as after `| head`. */
export type Ended = "all" | "broken-pipe"

/** Writes a stream of text. A reader that left is no failure; the stream is interrupted then. */
export const write = <E, R>(
  text: Stream.Stream<string, E, R>
): Effect.Effect<Ended, E | OutputFailed, R | Stdio.Stdio> =>
  Effect.gen(function* () {
    const stdio = yield* Stdio.Stdio
    const own = Stream.mapError(text, (error) => new Inner(error))
    const written = yield* Effect.result(Stream.run(own, stdio.stdout({ endOnDone: false })))
    if (Result.isSuccess(written)) return "all"
    if (written.failure instanceof Inner) return yield* Effect.fail(written.failure.error)
    const code = codeOf(written.failure.reason.cause)
    if (code === "EPIPE") return "broken-pipe"
    return yield* new OutputFailed({ message: `standard output cannot be written to (${code})` })
  })

/**
 * Waits until everything that was written has left this program. Where it cannot leave any more, this never ends, and whoever
 * writes is told why.
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

const codeOf = (cause: unknown): string =>
  cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : "unknown reason"
