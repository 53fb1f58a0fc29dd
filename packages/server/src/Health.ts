/**
 * `/healthz`, for what watches over the server: that it runs, and can read its store. It tells nothing of the history.
 */
import { Store, Views } from "@scanjobs/history"
import { Effect } from "effect"
import { HttpRouter, HttpServerResponse } from "effect/http"
import * as Problem from "./Problem.ts"
import * as StoreAdvice from "./StoreAdvice.ts"

/** The route, on the store that is open. */
export const route = HttpRouter.use((router) =>
  Effect.flatMap(Store.Store, (store) =>
    router.add(
      "GET",
      "/healthz",
      Views.lastChange.pipe(
        Effect.as(HttpServerResponse.text("ok\n", { headers: { "cache-control": "no-store" } })),
        Effect.catchTag("StoreError", ({ message, reason }) =>
          Effect.as(Effect.logWarning(message), Problem.response(503, StoreAdvice.of(reason)))
        ),
        Effect.provideService(Store.Store, store)
      )
    )
  )
)
