/**
 * Keeps the vendors' quotas in Redis, so that processes on any number of machines share them.
 */
import * as NodeRedis from "@effect/platform-node/NodeRedis"
import { RateLimit } from "@scanjobs/core"
import { Effect, Layer, Logger } from "effect"
import { Redis } from "effect/persistence"
import { SettingsProblem } from "../Problem.ts"
import * as RedisUrl from "./RedisUrl.ts"

/** How long the first answer of Redis may take. */
const patience = "5 seconds"

/** Quotas that every process with the same Redis shares. Fails if Redis cannot be used. */
export const layer = (url: string): Layer.Layer<never, SettingsProblem> => {
  const problem = new SettingsProblem({
    problems: [
      `--rate-limit: ${RedisUrl.shown(url)} cannot be used; check that a Redis answers there, and its user and password where it wants them`
    ]
  })
  // The client logs a broken connection; the request that needs it fails with the same error, so that the log adds nothing.
  const redis = Layer.provide(NodeRedis.layer({ url, socket: { connectTimeout: 4000 } }), Logger.layer([]))
  const answering = Layer.effectDiscard(Effect.flatMap(Redis.Redis, timeOf))
  return RateLimit.layerRedis().pipe(
    Layer.provideMerge(answering),
    Layer.provide(redis),
    (limits) =>
      Layer.effectContext(
        Effect.timeoutOrElse(Layer.build(limits), { duration: patience, orElse: () => Effect.fail(problem) })
      ),
    Layer.catchCause(() => Layer.effectDiscard(Effect.fail(problem)))
  )
}

/** Asks Redis for its time, to see that it answers. */
const timeOf = (redis: Redis.Redis["Service"]): Effect.Effect<unknown, Redis.RedisError> => redis.send("TIME")
