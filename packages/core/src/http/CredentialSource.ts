/**
 * Where a transport gets the secret of each attempt.
 */
import type { Effect, Redacted } from "effect"
import type * as Reason from "../model/Reason.ts"

/**
 * Whom a secret is sent to.
 *
 * @since 0.3.0
 * @category models
 */
export interface Audience {
  /** Such as `https://api.acme.example`. */
  readonly origin: string
  /** The listing that is asked. */
  readonly listing: string
}

/** The secrets of one run of a connection. */
export interface CredentialSource<out E = never> {
  /** The secret to use now. */
  readonly get: Effect.Effect<Redacted.Redacted, Reason.Reason | E>
  /** Called when the vendor refuses this secret, so that the next `get` gives another one. */
  readonly reject: (secret: Redacted.Redacted) => Effect.Effect<void>
  /** Whether a refused secret can be replaced; if so, a 401 is tried once more with a new one. */
  readonly renewable: boolean
  /** The source of the secrets for one audience. Where it is given, it is used in place of this one. */
  readonly of?: (audience: Audience) => Effect.Effect<CredentialSource<E>>
}
