/**
 * What a request must show.
 */
import { HttpApiMiddleware, HttpApiSecurity } from "effect/http-api"
import { Unauthorized } from "./Schemas.ts"

/** A token, as a program sends it, or as a browser keeps it where no script can read it. */
export class Authorization extends HttpApiMiddleware.Service<Authorization>()("@scanjobs/server/Authorization", {
  security: {
    bearer: HttpApiSecurity.bearer,
    cookie: HttpApiSecurity.apiKey({ in: "cookie", key: "scanjobs_token" })
  },
  error: Unauthorized
}) {}
