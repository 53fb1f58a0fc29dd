import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Cause, Effect, Exit } from "effect"
import type { Runtime } from "effect"
import { run } from "./Cli.ts"

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

process.once("SIGINT", () => endSoon(130))
process.once("SIGTERM", () => endSoon(143))

/** Ends once all output has left; a reader that is gone takes it as left. */
const teardown: Runtime.Teardown = (exit, onExit) => {
  const code = signalled ?? codeOf(exit)
  process.exitCode = code
  process.stdout.write("", () => process.stderr.write("", () => onExit(code)))
}

const codeOf = <A, E>(exit: Exit.Exit<A, E>): number => {
  if (Exit.isSuccess(exit)) return typeof exit.value === "number" ? exit.value : 0
  return Cause.hasInterruptsOnly(exit.cause) ? 130 : 3
}

NodeRuntime.runMain(Effect.provide(run, NodeServices.layer), { disableErrorReporting: true, teardown })
