import { NodeHttpClient } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Connection, Credential, Listing, OAuth, Provider, RetryPolicy } from "@scanjobs/core"
import { Effect, Layer, Redacted, Result, Schema, Stream } from "effect"
import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"
import * as Http from "node:http"
import { networkInterfaces } from "node:os"
import * as ConnectionSchema from "../../src/contract/ConnectionSchema.ts"
import * as PlainHttp from "../../src/contract/PlainHttp.ts"
import * as Vendor from "../Vendor.ts"

const fields = {
  token: Schema.optionalKey(Schema.Redacted(Schema.String)),
  tokenUrl: Schema.optionalKey(Connection.Url),
  page: Schema.optionalKey(Schema.String)
}

/** The keys of a connection's settings that are wrong. */
const wrong = (settings: object) => {
  const decoded = ConnectionSchema.decode("acme", fields, { provider: "acme", name: "main", ...settings })
  return Result.isFailure(decoded) ? decoded.failure.map(({ key }) => key) : []
}

const needed =
  'expected an https address: http would send the secrets of this connection without encryption; if you trust every network on the way, add "allowHttp": true'

/** A provider of one page, whose credential may be anything. */
const providerOf = (credential: (settings: { readonly tokenUrl?: string }) => Credential.Standard) =>
  Provider.make("acme", {
    connection: fields,
    security: HttpApiSecurity.bearer,
    listings: {
      runs: Listing.make({
        row: Schema.Struct({ id: Schema.String }),
        endpoint: (row) => HttpApiEndpoint.get("runs", "/runs", { success: Schema.Array(row) })
      })
    }
  })({
    baseUrl: () => "https://acme.invalid",
    credential,
    listings: {
      runs: {
        first: () => ({}),
        rows: (rows) => rows,
        next: () => undefined,
        job: ({ id }) => ({ vendorId: id, kind: "run", category: "code", state: "succeeded", vendorState: null })
      }
    }
  })

const secret = Redacted.make("canary-4b71d92f")
const fixed = providerOf(() => Credential.fixed(secret))
const live = Layer.merge(NodeHttpClient.layerUndici, RetryPolicy.layer({ times: 0 }))

/** The jobs of a connection, or why there are none. */
const read = (provider: typeof fixed, settings: Partial<Connection.Input<"acme", typeof fields>>) =>
  Stream.runCollect(provider.jobs({ name: "main", ...settings })).pipe(
    Effect.map((jobs) => jobs.map(({ vendorId }) => vendorId)),
    Effect.catch(({ reason }) => Effect.succeed(reason._tag === "InvalidConnection" ? reason.problems : [reason._tag])),
    Effect.provide(live)
  )

/** An address of this machine that is not on loopback, which stands for another machine. */
const elsewhere = Object.values(networkInterfaces())
  .flat()
  .find((one) => one?.family === "IPv4" && !one.internal)?.address

