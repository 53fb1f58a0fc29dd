// The emulator of another author's provider, for `scanjobs emulate`.
import { Emulator, Playground } from "@scanjobs/testing"
import { Effect } from "effect"
import { HttpServerResponse } from "effect/http"
import { Acme } from "./acme.js"

const no = (status: number) => () => HttpServerResponse.jsonUnsafe({ problem: "no" }, { status })

export const playground = Playground.make(Acme, ({ jobs = 25, ...settings }) => {
  const runs = Array.from({ length: jobs }, (_, index) => ({ id: `run-${index}` }))
  const served = Emulator.serve(Acme, {
    ...settings,
    accepts: (credential) => Effect.succeed(credential === "good"),
    answers: { refused: no(401), invalid: no(400), missing: no(404), limited: no(429) },
    handlers: {
      runs: ({ query: { skip, top } }) =>
        Effect.succeed(HttpServerResponse.jsonUnsafe({ runs: runs.slice(skip, skip + top) }))
    }
  })
  return Effect.map(served, ({ baseUrl, ledger }) => ({ ledger, settings: { baseUrl, token: "good" } }))
})
