/**
 * A place that notifications go to.
 *
 * **Example** (a chat room that hears about what never happened)
 *
 * ```ts
 * import { type Notice, Target } from "@scanjobs/history"
 * import { Effect, Redacted, Schema } from "effect"
 *
 * export const Settings = Schema.Array(Target.Target)
 *
 * export const room = Target.make({
 *   when: ["missed", "connection_failing"],
 *   to: Redacted.make("https://chat.example.com/hooks/T0/B0/x"),
 *   format: "slack"
 * })
 *
 * export const tell = (notices: ReadonlyArray<Notice.Notice>) =>
 *   Target.send(room, "notices-7", notices).pipe(
 *     Effect.catchTag("NotDelivered", (problem: Target.NotDelivered) => Effect.logWarning(problem.message))
 *   )
 * ```
 */
import { Clock, Effect, Redacted, Schedule, Schema } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import * as Message from "./Message.ts"
import { Cause, type Notice } from "./Notice.ts"
import * as WebhookSignature from "./WebhookSignature.ts"

const isLoopback = (host: string): boolean => /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(host)

/** What an address must be, because the address itself is a secret that must not be sent in plain text. */
const isAddress = (text: string): boolean => {
  const url = URL.parse(text)
  if (url === null || url.username !== "" || url.password !== "") return false
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname))
}

const Address = Schema.String.check(
  Schema.makeFilter(isAddress, { expected: "an https: address without user and password; http: only to this machine" })
)

/**
 * The settings of a target. `to` is the address of a webhook, which is a secret. `secret` signs the messages of the format `json`
 * as Standard Webhooks 1.0 defines it; what begins with `whsec_` is Base64.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Target = Schema.Struct({
  when: Schema.NonEmptyArray(Cause),
  to: Schema.Redacted(Address),
  format: Message.Format,
  secret: Schema.optionalKey(Schema.Redacted(Schema.NonEmptyString))
})

/**
 * A place that notifications go to.
 *
 * @since 0.1.0
 * @category models
 */
export type Target = typeof Target.Type

/**
 * Checks that `to` is an `https:` address, or `http:` to this machine, and throws where it is not.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (target: Target): Target => Schema.decodeUnknownSync(Schema.toType(Target))(target)

/**
 * A message did not arrive. It may be sent again later, with the same id.
 *
 * @since 0.1.0
 * @category errors
 */
export class NotDelivered extends Schema.TaggedError<NotDelivered>()("NotDelivered", {
  /** The host that was asked; the whole address is a secret. */
  host: Schema.String,
  /** The status of the answer; `null` where there was none. */
  status: Schema.NullOr(Schema.Int),
  /** Whether trying again later can help without a change of the settings. */
  retryable: Schema.Boolean
}) {
  override get message(): string {
    const what = this.status === null ? "did not answer" : `answered with HTTP status ${this.status}`
    return `${this.host} ${what}${this.retryable ? "" : "; check the address of the webhook"}`
  }
}

/** How long one attempt may take, and all attempts to send one message together. */
const patience = { attempt: "10 seconds", all: "2 minutes" } as const

/**
 * Sends these notices as one message, with up to three retries. `id` identifies the message over all attempts, also those of
 * later calls. Redirects are not followed.
 *
 * @since 0.1.0
 * @category running
 */
export const send: (
  target: Target,
  id: string,
  notices: ReadonlyArray<Notice>
) => Effect.Effect<void, NotDelivered, HttpClient.HttpClient> = Effect.fnUntraced(function* (target, id, notices) {
  const address = Redacted.value(target.to)
  const host = new URL(address).host
  const client = (yield* HttpClient.HttpClient).pipe(
    HttpClient.transformResponse(
      Effect.timeoutOrElse({
        duration: patience.attempt,
        orElse: () => Effect.fail(new NotDelivered({ host, status: null, retryable: true }))
      })
    ),
    HttpClient.retryTransient({
      times: 3,
      schedule: Schedule.jittered(Schedule.exponential("1 second")),
      while: (error) => error._tag === "NotDelivered"
    })
  )
  const at = yield* Clock.currentTimeMillis
  const body = Message.bodyOf(target.format, notices, at)
  const headers = yield* WebhookSignature.headersOf({ id, at, body }, target.secret)
  const request = HttpClientRequest.post(address).pipe(
    HttpClientRequest.setHeaders(headers),
    HttpClientRequest.bodyText(body, "application/json")
  )
  yield* client.execute(request).pipe(
    Effect.catchTag("HttpClientError", () => Effect.fail(new NotDelivered({ host, status: null, retryable: true }))),
    Effect.flatMap(({ status }) =>
      status >= 200 && status < 300
        ? Effect.void
        : Effect.fail(new NotDelivered({ host, status, retryable: isTransient(status) }))
    ),
    Effect.timeoutOrElse({
      duration: patience.all,
      orElse: () => Effect.fail(new NotDelivered({ host, status: null, retryable: true }))
    }),
    Effect.scoped
  )
})

const isTransient = (status: number): boolean => status === 408 || status === 429 || status >= 500
