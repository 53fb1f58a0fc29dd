import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect } from "effect"
import type { Runtime } from "effect"
import { run } from "./Cli.ts"
import * as ExitCode from "./ExitCode.ts"

// Each write reports its own error; without a listener, the stream's `error` event would end the process as well.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {})

let signalled: number | undefined

/** Ends the process even if something cannot be interrupted. */
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

/** Exits once all output has been written, or its reader has gone. */
const teardown: Runtime.Teardown = (exit, onExit) => {
  const code = signalled ?? ExitCode.ofExit(exit)
  process.exitCode = code
  process.stdout.write("", () => process.stderr.write("", () => onExit(code)))
}

NodeRuntime.runMain(Effect.provide(run, NodeServices.layer), { disableErrorReporting: true, teardown })
