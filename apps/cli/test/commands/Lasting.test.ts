import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { get } from "node:http"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { runHere, start } from "../Program.ts"
import * as Vendors from "../Vendors.ts"

const addressOf = (text: string) => /http:\S+?:\d+/.exec(text)?.[0] ?? ""

const statusOf = (url: string) => Effect.promise(async () => (await fetch(url)).status)

/** A reader of events, for as long as the scope lasts. */
const listen = (url: string) =>
  Effect.acquireRelease(
    Effect.callback<ReturnType<typeof get>>((resume) => {
      const asked = get(`${url}/api/v1/events`, (answer) => {
        answer.resume()
        resume(Effect.succeed(asked))
      })
      asked.on("error", () => {})
    }),
    (asked) => Effect.sync(() => asked.destroy())
  )

describe("scanjobs serve, for long", () => {
  it.live("ends after SIGTERM, also while readers wait for events", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve()
      assert.strictEqual((yield* runHere(["sync"], started)).code, 0)
      const args = ["serve", "--no-sync", "--port", "0", "--config", "scanjobs.json"]
      const server = yield* start(args, { ...started, output: "out" })
      const url = addressOf(yield* server.said("Stop with Ctrl-C."))
      yield* Effect.forEach(Array.from({ length: 50 }), () => listen(url), { concurrency: 10 })
      assert.strictEqual(yield* server.stop("SIGTERM"), 143)
    }).pipe(Effect.scoped)
  )

  it.live("goes on where another process holds the store, says so, and syncs once it is free", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve()
      assert.strictEqual((yield* runHere(["sync"], started)).code, 0)
      const args = ["serve", "--every", "1s", "--port", "0", "--config", "scanjobs.json"]
      const server = yield* start(args, { ...started, output: "out" })
      const url = addressOf(yield* server.said("Stop with Ctrl-C."))
      const syncedAt = Effect.promise(async (): Promise<number> => {
        const connections = JSON.parse(await (await fetch(`${url}/api/v1/connections`)).text())
        return Math.min(...connections.map((one: { readonly syncedAt: number }) => one.syncedAt))
      })
      const other = new DatabaseSync(join(started.cwd, "scanjobs.db"), { timeout: 60_000 })
      other.exec("BEGIN EXCLUSIVE")
      yield* server.said("another process is using the store")
      assert.strictEqual(yield* statusOf(`${url}/api/v1/jobs`), 200)
      other.exec("ROLLBACK")
      other.close()
      const freed = Date.now()
      while ((yield* syncedAt) < freed) yield* Effect.sleep("100 millis")
      assert.strictEqual(yield* statusOf(`${url}/healthz`), 200)
      assert.strictEqual(yield* server.stop("SIGTERM"), 143)
    }).pipe(Effect.scoped)
  )

  it.live("shows no secret of its settings at any address", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve()
      assert.strictEqual((yield* runHere(["sync"], started)).code, 0)
      const args = ["serve", "--no-sync", "--port", "0", "--config", "scanjobs.json"]
      const server = yield* start(args, { ...started, output: "out" })
      const url = addressOf(yield* server.said("Stop with Ctrl-C."))
      const read = (path: string) =>
        Effect.promise(async () => {
          const answer = await fetch(url + path)
          return `${JSON.stringify([...answer.headers])}${await answer.text()}`
        })
      const { paths } = JSON.parse((yield* read("/openapi.json")).replace(/^.*?\]\]/, ""))
      const ofApi = Object.keys(paths).filter((path) => path !== "/api/v1/events" && !path.includes("{"))
      assert.isAtLeast(ofApi.length, 6)
      const jobs = JSON.parse((yield* read("/api/v1/jobs?limit=1000")).replace(/^.*?\]\]/, ""))
      const details = jobs.jobs.map(({ id }: { readonly id: string }) => `/api/v1/jobs/${encodeURIComponent(id)}`)
      const others = [
        "/",
        "/main.js",
        "/healthz",
        "/metrics",
        "/calendar.ics",
        "/docs",
        "/scanjobs.json",
        "/scanjobs.db"
      ]
      for (const path of [...ofApi, ...details.slice(0, 20), ...others, "/session", "/mcp", "/api/v1/nonsense"]) {
        const text = yield* read(path)
        for (const secret of Object.values(Vendors.secrets)) assert.notInclude(text, secret, path)
      }
      yield* server.stop("SIGTERM")
    }).pipe(Effect.scoped)
  )
})
