import { assert, describe, it } from "@effect/vitest"
import { Problem } from "@scanjobs/settings"
import * as ProxyHttpClient from "@scanjobs/settings/proxy"
import { ConfigProvider, Effect, Layer } from "effect"
import { HttpClient } from "effect/http"
import { createServer, type IncomingMessage } from "node:http"
import { connect } from "node:net"

/** What a proxy was asked for. */
interface Asked {
  readonly line: string
  readonly authorization: string | undefined
}

const portOf = (server: ReturnType<typeof createServer>): number => {
  const address = server.address()
  return typeof address === "object" && address !== null ? address.port : 0
}

const served = (server: ReturnType<typeof createServer>) =>
  Effect.acquireRelease(
    Effect.promise(() => new Promise<number>((resume) => server.listen(0, "127.0.0.1", () => resume(portOf(server))))),
    () =>
      Effect.sync(() => {
        server.closeAllConnections()
        server.close()
      })
  )

/** A proxy on loopback: it answers absolute requests itself, and tunnels every CONNECT to `target`. */
const proxy = Effect.fnUntraced(function* (target = 0) {
  const asked: Array<Asked> = []
  const note = ({ headers, method, url }: IncomingMessage) =>
    void asked.push({ line: `${method} ${url}`, authorization: headers["proxy-authorization"] })
  const server = createServer((request, response) => {
    note(request)
    response.end("by the proxy")
  })
  server.on("connect", (request, client) => {
    note(request)
    if (target === 0) return client.end("HTTP/1.1 403 Forbidden\r\n\r\n")
    const upstream = connect(target, "127.0.0.1", () => client.write("HTTP/1.1 200 OK\r\n\r\n"))
    return upstream.pipe(client).pipe(upstream)
  })
  return { asked, port: yield* served(server) }
})

const vendor = served(createServer((_, response) => response.end("by the vendor")))

const client = (env: { readonly [name: string]: string }) =>
  Layer.provide(ProxyHttpClient.layer, ConfigProvider.layer(ConfigProvider.fromEnv({ env: { ...env } })))

const get = (url: string, env: { readonly [name: string]: string }) =>
  Effect.gen(function* () {
    return yield* (yield* HttpClient.get(url)).text
  }).pipe(Effect.provide(client(env), { local: true }))

describe("the HTTP client of the environment's proxies", () => {
  it.effect("asks for http addresses through HTTP_PROXY, in either case, with or without a scheme", () =>
    Effect.gen(function* () {
      const { asked, port } = yield* proxy()
      const variables: ReadonlyArray<{ readonly [name: string]: string }> = [
        { HTTP_PROXY: `http://127.0.0.1:${port}` },
        { http_proxy: `127.0.0.1:${port}` },
        { http_proxy: `http://127.0.0.1:${port}/`, HTTP_PROXY: "http://127.0.0.1:1" }
      ]
      for (const env of variables)
        assert.strictEqual(yield* get("http://vendor.invalid/scans?a=1", env), "by the proxy")
      assert.deepStrictEqual(
        asked.map(({ line }) => line),
        variables.map(() => "GET http://vendor.invalid/scans?a=1")
      )
    })
  )

  it.effect("gives the proxy the user and the password of its address", () =>
    Effect.gen(function* () {
      const { asked, port } = yield* proxy()
      yield* get("http://vendor.invalid/", { HTTP_PROXY: `http://user:pass%20word@127.0.0.1:${port}` })
      assert.deepStrictEqual(
        asked.map(({ authorization }) => authorization),
        [`Basic ${Buffer.from("user:pass word").toString("base64")}`]
      )
    })
  )

  it.effect("tunnels https addresses through HTTPS_PROXY, or through HTTP_PROXY where only that is set", () =>
    Effect.gen(function* () {
      const [first, second] = [yield* proxy(), yield* proxy()]
      const http = `http://127.0.0.1:${first.port}`
      const https = `http://127.0.0.1:${second.port}`
      yield* Effect.flip(get("https://vendor.invalid/", { HTTPS_PROXY: https, HTTP_PROXY: http }))
      yield* Effect.flip(get("https://vendor.invalid:8443/", { HTTP_PROXY: http }))
      assert.deepStrictEqual(
        [second, first].map(({ asked }) => asked.map(({ line }) => line)),
        [["CONNECT vendor.invalid:443"], ["CONNECT vendor.invalid:8443"]]
      )
    })
  )

  it.effect("asks the hosts of NO_PROXY, and loopback, directly", () =>
    Effect.gen(function* () {
      const { asked, port } = yield* proxy()
      const HTTP_PROXY = `http://127.0.0.1:${port}`
      const own = yield* vendor
      assert.strictEqual(yield* get(`http://127.0.0.1:${own}/`, { HTTP_PROXY }), "by the vendor")
      for (const NO_PROXY of ["vendor.invalid", ".invalid", "other.example, vendor.invalid:80", "*"]) {
        yield* Effect.flip(get("http://vendor.invalid/", { HTTP_PROXY, NO_PROXY }))
        yield* Effect.flip(get("http://vendor.invalid/", { HTTP_PROXY, no_proxy: NO_PROXY }))
      }
      assert.deepStrictEqual(asked, [])
      assert.strictEqual(
        yield* get("http://vendor.invalid/", { HTTP_PROXY, NO_PROXY: "other.example" }),
        "by the proxy"
      )
    })
  )

  it.effect("is the usual client without these variables, or where they are empty", () =>
    Effect.gen(function* () {
      const url = `http://127.0.0.1:${yield* vendor}/`
      assert.strictEqual(yield* get(url, {}), "by the vendor")
      assert.strictEqual(yield* get(url, { HTTP_PROXY: "", https_proxy: " " }), "by the vendor")
    })
  )

  it.effect("refuses an address that is none, without repeating it", () =>
    Effect.gen(function* () {
      for (const HTTPS_PROXY of ["socks5://canary:1080", "http://", "http://canary:port"]) {
        const error = yield* Effect.flip(Effect.scoped(Layer.build(client({ HTTPS_PROXY }))))
        assert.deepStrictEqual(
          error instanceof Problem.InvalidSettings && error.problems.map(({ at, code }) => [code, at]),
          [["InvalidProxy", "HTTPS_PROXY"]]
        )
        assert.notInclude(error.message, "canary")
      }
    })
  )
})
