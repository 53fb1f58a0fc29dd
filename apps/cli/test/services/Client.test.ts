import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { createServer } from "node:http"
import { folder, runHere } from "../Program.ts"

const settings = {
  connections: [
    {
      name: "tvm",
      provider: "tenable",
      accessKey: "a-key",
      secretKey: "s-key",
      baseUrl: "http://vendor.invalid",
      allowHttp: true
    }
  ]
}

/** A proxy that answers every request as an empty tenant would, and what it was asked for. */
const proxy = Effect.acquireRelease(
  Effect.promise(
    () =>
      new Promise<{ readonly asked: Array<string>; readonly address: string; readonly close: () => void }>((resume) => {
        const asked: Array<string> = []
        const server = createServer(({ method, url }, response) => {
          asked.push(`${method} ${url}`)
          response.setHeader("content-type", "application/json").end('{"scans":[],"folders":[],"timestamp":1}')
        })
        server.listen(0, "127.0.0.1", () => {
          const address = server.address()
          const port = typeof address === "object" && address !== null ? address.port : 0
          resume({ asked, address: `http://127.0.0.1:${port}`, close: () => server.close() })
        })
      })
  ),
  ({ close }) => Effect.sync(close)
)

describe("the program's HTTP client", () => {
  it.live("goes through the environment's proxy, and not to hosts of NO_PROXY", () =>
    Effect.gen(function* () {
      const cwd = yield* folder({ "scanjobs.json": settings })
      const { address, asked } = yield* proxy
      const listed = yield* runHere(["list"], { cwd, env: { HTTP_PROXY: address } })
      assert.strictEqual(listed.code, 0, listed.stderr)
      assert.match(asked.join("\n"), /^GET http:\/\/vendor\.invalid\/scans/)
      const before = asked.length
      const direct = yield* runHere(["check"], { cwd, env: { HTTP_PROXY: address, NO_PROXY: ".invalid" } })
      assert.deepStrictEqual([direct.code, asked.length], [3, before])
    })
  )

  it.live("refuses a proxy that is no address before anything is asked", () =>
    Effect.gen(function* () {
      const cwd = yield* folder({ "scanjobs.json": settings })
      const { code, stderr } = yield* runHere(["list"], { cwd, env: { HTTPS_PROXY: "socks5://canary" } })
      assert.deepStrictEqual(
        [code, stderr],
        [
          2,
          "HTTPS_PROXY: expected the address of an HTTP proxy, such as http://HOST:PORT or http://USER:PASSWORD@HOST:PORT\n"
        ]
      )
    })
  )
})
