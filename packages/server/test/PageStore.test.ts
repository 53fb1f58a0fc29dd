import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import { NodeServices } from "@effect/platform-node"
import { connect, createServer, type AddressInfo, type Socket } from "node:net"
import { act, becomes, eventually, executablePath, show, start, stop } from "./Browser.ts"
import { change, serveAt } from "./Fixture.ts"
import { disconnect, emptyDatabase, withoutPostgres } from "./Postgres.ts"

beforeAll(start)
afterAll(stop)

const healthOf = (url: string) => async () => {
  const answer = await fetch(`${url}/healthz`)
  return { status: answer.status, text: await answer.text() }
}

describe.skipIf(executablePath === undefined)(
  "the page while its store is away (skipped without a browser)",
  { concurrent: true },
  () => {
    it.live("says that a SQLite file is gone, and goes on by itself once it is back", () =>
      Effect.gen(function* () {
        const files = yield* FileSystem.FileSystem
        const path = `${yield* files.makeTempDirectoryScoped()}/scanjobs.db`
        const { url } = yield* serveAt(path)
        const { page } = yield* show(url)
        yield* act(() => page.getByText("live", { exact: true }).waitFor())
        // The rows come after the first answer; without them, there is nothing that may stay.
        yield* act(() => page.locator(".row .run").first().waitFor())
        yield* files.rename(path, `${path}.away`)
        yield* becomes(
          () => page.getByRole("alert").innerText(),
          "The store cannot be used: it cannot be opened; look whether its file is where it was, or its server answers. What is shown may be old. The page asks again."
        )
        yield* act(() => page.getByText("not connected").waitFor())
        assert.isAbove(yield* act(() => page.locator(".row .run").count()), 0)
        const { status, text } = yield* act(healthOf(url))
        assert.strictEqual(status, 503)
        assert.include(text, "its file is where it was")
        yield* files.rename(`${path}.away`, path)
        yield* act(() => page.getByRole("alert").waitFor({ state: "detached" }))
        yield* act(() => page.getByText("live", { exact: true }).waitFor())
        assert.strictEqual((yield* act(healthOf(url))).status, 200)
      }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
    )

    it.live.skipIf(withoutPostgres !== undefined)(
      "says that PostgreSQL is away, and goes on by itself once it answers again",
      () =>
        Effect.gen(function* () {
          const database = new URL(yield* emptyDatabase)
          const wire = yield* wireTo(database)
          const through = new URL(database)
          through.host = `127.0.0.1:${wire.port}`
          const { store, url } = yield* serveAt(through.href)
          const { page } = yield* show(url)
          yield* act(() => page.getByText("live", { exact: true }).waitFor())
          // The server ends the connections itself, as when it is restarted, and then answers nobody.
          wire.cut()
          yield* disconnect(database.href)
          // What was under way then is told as what it was: a statement that failed.
          yield* eventually(
            () => page.getByRole("alert").innerText(),
            (text) => assert.match(text, /^The store cannot be used: it cannot be opened;/)
          )
          assert.strictEqual((yield* act(healthOf(url))).status, 503)
          wire.mend()
          yield* act(() => page.getByRole("alert").waitFor({ state: "detached" }))
          yield* act(() => page.getByText("live", { exact: true }).waitFor())
          assert.strictEqual((yield* act(healthOf(url))).status, 200)
          // What it shows is what is stored now.
          yield* Effect.provideContext(change, store)
          yield* act(() => page.locator(".row .run.running").waitFor({ state: "detached" }))
        }).pipe(Effect.scoped)
    )
  }
)

/** A wire to the server of a database, through which nothing gets while it is cut. */
const wireTo = Effect.fnUntraced(function* ({ hostname, port }: URL) {
  const sockets = new Set<Socket>()
  let isCut = false
  const server = createServer((near) => {
    if (isCut) return void near.destroy()
    const far = connect(Number(port === "" ? 5432 : port), hostname)
    for (const [one, other] of [
      [near, far],
      [far, near]
    ] as const) {
      sockets.add(one)
      one.pipe(other)
      one.on("error", () => other.destroy())
      one.on("close", () => {
        sockets.delete(one)
        other.destroy()
      })
    }
  })
  yield* Effect.acquireRelease(
    Effect.callback<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
    () =>
      Effect.sync(() => {
        for (const socket of sockets) socket.destroy()
        server.close()
      })
  )
  return {
    port: (server.address() as AddressInfo).port,
    /** No new connection gets through; those that are there stay. */
    cut: () => void (isCut = true),
    mend: () => void (isCut = false)
  }
})
