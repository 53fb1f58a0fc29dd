/**
 * What a command prints, such as a password manager's. No shell is involved: quotes group words, and nothing is expanded.
 */
import { Duration, Effect, Result, Stream } from "effect"
import { ChildProcess, ChildProcessSpawner, CommandLine } from "effect/process"

/** How long a command may take. A person may have to unlock a vault meanwhile. */
const patience = Duration.minutes(1)

/** How much a command may print, in bytes: far more than any secret. */
const most = 65_536

/**
 * Runs the command in `folder` and gives its output, trimmed. Failures name the program and its exit code; arguments and output
 * may be secrets, and are left out.
 */
export const read = Effect.fnUntraced(function* (command: string, folder: string) {
  const [program, ...args] = yield* wordsOf(command)
  if (program === undefined) return yield* Effect.fail("names no command; expected ${cmd:PROGRAM ARGUMENTS}")
  const spawner = yield* ChildProcessSpawner.ChildProcessSpawner
  const ended = Effect.gen(function* () {
    const running = yield* spawner.spawn(
      ChildProcess.make(program, args, { cwd: folder, extendEnv: true, stdin: "ignore", stderr: "ignore" })
    )
    let bytes = 0
    const text = yield* running.stdout.pipe(
      Stream.takeWhile((chunk) => (bytes += chunk.length) <= most),
      Stream.decodeText(),
      Stream.mkString
    )
    if (bytes > most) return { code: 0, isTooLong: true, text }
    return { code: yield* running.exitCode, isTooLong: false, text }
  }).pipe(
    Effect.scoped,
    Effect.mapError(({ reason }) => `the command ${program} cannot be run (${reason._tag})`),
    Effect.timeoutOrElse({
      duration: patience,
      orElse: () => Effect.fail(`the command ${program} did not end within ${Duration.format(patience)}`)
    })
  )
  const { code, isTooLong, text } = yield* ended
  if (isTooLong) return yield* Effect.fail(`the command ${program} printed more than ${most} bytes`)
  if (code !== 0) return yield* Effect.fail(`the command ${program} ended with exit code ${code}`)
  const trimmed = text.trim()
  return trimmed === "" ? yield* Effect.fail(`the command ${program} printed nothing`) : trimmed
})

/** The words of a command line, which holds no expressions, so that all of them are plain text. */
const wordsOf = (command: string): Effect.Effect<ReadonlyArray<string>, string> =>
  Result.match(CommandLine.template(Object.assign([command], { raw: [command] })), {
    onFailure: ({ message }) => Effect.fail(`has a command that cannot be split into words: ${message}`),
    onSuccess: (words) => Effect.succeed(words.map(String))
  })
