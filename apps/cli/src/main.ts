import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect } from "effect"
import type { Runtime } from "effect"
import { run } from "./Cli.ts"
import * as ExitCode from "./ExitCode.ts"

// Whoever writes is told of an error by the write itself; without a listener the event would end the process as well.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {})

let signalled: number | undefined

/** Ends the process even where something does not let itself be interrupted. */
const endSoon = (code: number) => {
  signalled = code
  Effect.runFork(
    Effect.andThen(
      Effect.sleep("800 millis"),
      Effect.sync(() => process.exit(code))
    )
  )
}

process.once("SIGINT", () => endSoon(ExitCode.interrupted))
process.once("SIGTERM", () => endSoon(ExitCode.terminated))

/** Ends once all output has left; a reader that is gone takes it as left. */
const teardown: Runtime.Teardown = (exit, onExit) => {
  const code = signalled ?? ExitCode.ofExit(exit)
  process.exitCode = code
  process.stdout.write("", () => process.stderr.write("", () => onExit(code)))
}

NodeRuntime.runMain(Effect.provide(run, NodeServices.layer), { disableErrorReporting: true, teardown })
