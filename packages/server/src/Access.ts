/**
 * Who may read: everybody on this machine where there is no token, and otherwise who has it.
 */
import { ByteSize, Clock, Effect, Layer, Redacted } from "effect"
import {
  Cookies,
  HttpIncomingMessage,
  HttpRouter,
  HttpServerError,
  HttpServerRequest,
  HttpServerResponse
} from "effect/http"
import { createHash, createHmac, timingSafeEqual } from "node:crypto"
import { Authorization } from "./Authorization.ts"
import * as Problem from "./Problem.ts"
import * as Schemas from "./Schemas.ts"

/** The token, where one is needed. */
export type Token = Redacted.Redacted | undefined

const digest = (text: string) => createHash("sha256").update(text).digest()

/** Compares without telling by its time how much is right. */
const isToken = (given: string, token: Redacted.Redacted) =>
  timingSafeEqual(digest(given), digest(Redacted.value(token)))

const cookieName = "scanjobs_token"

/** What the API asks of a request. */
export const authorization = (token: Token) => {
  const check = <A, E, R>(self: Effect.Effect<A, E, R>, given: Redacted.Redacted) =>
    token === undefined || isToken(Redacted.value(given), token)
      ? self
      : Effect.fail(new Schemas.Unauthorized({ detail: "send the token as Authorization: Bearer TOKEN, or sign in" }))
  return Layer.succeed(
    Authorization,
    Authorization.of({
      bearer: (self, { credential }) => check(self, credential),
      cookie: (self, { credential }) => check(self, credential)
    })
  )
}

/** What the address of the calendar carries, because calendars send no header. It opens nothing else, and does not tell the token. */
export const calendarKey = (token: Redacted.Redacted): string =>
  createHmac("sha256", Redacted.value(token)).update("calendar").digest("base64url")

/** What routes beside the API ask of a request. */
export const signedIn = (
  token: Token,
  allows: (request: HttpServerRequest.HttpServerRequest) => boolean = () => false
) =>
  HttpRouter.middleware((app) =>
    Effect.gen(function* () {
      if (token === undefined) return yield* app
      const request = yield* HttpServerRequest.HttpServerRequest
      const bearer = /^Bearer (.+)$/i.exec(request.headers["authorization"] ?? "")?.[1]
      if (isToken(bearer ?? request.cookies[cookieName] ?? "", token) || allows(request)) return yield* app
      return Problem.response(401, "send the token as Authorization: Bearer TOKEN", { "www-authenticate": "Bearer" })
    })
  )

/** Whether the address of a request carries the calendar's key. */
export const hasCalendarKey = (token: Token) => {
  const key = token === undefined ? undefined : Redacted.make(calendarKey(token))
  return ({ url }: { readonly url: string }) =>
    key !== undefined && isToken(new URLSearchParams(url.split("?")[1] ?? "").get("key") ?? "", key)
}

const loopback: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]"])

/** Only what this server sends may run, and only it may be asked. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

/** The documentation page has its scripts in itself; these may run, and no others. */
const policyOfDocs = (response: HttpServerResponse.HttpServerResponse): string => {
  const { body } = response
  const html = body._tag === "Uint8Array" ? new TextDecoder().decode(body.body) : ""
  const hashes = [...html.matchAll(/<script(?:\s[^>]*)?>([\s\S]*?)<\/script>/g)].map(
    ([, script = ""]) => `'sha256-${digest(script).toString("base64")}'`
  )
  return `default-src 'none'; script-src ${hashes.join(" ") || "'none'"}; style-src 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self' data:; frame-ancestors 'none'; base-uri 'none'`
}

const pathOf = ({ url }: { readonly url: string }) => url.split("?")[0] ?? ""

const nothing = Problem.response(404, "there is nothing at this address; /docs describes what there is")

const isUnknownRoute = (error: unknown) =>
  HttpServerError.isHttpServerError(error) && error.reason._tag === "RouteNotFound"

/**
 * Refuses names that are not this machine's where there is no token: a page of another origin reaches loopback by a name that resolves
 * to it. Every answer says what a browser must not do with it.
 */
export const guard = (token: Token) => {
  let docsPolicy: string | undefined
  return HttpRouter.middleware(
    (app) =>
      Effect.gen(function* () {
        const request = yield* HttpServerRequest.HttpServerRequest
        const host = (request.headers["host"] ?? "").replace(/:\d+$/, "").toLowerCase()
        if (token === undefined && !loopback.has(host)) {
          return Problem.response(421, "this server has no token, and answers to names of this machine only")
        }
        const answer = yield* Effect.catchIf(app, isUnknownRoute, () => Effect.succeed(nothing))
        // The files of the page have no words for what is not among them.
        const response = answer.status === 404 && answer.body._tag === "Empty" ? nothing : answer
        const path = pathOf(request)
        const isDocs = path === "/docs" && response.status === 200
        if (isDocs) docsPolicy ??= policyOfDocs(response)
        return HttpServerResponse.setHeaders(response, {
          "content-security-policy": isDocs && docsPolicy !== undefined ? docsPolicy : policy,
          "cross-origin-opener-policy": "same-origin",
          "cross-origin-resource-policy": "same-origin",
          "referrer-policy": "no-referrer",
          "x-content-type-options": "nosniff",
          ...(path.startsWith("/api/") || path === "/metrics" ? { "cache-control": "private, no-cache" } : {}),
          // Proxies would keep changes back until they have many of them.
          ...(path === "/api/v1/events" ? { "x-accel-buffering": "no" } : {})
        })
      }),
    { global: true }
  )
}

/** More is not read: nobody who has no token may fill the memory. */
const longestToken = ByteSize.bytes(1000)

/** How many wrong tokens are looked at within {@link period}. */
const attempts = 10
const period = 60_000

/**
 * The form's answer: a right token becomes a cookie that scripts cannot read and other sites do not send. It names no path, so that
 * browsers send it below the folder of the form only: behind a proxy, other programs of the same host do not see it.
 */
export const session = (token: Token, isSecure: boolean) => {
  let wrong: ReadonlyArray<number> = []
  return HttpRouter.add(
    "POST",
    "/session",
    Effect.gen(function* () {
      const request = yield* HttpServerRequest.HttpServerRequest
      const now = yield* Clock.currentTimeMillis
      wrong = wrong.filter((at) => at > now - period)
      if (wrong.length >= attempts) {
        return Problem.response(429, "too many wrong tokens; wait a minute", { "retry-after": "60" })
      }
      const given = yield* request.text.pipe(
        Effect.provideService(HttpIncomingMessage.MaxBodySize, longestToken),
        Effect.orElseSucceed(() => "")
      )
      if (token !== undefined && !isToken(given, token)) {
        wrong = [...wrong, now]
        return Problem.response(401, "the token is not right")
      }
      const cookie = Cookies.setUnsafe(Cookies.empty, cookieName, given, {
        httpOnly: true,
        sameSite: "strict",
        secure: isSecure || request.headers["x-forwarded-proto"] === "https",
        maxAge: "30 days"
      })
      return HttpServerResponse.empty({ status: 204, cookies: cookie })
    })
  )
}
