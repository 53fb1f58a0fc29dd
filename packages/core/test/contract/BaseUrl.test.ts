import { NodeHttpClient } from "@effect/platform-node"
import { Connection, Credential, Listing, Paging, Provider } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted, Result, Schema, Stream } from "effect"
import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"
import * as Vendor from "../Vendor.ts"

/** A vendor that each customer runs himself. */
const OnPremises = Provider.make("on-premises", {
  connection: { token: Schema.Redacted(Schema.String), baseUrl: Connection.BaseUrl },
  security: HttpApiSecurity.bearer,
  listings: {
    runs: Listing.make({
      row: Schema.Struct({ id: Schema.String }),
      endpoint: (row) =>
        HttpApiEndpoint.get("runs", "/api/runs", {
          query: { page: Schema.optionalKey(Schema.String) },
          success: Schema.Struct({ runs: Schema.Array(row), next: Schema.optionalKey(Schema.String) })
        })
    })
  }
})({
  baseUrl: ({ baseUrl }) => baseUrl,
  credential: ({ token }) => Credential.fixed(token),
  listings: {
    runs: {
      first: () => ({ query: {} }),
      next: ({ body }) => Paging.link(body.next),
      rows: ({ runs }) => runs,
      job: ({ id }) => ({ vendorId: id, kind: "run", category: "web", state: "succeeded", vendorState: null })
    }
  }
})

const token = Redacted.make(Vendor.canary)
const decode = (settings: object) =>
  OnPremises.decode({ provider: "on-premises", name: "main", token: Vendor.canary, ...settings })
const problemsOf = (settings: object) =>
  Result.match(decode(settings), { onFailure: (found) => found, onSuccess: () => [] })

describe("a provider whose customers run the server", () => {
  it("wants its address", () => {
    assert.deepInclude(OnPremises.settings, { key: "baseUrl", type: "string", required: true, secret: false })
    assert.deepStrictEqual(
      problemsOf({}).map(({ code, key }) => [key, code]),
      [["baseUrl", "MissingKey"]]
    )
  })

  it("describes the address once, with the settings of its own", () => {
    assert.deepStrictEqual(
      OnPremises.settings.map(({ key }) => key),
      ["token", "baseUrl", "allowHttp", "quotas"]
    )
  })

  it.each([
    "scanner.acme.example",
    "ftp://scanner.acme.example",
    "https://u:p@scanner.acme.example",
    "https://a.example/?x"
  ])("refuses the address %s", (baseUrl) => {
    assert.deepStrictEqual(
      problemsOf({ baseUrl }).map(({ key }) => key),
      ["baseUrl"]
    )
  })

  it("refuses http to another machine, unless it is allowed", () => {
    const baseUrl = "http://scanner.acme.example:3780"
    assert.include(problemsOf({ baseUrl })[0]?.message, "expected an https address")
    assert.deepStrictEqual(problemsOf({ baseUrl, allowHttp: true }), [])
  })

  it.live.each(["", "/", "/gateway/scanner", "/gateway/scanner/"])(
    "is asked below the address that ends with %j",
    (end) =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.serve(({ url }) =>
          Vendor.json(url.search === "" ? { runs: [{ id: "1" }], next: "/api/runs?page=2" } : { runs: [{ id: "2" }] })
        )
        const connection = { name: "main", token, baseUrl: `${vendor.origin}${end}` }
        const jobs = yield* Stream.runCollect(OnPremises.jobs(connection))
        assert.lengthOf(jobs, 2)
        const path = `${end.replace(/\/$/, "")}/api/runs`
        assert.deepStrictEqual(
          vendor.seen.map(({ url }) => url.pathname),
          [path, path]
        )
      }).pipe(Effect.provide(NodeHttpClient.layerUndici))
  )
})
