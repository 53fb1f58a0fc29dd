/**
 * Keeps the vendors' quotas in Redis, so that processes on any number of machines share them.
 */
import * as NodeRedis from "@effect/platform-node/NodeRedis"
import { RateLimit } from "@scanjobs/core"
import { Context, Duration, Effect, Exit, Fiber, Layer, Logger, Redacted, Scope } from "effect"
import type { Redis } from "effect/persistence"
import { SettingsProblem } from "../Problem.ts"
import * as RedisUrl from "../settings/RedisUrl.ts"

/** Which Redis, and how it is asked. */
export interface Options {
  readonly url: string
  readonly user?: string | undefined
  readonly password?: Redacted.Redacted | undefined
  /** How long a request may wait for it. */
  readonly patience?: Duration.Duration | undefined
  /** What names it in errors: the option, or the key of the settings. */
  readonly namedBy: string
}

/** Quotas that every process with the same Redis shares. Fails if Redis cannot be used. */
export const layer = ({
  namedBy,
  password,
  patience: given,
  url,
  user
}: Options): Layer.Layer<never, SettingsProblem> => {
  const patience = given ?? Duration.fromInputUnsafe(RateLimit.usualPatience)
  const unusable = (problem: string) =>
    new SettingsProblem({
      problems: [
        `${namedBy}: ${RedisUrl.shown(url)} cannot be used: Redis ${problem}; check that a Redis answers there, and its user and password where it wants them`
      ]
    })
  const client = NodeRedis.layer({
    url,
    ...(user === undefined ? {} : { username: user }),
    ...(password === undefined ? {} : { password: Redacted.value(password) }),
    // A command that waits for a connection would use up quota after the request that it was for is given up.
    disableOfflineQueue: true,
    socket: { connectTimeout: Duration.toMillis(patience) }
  }).pipe(
    // The client logs a broken connection; the request that needs it fails with the same error, so that the log adds nothing.
    Layer.provide(Logger.layer([])),
    leftAlone
  )
  return Layer.effectContext(
    Effect.gen(function* () {
      const redis = yield* Effect.mapError(Layer.build(client), RateLimit.redisProblem)
      const limits = yield* Layer.build(Layer.provide(RateLimit.layerRedis({ patience }), Layer.succeedContext(redis)))
      // Runs the script once, to see that this user may run it, and that this Redis can be written to.
      const { acquire } = Context.get(limits, RateLimit.RateLimit)
      yield* Effect.mapError(acquire("(no vendor)", [{ requests: 1000, window: "1 second" }]), ({ message }) =>
        message.replace(/^Redis /, "")
      )
      return limits
    }).pipe(
      Effect.timeoutOrElse({
        duration: Duration.sum(patience, Duration.millis(500)),
        orElse: () => Effect.fail(`does not answer (waited ${Duration.format(patience)})`)
      }),
      Effect.mapError(unusable)
    )
  )
}

/**
 * Neither waits for the client where the wait for its connection is given up, nor at its end: closing it waits for the answers to all
 * commands, and a Redis that is silent gives none.
 */
const leftAlone = <E>(
  client: Layer.Layer<Redis.Redis | NodeRedis.NodeRedis, E>
): Layer.Layer<Redis.Redis | NodeRedis.NodeRedis, E> =>
  Layer.effectContext(
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      yield* Effect.addFinalizer(() => Effect.forkDetach(Scope.close(scope, Exit.void)))
      const connecting = yield* Effect.forkDetach(Layer.buildWithScope(client, scope))
      const context = yield* Fiber.join(connecting)
      const { client: connection } = Context.get(context, NodeRedis.NodeRedis)
      yield* Effect.addFinalizer(() => Effect.sync(() => (connection.isOpen ? connection.destroy() : undefined)))
      return context
    })
  )
