/**
 * How a request carries its credential.
 */
import { Redacted } from "effect"
import { HttpClientRequest } from "effect/http"
import type { HttpApiSecurity } from "effect/http-api"

/**
 * An `Authorization` header with a scheme, or an API key in a header, the query or a cookie; `"none"` where no request carries the
 * credential itself, because the verb `sign` signs requests with it.
 */
export type Security = HttpApiSecurity.Http | HttpApiSecurity.ApiKey | "none"

/** Adds the credential to a request. */
export const sign = (
  security: Security,
  request: HttpClientRequest.HttpClientRequest,
  credential: Redacted.Redacted
): HttpClientRequest.HttpClientRequest => {
  if (security === "none") return request
  const value = Redacted.value(credential)
  if (security._tag === "Http")
    return HttpClientRequest.setHeader(request, "authorization", `${security.scheme} ${value}`)
  switch (security.in) {
    case "header":
      return HttpClientRequest.setHeader(request, security.key, value)
    case "query":
      return HttpClientRequest.setUrlParam(request, security.key, value)
    case "cookie":
      return HttpClientRequest.setHeader(request, "cookie", `${security.key}=${value}`)
  }
}