describe("an http address", () => {
  it("leaves the machine unless its host is a loopback address", () => {
    const staying = ["localhost", "LOCALHOST:81", "127.0.0.1", "127.1.2.3:8080", "127.1", "0x7f000001", "[::1]:9"]
    for (const host of staying) assert.isFalse(PlainHttp.leaves(`http://${host}/x`), host)
    const leaving = [
      "acme.example",
      "128.0.0.1",
      "127.0.0.1.acme.example",
      "localhost.acme.example",
      "0.0.0.0",
      "[::2]"
    ]
    for (const host of leaving) assert.isTrue(PlainHttp.leaves(`http://${host}/x`), host)
    for (const host of leaving) assert.isFalse(PlainHttp.leaves(`https://${host}/x`), host)
  })

  it("is wrong in settings that hold a secret, whichever setting has it", () => {
    const [baseUrl, tokenUrl] = ["http://acme.example", "HTTP://acme.example/token"]
    assert.deepStrictEqual(wrong({ token: "t0ken", baseUrl, tokenUrl }), ["tokenUrl", "baseUrl"])
    assert.deepStrictEqual(wrong({ token: "t0ken", baseUrl, tokenUrl, allowHttp: false }), ["tokenUrl", "baseUrl"])
    assert.deepStrictEqual(wrong({ token: "t0ken", baseUrl, tokenUrl, allowHttp: true }), [])
    assert.deepStrictEqual(wrong({ token: "t0ken", baseUrl: "http://127.0.0.1:8080", page: baseUrl }), [])
    assert.deepStrictEqual(wrong({ baseUrl, tokenUrl }), [])
  })

  it.live("with a secret is refused by a program's own connection, before any request", () =>
    Effect.gen(function* () {
      const wanted = { token: secret, baseUrl: "http://acme.invalid" }
      assert.deepStrictEqual(yield* read(fixed, wanted), [`baseUrl: ${needed}`])
      assert.deepStrictEqual(yield* read(fixed, { ...wanted, allowHttp: true }), ["Unavailable"])
    })
  )

  it.live("is refused where the secret comes from elsewhere than the settings, and asked where there is none", () =>
    Effect.gen(function* () {
      const baseUrl = "http://acme.invalid"
      assert.deepStrictEqual(yield* read(fixed, { baseUrl }), [`baseUrl: ${needed}`])
      const vault = providerOf(() => Credential.fromEffect(Effect.succeed(secret)))
      assert.deepStrictEqual(yield* read(vault, { baseUrl }), [`baseUrl: ${needed}`])
      const open = providerOf(() => Credential.fixed(Redacted.make("")))
      assert.deepStrictEqual(yield* read(open, { baseUrl }), ["Unavailable"])
    })
  )

  it.live("of a token server is refused, and so is a user in it, and nothing is sent", () =>
    Effect.gen(function* () {
      const server = yield* Vendor.script(Vendor.json({ access_token: "t0ken" }), Vendor.json([{ id: "one" }]))
      const provider = providerOf(({ tokenUrl = "" }) =>
        OAuth.clientCredentials({ tokenUrl, clientId: "c", proof: { clientSecret: secret } })
      )
      const from = (tokenUrl: string, allowHttp = false) =>
        read(provider, { baseUrl: server.origin, tokenUrl, allowHttp })
      assert.deepStrictEqual(yield* from("http://acme.invalid/token"), [`tokenUrl: ${needed}`])
      assert.deepStrictEqual(yield* from("http://acme.invalid/token", true), ["Unavailable"])
      for (const tokenUrl of ["", "acme", server.origin.replace("//", "//user:canary@")]) {
        assert.deepStrictEqual(yield* from(tokenUrl, true), [
          "tokenUrl: expected an absolute http or https URL without a user"
        ])
      }
      assert.deepStrictEqual(server.seen, [])
      assert.deepStrictEqual(yield* from(`${server.origin}/token`), ["one"])
    })
  )

  it.live.skipIf(elsewhere === undefined)("of another machine gets the secret only with allowHttp", () =>
    Effect.gen(function* () {
      const seen: Array<string | undefined> = []
      const server = yield* Effect.acquireRelease(
        Effect.callback<Http.Server>((resume) => {
          const listening = Http.createServer(({ headers }, response) => {
            seen.push(headers.authorization)
            response.end('[{"id":"one"}]')
          }).listen(0, elsewhere, () => resume(Effect.succeed(listening)))
        }),
        (listening) => Effect.sync(() => listening.close().closeAllConnections())
      )
      const address = server.address()
      const port = typeof address === "object" ? address?.port : undefined
      const connection = { token: secret, baseUrl: `http://${elsewhere}:${port}` }
      assert.deepStrictEqual(yield* read(fixed, connection), [`baseUrl: ${needed}`])
      assert.deepStrictEqual(seen, [])
      assert.deepStrictEqual(yield* read(fixed, { ...connection, allowHttp: true }), ["one"])
      assert.deepStrictEqual(seen, [`Bearer ${Redacted.value(secret)}`])
    })
  )
})
