import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect } from "effect"
import type { Runtime } from "effect"
import { run } from "./Cli.ts"
import { wantsJsonErrors } from "./commands/SharedFlags.ts"
import * as Crash from "./Crash.ts"
import * as ExitCode from "./ExitCode.ts"
import * as LastWords from "./report/LastWords.ts"

// Each write reports its own error; without a listener, the stream's `error` event would end the process as well.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {})

let signalled: number | undefined
let isDecided = false

const exit = (code: number) => {
  isDecided = true
  process.exit(code)
}

/** Whether text waits for the reader of standard output. */
const isWaiting = () => !process.stdout.destroyed && process.stdout.writableLength > 0

/** Ends the process even if something cannot be interrupted, or if the reader takes no more. */
const endSoon = (code: number) => {
  signalled ??= code
  Effect.runFork(
    LastWords.wait(isWaiting, wantsJsonErrors(process.argv)).pipe(
      Effect.andThen(Effect.sync(() => exit(code))),
      Effect.provide(NodeServices.layer)
    )
  )
}

/** The first signal asks the program to end; another one ends it at once. */
const onSignal = (code: number) => (signalled === undefined ? endSoon(code) : exit(signalled))

process.on("SIGINT", () => onSignal(ExitCode.interrupted))
process.on("SIGTERM", () => onSignal(ExitCode.terminated))

/**
 * Exits once all output has been written, or its reader has gone. What a plugin or a server left open, such as a timer, does not keep
 * the process.
 */
const teardown: Runtime.Teardown = (result) => {
  const code = signalled ?? ExitCode.ofExit(result)
  process.exitCode = code
  process.stdout.write("", () => process.stderr.write("", () => exit(code)))
}

Crash.guardExit(() => isDecided)
const crash = Crash.watch(() => endSoon(ExitCode.incomplete))

NodeRuntime.runMain(run.pipe(Effect.provideService(Crash.Crash, crash), Effect.provide(NodeServices.layer)), {
  disableErrorReporting: true,
  teardown
})
