/**
 * Signs each request that leaves a transport, and learns from refusals what time it is at the vendor's.
 */
import { Clock, Context, Effect, Layer, Option, Redacted } from "effect"
import { type CryptoError, Digest, Mac, SecureRandom, Signature } from "effect/crypto"
import { Headers, HttpClientRequest } from "effect/http"
import type { Place } from "../contract/Place.ts"
import type { Crypto, Signed, Signer } from "../contract/Signer.ts"
import * as VerbFailure from "../contract/VerbFailure.ts"
import * as Reason from "../model/Reason.ts"
import type { Secrets } from "../secrets/Secrets.ts"
import * as RetryAfter from "./RetryAfter.ts"

/** What requests are made for, while they are sent. */
export const SignedPlace = Context.Reference<Place>("@scanjobs/core/Transport/SignedPlace", {
  defaultValue: () => ({ listing: "", scope: null })
})

/** The signatures of one transport. */
export interface Signing {
  /** Signs a request and sends the signed one. */
  readonly signed: <A, E, R>(
    request: HttpClientRequest.HttpClientRequest,
    credential: Redacted.Redacted,
    send: (signed: HttpClientRequest.HttpClientRequest) => Effect.Effect<A, E, R>
  ) => Effect.Effect<A, E | Reason.Reason, R>
  /** Compares the clock of the vendor that refuses a request with the one that this request was signed by. */
  readonly learn: (reason: Reason.Reason, request: HttpClientRequest.HttpClientRequest, head: Head) => void
  /** Whether the request may have been refused because of the clock, which is corrected now. */
  readonly isCorrected: (error: unknown) => boolean
}

/** The head of an answer that arrived at `now`, in epoch milliseconds. */
interface Head {
  readonly headers: { readonly [name: string]: string | undefined }
  readonly now: number
}

/** A `Date` has whole seconds and is old by the time that the answer takes; vendors allow five minutes or more. */
const tolerance = 30_000

const crypto: Layer.Layer<Crypto> = Layer.mergeAll(
  Digest.layerWebCrypto,
  Mac.layerWebCrypto,
  Signature.layerWebCrypto
).pipe(Layer.provideMerge(SecureRandom.layerWebCrypto))

/** Makes the signatures of a transport. */
export const make = Effect.fnUntraced(function* (signer: Signer, secrets: Secrets): Effect.fn.Return<Signing> {
  const services = yield* Effect.provide(Effect.context<Crypto>(), crypto)
  const remember = secrets.rotating()
  const corrected = new WeakSet<object>()
  /** How far the vendor's clock is ahead of ours, in milliseconds. */
  let ahead = 0
  /** How far it was taken to be ahead when a request was signed; others may have learned more meanwhile. */
  const signedBy = new WeakMap<object, number>()

  const sign = (request: HttpClientRequest.HttpClientRequest, secret: Redacted.Redacted) =>
    Effect.gen(function* () {
      const body = bytesOf(request)
      const url = HttpClientRequest.toUrl(request)
      if (body === undefined)
        return yield* invalid("sign: a body of this kind cannot be signed; send JSON, a form or text")
      if (Option.isNone(url)) return yield* invalid("sign: the request has no valid address")
      const by = ahead
      const { headers, secrets: parts } = yield* signer(
        {
          method: request.method,
          url: url.value,
          headers: { ...request.headers },
          body,
          now: (yield* Clock.currentTimeMillis) + by,
          place: yield* SignedPlace
        },
        secret
      )
      for (const part of parts) remember(Redacted.value(part))
      const signed = HttpClientRequest.setHeaders(request, headers)
      signedBy.set(signed, by)
      return { headers, signed }
    }).pipe(
      Effect.provideContext(services),
      Effect.catchTag("CryptoError", (error: CryptoError.CryptoError) => invalid(`sign: ${error.message}`)),
      Effect.catchDefect((cause) => VerbFailure.raise(new VerbFailure.VerbFailure({ verb: "sign", cause }), secrets))
    )

  return {
    signed: (request, credential, send) =>
      Effect.flatMap(sign(request, credential), ({ headers, signed }) => withoutValues(headers, send(signed))),
    learn: (reason, request, { headers, now }) => {
      const sentAt = isRefusal(reason) ? RetryAfter.sentAtOf(headers) : undefined
      if (sentAt === undefined || Math.abs(sentAt - now - (signedBy.get(request) ?? ahead)) <= tolerance) return
      ahead = sentAt - now
      corrected.add(reason)
    },
    isCorrected: (error) => typeof error === "object" && error !== null && corrected.has(error)
  }
})

/** What a vendor may answer where it takes a signature for too old, or for one of the future. */
const isRefusal = ({ _tag }: Reason.Reason): boolean =>
  _tag === "Unauthorized" || _tag === "Forbidden" || _tag === "VendorRejected"

const invalid = (problem: string) => Effect.fail(new Reason.InvalidConnection({ problems: [problem] }))

const bytesOf = ({ body }: HttpClientRequest.HttpClientRequest): Uint8Array | undefined => {
  if (body._tag === "Empty") return new Uint8Array()
  return body._tag === "Uint8Array" ? body.body : undefined
}

/** No span shows the values of these headers. */
const withoutValues = <A, E, R>(headers: Signed["headers"], effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.updateService(effect, Headers.CurrentRedactedNames, (names) => [...names, ...Object.keys(headers)])
