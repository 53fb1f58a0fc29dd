/**
 * Whether the vendors' quotas belong to this process, or are shared in the Redis that the command line or the settings name.
 */
import { Effect, Layer, Option, Redacted } from "effect"
import { UsageProblem } from "../Problem.ts"
import { KnownSecrets } from "../report/KnownSecrets.ts"
import * as RedisUrl from "../settings/RedisUrl.ts"
import type { Settings } from "../settings/Settings.ts"

/** Checks the address that `--rate-limit` gives, before anything is loaded. */
export const check = (given: Option.Option<string>): Effect.Effect<void, UsageProblem> =>
  Option.isNone(given) || RedisUrl.isRedisUrl(given.value)
    ? Effect.void
    : Effect.fail(new UsageProblem({ message: `--rate-limit: expected ${RedisUrl.expected}` }))

/** What keeps the quotas until the scope ends. The option wins over the settings. The modules of Redis are loaded only where one is named. */
export const open = Effect.fnUntraced(function* (
  given: Option.Option<string>,
  { sections: { redis: ofSettings } }: Pick<Settings, "sections">
) {
  const named = Option.isSome(given)
    ? { url: given.value, namedBy: "--rate-limit" }
    : ofSettings === undefined
      ? undefined
      : { ...ofSettings, namedBy: "redis" }
  if (named === undefined) return yield* Layer.build(Layer.empty)
  const secrets = yield* KnownSecrets
  for (const secret of RedisUrl.secretsOf(named.url)) secrets.add(secret)
  if ("password" in named && named.password !== undefined) secrets.add(Redacted.value(named.password))
  const shared = yield* Effect.promise(() => import("../services/SharedRateLimit.ts"))
  return yield* Layer.build(shared.layer(named))
})
