/**
 * Errors that nothing catches, such as a rejected promise that a plugin forgot. Node would end the program with a dump of the
 * error, which may hold secrets, and with a code that means nothing here.
 */
import { Context, Effect } from "effect"
import { writeSync } from "node:fs"
import { wantsJsonErrors } from "./commands/SharedFlags.ts"
import * as ExitCode from "./ExitCode.ts"
import * as JsonLine from "./report/JsonLine.ts"

/** Waits for such an error. Never ends where nothing watches the process, as in tests within one. */
export const Crash = Context.Reference<Effect.Effect<unknown>>("scanjobs/Crash", { defaultValue: () => Effect.never })

/** Watches the process for its whole life. Only the first error counts; the program is ending by then. */
export const watch = (onCrash: () => void): Effect.Effect<unknown> => {
  const first = new Promise<{ readonly error: unknown }>((resolve) => {
    const settle = (error: unknown) => {
      onCrash()
      resolve({ error })
    }
    process.on("uncaughtException", settle)
    process.on("unhandledRejection", settle)
  })
  return Effect.map(
    Effect.promise(() => first),
    ({ error }) => error
  )
}

/**
 * What may be said of such an error: its kind and its place. Its message is left out, because what a plugin says there was not
 * looked at by anything that knows the secrets.
 */
export const describe = (error: unknown): string => {
  const place = error instanceof Error ? frame.exec(error.stack ?? "")?.[1] : undefined
  const kind = error instanceof Error && /^[A-Z]\w{0,60}$/i.test(error.name) ? error.name : "something that is no error"
  return `internal error: ${kind} that nothing caught${place === undefined ? "" : `, at ${place}`}; a plugin, or scanjobs itself, has a mistake there`
}

const frame = /\n +at (?:[^\n(]{1,200} \()?(?:file:\/\/)?(\/[^\s()]{1,1000}:\d+:\d+)\)?(?:\n|$)/

/**
 * Gives the exit code of an ending that this program did not decide on: a plugin ended the process, or nothing is left that could
 * go on. `decided` tells whether the program has come to its own end.
 */
export const guardExit = (decided: () => boolean): void =>
  void process.on("exit", () => {
    if (decided()) return
    process.exitCode = ExitCode.incomplete
    const isJson = wantsJsonErrors(process.argv)
    try {
      writeSync(2, `${isJson ? JSON.stringify(JsonLine.problem("InternalError", endedEarly)) : endedEarly}\n`)
    } catch {
      // Nobody reads standard error.
    }
  })

const endedEarly =
  "internal error: the program was ended before it was done; a plugin may have called process.exit, or wait for something that cannot come"
