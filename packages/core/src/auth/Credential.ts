/**
 * Where the secret of each request comes from.
 *
 * A credential is opened once for each run of a connection; its secret is then asked for before each attempt, so that one
 * that expires while a listing is read is renewed in time.
 */
import { Duration, Effect, Redacted } from "effect"
import type { HttpClient } from "effect/http"
import * as Reason from "../model/Reason.ts"
import type { CredentialSource } from "../http/CredentialSource.ts"
import type { Secrets } from "../http/Secrets.ts"
import { Deadlines } from "../policies/Deadlines.ts"
import type * as RetryPolicy from "../policies/RetryPolicy.ts"

/** The secrets of one run of a connection. */
export type Source<E = never> = CredentialSource<E>

/** What a credential may use of the run that opens it. */
export interface Run {
  /** The connection's key, for quotas. */
  readonly key: string
  readonly secrets: Secrets
  readonly budget: RetryPolicy.Budget
  readonly onRetry: (reason: Reason.Reason) => Effect.Effect<void>
}

/** Opens a source for one run. */
export type Credential<out E = never, out R = never> = (run: Run) => Effect.Effect<Source<E>, never, R>

/** The credential of a provider that needs no services but the HTTP client. */
export type Standard = Credential<never, HttpClient.HttpClient>

/** One secret that stays, such as an API key, or one that is composed of several settings. */
export const fixed =
  (secret: Redacted.Redacted): Credential =>
  ({ secrets }) =>
    Effect.sync(() => {
      secrets.add(Redacted.value(secret))
      return { get: Effect.succeed(secret), reject: () => Effect.void, renewable: false }
    })

/**
 * A secret that an effect yields before each attempt, such as one from a vault; its errors and requirements show in the type
 * of the provider's streams.
 *
 * **Example** (a key from a vault)
 *
 * ```ts
 * import { Credential } from "@scanjobs/core"
 * import { Effect, Redacted, Schema } from "effect"
 *
 * class VaultSealed extends Schema.TaggedError<VaultSealed>()("VaultSealed", {}) {}
 * declare const readKey: Effect.Effect<Redacted.Redacted, VaultSealed>
 *
 * export const credential = Credential.fromEffect(readKey)
 * ```
 */
export const fromEffect =
  <E, R>(effect: Effect.Effect<Redacted.Redacted, E, R>): Credential<E, R> =>
  ({ secrets }) =>
    Effect.gen(function* () {
      const context = yield* Effect.context<R>()
      const duration = Duration.toMillis((yield* Deadlines).page)
      const late = new Reason.TimedOut({ deadline: "page", after: duration })
      const get = effect.pipe(
        Effect.timeoutOrElse({ duration, orElse: () => Effect.fail(late) }),
        Effect.tap((secret) => Effect.sync(() => secrets.add(Redacted.value(secret))))
      )
      return { get: Effect.provideContext(get, context), reject: () => Effect.void, renewable: true }
    })
