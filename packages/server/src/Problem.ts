/**
 * Refusals as `application/problem+json` (RFC 9457), as the API sends them.
 */
import { HttpServerResponse } from "effect/http"

const titles: ReadonlyMap<number, string> = new Map([
  [401, "Unauthorized"],
  [404, "Not found"],
  [421, "Misdirected request"],
  [429, "Too many requests"],
  [503, "The store cannot be used"]
])

/** The answer with a status, and what to do in words. */
export const response = (
  status: number,
  detail: string,
  headers: Readonly<Record<string, string>> = {}
): HttpServerResponse.HttpServerResponse =>
  HttpServerResponse.text(
    `${JSON.stringify({ type: "about:blank", status, title: titles.get(status) ?? "Refused", detail })}\n`,
    { status, contentType: "application/problem+json", headers: { "cache-control": "no-store", ...headers } }
  )
