import { Credential } from "@scanjobs/core"
import { Conformance } from "@scanjobs/testing"
import * as ConformanceSuite from "@scanjobs/testing/conformance"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { HttpClient } from "effect/http"
import { type Parts, subject, tokenFor } from "../Isles.ts"
import * as Halls from "../Halls.ts"
import * as Yards from "../Yards.ts"

ConformanceSuite.suite(subject(), { describe, it })

/** The token for the first server that is asked, for all of them. */
const shared = (secret: string) => {
  let first: string | undefined
  return Credential.forAudience(
    ({ origin }) => (first ??= origin),
    (origin) => Credential.fixed(tokenFor(secret, origin))
  )
}

/** A credential that asks the vendor whether it is still good, before each page. */
const asking = (secret: string, baseUrl: string): Credential.Standard =>
  Credential.fromEffect(
    Effect.gen(function* () {
      const client = yield* HttpClient.HttpClient
      const token = tokenFor(secret, baseUrl)
      yield* Effect.ignore(client.get(`${baseUrl}/isles/south/runs?top=1`))
      return token
    })
  )

const mistakes: ReadonlyArray<readonly [mistake: string, parts: Parts, caughtBy: string, says: string]> = [
  [
    "asks one server for everything",
    { server: () => "https://north.isles.example" },
    "C44",
    "at the vendor's own servers, the listing failed"
  ],
  [
    "asks a server that the vendor does not have",
    { server: (isle) => `https://${isle === "north" ? "north" : "west"}.isles.example` },
    "C44",
    "none of the subject's"
  ],
  [
    "asks each server for what another one has",
    { server: (isle) => `https://${isle === "north" ? "south" : "north"}.isles.example` },
    "C44",
    "at the vendor's own servers, the listing failed"
  ],
  ["sends the token of one server to another one", { credential: shared }, "C44", "the listing failed"],
  [
    "asks the vendor for something besides the library",
    { credential: asking },
    "C45",
    "requests arrived within one window"
  ]
]

describe("the conformance of several servers", () => {
  for (const [mistake, parts, caughtBy, says] of mistakes) {
    it.live(`catches a provider that ${mistake}, by ${caughtBy}`, () =>
      Effect.gen(function* () {
        const check = Conformance.checks(subject(parts)).find(({ id }) => id === caughtBy)
        const failure = yield* Effect.flip(Effect.scoped(check?.run ?? Effect.die("there is no such check")))
        assert.strictEqual(failure._tag, "ConformanceFailure", failure.message)
        assert.include(failure.message, says)
      })
    )
  }

  const ofYards = (isleOf?: Yards.IsleOf) => {
    const check = Conformance.checks(Yards.subject(isleOf)).find(({ id }) => id === "C44")
    return Effect.scoped(check?.run ?? Effect.die("there is no such check"))
  }

  it.live("accepts a provider that finds its scopes on each server, and reads them there", () => ofYards())

  it.live("catches a provider that looks for what it found on one server at another one, by C44", () =>
    Effect.gen(function* () {
      const { message } = yield* Effect.flip(ofYards(() => "north"))
      assert.include(message, "https://south.yards.example was asked for parents, and for no page of the listing")
    })
  )

  const ofHalls = (id: string, parts?: Halls.Parts) => {
    const check = Conformance.checks(Halls.subject(parts)).find((one) => one.id === id && one.listing === "runs")
    return Effect.scoped(check?.run ?? Effect.die("there is no such check"))
  }

  it.live("accepts a provider that asks for each listing at its own server", () => ofHalls("C44"))

  it.live("catches a provider that asks for all listings at the server of one, by C44", () =>
    Effect.gen(function* () {
      const failure = yield* Effect.flip(ofHalls("C44", { server: () => "https://plans.halls.example" }))
      assert.strictEqual(failure._tag, "ConformanceFailure")
      assert.include(failure.message, "https://plans.halls.example was asked, which has other listings")
    })
  )

  it.live("accepts a provider that goes on behind any number of pages without rows", () => ofHalls("C47"))

  it.live("catches a provider that does not say that there may be many pages without rows, by C47", () =>
    Effect.gen(function* () {
      const failure = yield* Effect.flip(ofHalls("C47", { emptyPages: false }))
      assert.strictEqual(failure._tag, "ConformanceFailure")
      assert.include(failure.message, "with 5 pages without rows in a row")
      assert.include(failure.message, "`emptyPages: true`")
    })
  )
})
