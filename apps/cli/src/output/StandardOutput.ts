/**
 * Writes to standard output with back-pressure.
 */
import { Data, Effect, Result, Stdio, Stream } from "effect"
import * as IoFault from "../files/IoFault.ts"
import { OutputFailed } from "../Problem.ts"

/** How writing ended: at the end of the text, or because the reader closed the pipe, as `head` does. */
export type Ended = "all" | "broken-pipe"

/** The reader has closed the pipe, so that nothing more can be written. */
export class ReaderGone extends Data.TaggedError("ReaderGone")<{}> {}

/** Writes a stream of text. When the reader closes the pipe, the stream is interrupted; that is not a failure. */
export const write = <E, R>(
  text: Stream.Stream<string, E | ReaderGone, R>
): Effect.Effect<Ended, E | OutputFailed, R | Stdio.Stdio> =>
  Effect.gen(function* () {
    const stdio = yield* Stdio.Stdio
    const own = Stream.mapError(text, (error) => new Inner(error))
    const written = yield* Effect.result(Stream.run(own, stdio.stdout({ endOnDone: false })))
    if (Result.isSuccess(written)) return "all"
    if (!(written.failure instanceof Inner)) {
      const fault = faultOf(written.failure.reason.cause)
      return fault instanceof ReaderGone ? "broken-pipe" : yield* fault
    }
    const { error } = written.failure
    return error instanceof ReaderGone ? "broken-pipe" : yield* Effect.fail(error)
  })

/** Waits until everything that was written has left this program, or fails because it cannot. */
export const flushed: Effect.Effect<void, OutputFailed | ReaderGone> = Effect.callback((resume) => {
  process.stdout.write("", (error) => {
    resume(error === null || error === undefined ? Effect.void : Effect.fail(faultOf(error)))
  })
})

/** After the reader has gone, a stream that is closed reports any of these. */
const gone: ReadonlySet<string | undefined> = new Set(["EPIPE", "ERR_STREAM_DESTROYED", "ERR_STREAM_WRITE_AFTER_END"])

const faultOf = (error: unknown): OutputFailed | ReaderGone =>
  gone.has(IoFault.codeOf(error))
    ? new ReaderGone()
    : new OutputFailed({ message: `standard output cannot be written to (${IoFault.ofError(error)})` })

/** The stream's own error, told apart from an error of the output. */
class Inner<out E> {
  readonly error: E
  constructor(error: E) {
    this.error = error
  }
}
