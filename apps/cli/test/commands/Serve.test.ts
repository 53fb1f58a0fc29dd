import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { generateKeyPairSync } from "node:crypto"
import { createServer } from "node:http"
import { join } from "node:path"
import { folder, runHere } from "../Program.ts"

/** A certificate whose key nobody has. */
const certificate = `-----BEGIN CERTIFICATE-----
MIIBfzCCASWgAwIBAgIUbtathQLOPsSTcaOv/V/8KZ7eceUwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyODA4NTYyNFoYDzIxMjYxMTA0
MDg1NjI0WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASXh+4Df9gHHz0yPo3/SL7TpWwBbDl4ud5y91jogC0xE+BPtqZB/fD+
hDnSOINRJQM+nIDAUBcGvaIPw0lMcit8o1MwUTAdBgNVHQ4EFgQUeDhyG/xY9f1M
xdHC2bc4QjTN3kEwHwYDVR0jBBgwFoAUeDhyG/xY9f1MxdHC2bc4QjTN3kEwDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiA+7jEpWSYpJQ4NXGJt9Au1
7chOYjvZqRHVzMESSd9B5AIhAJD9PrFmy5EpklAaNg9GiFjxD8qZ0GffadcAkhtE
rtSf
-----END CERTIFICATE-----`

const withEmptyStore = ["serve", "--demo", "--no-sync"]

describe("scanjobs serve", () => {
  it.live("listens for other machines only with a token, which must be long", () =>
    Effect.gen(function* () {
      const cwd = yield* folder({ short: "abc" })
      const open = yield* runHere([...withEmptyStore, "--host", "0.0.0.0"], { cwd })
      assert.strictEqual(open.code, 2)
      assert.include(open.stderr, "give --token-file FILE")
      const short = yield* runHere([...withEmptyStore, "--token-file", join(cwd, "short")], { cwd })
      assert.strictEqual(short.code, 2)
      assert.include(short.stderr, "at least 16 characters")
    }).pipe(Effect.scoped)
  )

  it.live("wants a certificate and its key, or none of both", () =>
    Effect.gen(function* () {
      const keyOf = () =>
        generateKeyPairSync("ec", { namedCurve: "P-256" })
          .privateKey.export({ type: "pkcs8", format: "pem" })
          .toString()
      const cwd = yield* folder({ cert: certificate, key: keyOf() })
      const said = (...args: ReadonlyArray<string>) =>
        Effect.map(runHere([...withEmptyStore, ...args], { cwd }), ({ code, stderr }) => {
          assert.strictEqual(code, 2)
          return stderr
        })
      const [cert, key, none] = [join(cwd, "cert"), join(cwd, "key"), join(cwd, "none")]
      assert.include(yield* said("--cert", cert), "--cert needs --key FILE")
      assert.include(yield* said("--key", key), "--key needs --cert FILE")
      assert.include(yield* said("--cert", none, "--key", key), `--cert ${none}: `)
      assert.include(yield* said("--cert", key, "--key", key), "this is no certificate as PEM")
      assert.include(yield* said("--cert", cert, "--key", cert), "this is no private key as PEM without a passphrase")
      assert.include(yield* said("--cert", cert, "--key", key), `this is not the key of ${cert}`)
    }).pipe(Effect.scoped)
  )

  it.live("says that this machine has no such address", () =>
    Effect.gen(function* () {
      const cwd = yield* folder({ token: "a-token-of-some-length" })
      const token = ["--token-file", join(cwd, "token")]
      // An address of the block that documentation uses.
      const { code, stderr } = yield* runHere([...withEmptyStore, ...token, "--host", "192.0.2.1"], { cwd })
      assert.strictEqual(code, 2)
      assert.include(stderr, "this machine has no such address")
    }).pipe(Effect.scoped)
  )

  it.live("says that another program listens at its port", () =>
    Effect.gen(function* () {
      const cwd = yield* folder({})
      const port = yield* Effect.acquireRelease(
        Effect.callback<{ readonly server: ReturnType<typeof createServer>; readonly number: number }>((resume) => {
          const server = createServer()
          server.listen(0, "127.0.0.1", () => {
            const address = server.address()
            resume(Effect.succeed({ server, number: typeof address === "object" ? (address?.port ?? 0) : 0 }))
          })
        }),
        ({ server }) => Effect.sync(() => server.close())
      )
      const { code, stderr } = yield* runHere([...withEmptyStore, "--port", String(port.number)], { cwd })
      assert.strictEqual(code, 2)
      assert.include(stderr, "another program listens there; choose another --port")
    }).pipe(Effect.scoped)
  )
})
