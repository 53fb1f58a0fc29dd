import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { createServer } from "node:http"
import { join } from "node:path"
import { folder, runHere } from "../Program.ts"

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
      assert.notStrictEqual(code, 0)
      assert.include(stderr, "another program listens there; choose another --port")
    }).pipe(Effect.scoped)
  )
})
