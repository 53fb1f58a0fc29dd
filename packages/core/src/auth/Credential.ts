/**
 * Where the secret of each request comes from.
 *
 * A credential is opened once per run of a connection. Its secret is requested before each attempt, so that one that expires
 * during a listing is renewed in time.
 *
 * **Example** (a fixed key)
 *
 * ```ts
 * import { Credential } from "@scanjobs/core"
 * import { Redacted } from "effect"
 *
 * export const credential = Credential.fixed(Redacted.make("a secret"))
 * ```
 */
import { Cache, Duration, Effect, Redacted } from "effect"
import type { HttpClient } from "effect/http"
import * as Reason from "../model/Reason.ts"
import type { Audience, CredentialSource } from "../http/CredentialSource.ts"
import type { Secrets } from "../secrets/Secrets.ts"
import { Deadlines } from "../policies/Deadlines.ts"
import type * as RetryPolicy from "../policies/RetryPolicy.ts"

export type { Audience } from "../http/CredentialSource.ts"

/**
 * The secrets of one run of a connection.
 *
 * @since 0.1.0
 * @category models
 */
export type Source<E = never> = CredentialSource<E>

/**
 * What a credential may use of the run that opens it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Run {
  /** The connection's key, for quotas. */
  readonly key: string
  readonly secrets: Secrets
  /** Whether the connection admits that its secrets are sent to other machines without encryption. */
  readonly allowHttp: boolean
  readonly budget: RetryPolicy.Budget
  readonly onRetry: (reason: Reason.Reason, wait: number) => Effect.Effect<void>
}

/**
 * Opens the source of secrets of one run.
 *
 * @since 0.1.0
 * @category models
 */
export type Credential<out E = never, out R = never> = (run: Run) => Effect.Effect<Source<E>, never, R>

/**
 * A credential that needs no service but the HTTP client.
 *
 * @since 0.1.0
 * @category models
 */
export type Standard = Credential<never, HttpClient.HttpClient>

/**
 * A secret that does not change, such as an API key, or one composed of several settings.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fixed =
  (secret: Redacted.Redacted): Credential =>
  ({ secrets }) =>
    Effect.sync(() => {
      secrets.add(Redacted.value(secret))
      return { get: Effect.succeed(secret), reject: () => Effect.void, renewable: false }
    })

/**
 * A secret that an effect yields before each attempt, such as one from a vault. The effect's errors and requirements appear in
 * the types of the provider's streams, but for a {@link Reason}, which is the reason of an error as any other. It fails with `TimedOut` if the effect takes
 * longer than {@link Deadlines} `page`.
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
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromEffect =
  <E, R>(effect: Effect.Effect<Redacted.Redacted, E | Reason.Reason, R>): Credential<E, R> =>
  ({ secrets }) =>
    Effect.gen(function* () {
      const context = yield* Effect.context<R>()
      const duration = Duration.toMillis((yield* Deadlines).page)
      const remember = secrets.rotating()
      const get = effect.pipe(
        Effect.timeoutOrElse({
          duration,
          orElse: () => Effect.fail(new Reason.TimedOut({ deadline: "page", after: duration }))
        }),
        Effect.tap((secret) => Effect.sync(() => remember(Redacted.value(secret))))
      )
      return { get: Effect.provideContext(get, context), reject: () => Effect.void, renewable: true }
    })

/**
 * A credential that an effect makes, once per run, such as one whose key stands in a file. Where the effect fails, every request of the run
 * fails with its reason.
 *
 * **Example** (a key that a keychain holds)
 *
 * ```ts
 * import { Credential, Reason } from "@scanjobs/core"
 * import { Effect, type Redacted } from "effect"
 *
 * declare const read: Effect.Effect<Redacted.Redacted | undefined>
 *
 * export const credential = Credential.unwrap(
 *   Effect.flatMap(read, (key) =>
 *     key === undefined
 *       ? Effect.fail(new Reason.InvalidConnection({ problems: ["key: the keychain has none; add one"] }))
 *       : Effect.succeed(Credential.fixed(key))
 *   )
 * )
 * ```
 *
 * @since 0.3.0
 * @category constructors
 */
export const unwrap =
  <E, R, R2>(make: Effect.Effect<Credential<E, R>, Reason.Reason, R2>): Credential<E, R | R2> =>
  (run) =>
    Effect.matchEffect(make, {
      onSuccess: (credential) => credential(run),
      onFailure: (reason) => {
        const failing: Source<E> = { get: Effect.fail(reason), reject: () => Effect.void, renewable: false }
        return Effect.succeed(failing)
      }
    })

/**
 * A credential for each audience, where a vendor's servers or services do not accept each other's tokens. `of` names what a token is asked
 * for, such as an OAuth scope, and audiences with the same name share the credential that `make` gives for it.
 *
 * **Example** (a token for each of two services)
 *
 * ```ts
 * import { Credential, OAuth } from "@scanjobs/core"
 * import type { Redacted } from "effect"
 *
 * declare const settings: { readonly clientId: string; readonly clientSecret: Redacted.Redacted }
 *
 * export const credential = Credential.forAudience(
 *   ({ listing }) => (listing === "devices" ? "https://devices.acme.example/.default" : "https://files.acme.example/.default"),
 *   (scope) =>
 *     OAuth.clientCredentials({
 *       tokenUrl: "https://login.acme.example/token",
 *       clientId: settings.clientId,
 *       proof: { clientSecret: settings.clientSecret },
 *       scope
 *     })
 * )
 * ```
 *
 * @since 0.3.0
 * @category constructors
 */
export const forAudience =
  <E, R>(of: (audience: Audience) => string, make: (name: string) => Credential<E, R>): Credential<E, R> =>
  (run) =>
    Effect.gen(function* () {
      const sources = yield* Cache.make({
        capacity: Number.POSITIVE_INFINITY,
        lookup: (name: string) => make(name)(run),
        requireServicesAt: "construction"
      })
      const unknown = Effect.die(new Error("a credential for each audience has no secret without one"))
      return {
        get: unknown,
        reject: () => Effect.void,
        renewable: false,
        of: (audience) => Effect.suspend(() => Cache.get(sources, of(audience)))
      }
    })
