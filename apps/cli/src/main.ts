import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect } from "effect"
import type { Runtime } from "effect"
import { run } from "./Cli.ts"
import * as Crash from "./Crash.ts"
import * as ExitCode from "./ExitCode.ts"

// Each write reports its own error; without a listener, the stream's `error` event would end the process as well.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {})

let signalled: number | undefined
let isDecided = false

const exit = (code: number) => {
  isDecided = true
  process.exit(code)
}

/** Ends the process even if something cannot be interrupted. */
const endSoon = (code: number) => {
  signalled ??= code
  Effect.runFork(
    Effect.andThen(
      Effect.sleep("800 millis"),
      Effect.sync(() => exit(code))
    )
  )
}

process.once("SIGINT", () => endSoon(ExitCode.interrupted))
process.once("SIGTERM", () => endSoon(ExitCode.terminated))

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
