/**
 * The history for agents, by the Model Context Protocol: five tools that only read. `Server` has it at `/mcp`.
 *
 * **Details**
 *
 * - Every answer says up to when what is known is complete, and what could not be read, so that an agent does not take silence for health.
 * - Texts of vendors are data. They are cut, and characters that people do not see are written as escapes.
 *
 * **Example** (an agent starts this program, and talks to it over standard input and output)
 *
 * ```ts
 * import { NodeStdio } from "@effect/platform-node"
 * import { Store } from "@scanjobs/history"
 * import { Mcp } from "@scanjobs/server"
 * import { Effect } from "effect"
 *
 * export const program = Mcp.serveStdio.pipe(Effect.provide([Store.layerSqlite("scanjobs.db"), NodeStdio.layer]))
 * ```
 */
import type { Store } from "@scanjobs/history"
import { Cause, Effect, Exit, Fiber, Layer, type Stdio } from "effect"
import { McpServer } from "effect/ai"
import * as AgentServer from "./AgentServer.ts"

/**
 * Talks to one agent over standard input and output, until standard input ends. Nothing else may write to standard output.
 *
 * @since 0.3.0
 * @category running
 */
export const serveStdio: Effect.Effect<void, never, Store.Store | Stdio.Stdio> = Effect.gen(function* () {
  // The end of standard input interrupts the fiber that has built the server.
  const server = yield* Effect.forkScoped(Layer.launch(McpServer.layerStdio(AgentServer.about)))
  const exit = yield* Fiber.await(server)
  if (Exit.isFailure(exit) && !Cause.hasInterruptsOnly(exit.cause)) return yield* Effect.die(Cause.squash(exit.cause))
}).pipe(Effect.scoped)
