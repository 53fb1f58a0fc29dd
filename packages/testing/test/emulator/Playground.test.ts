import { assert, describe, it } from "@effect/vitest"
import { Emulator, Playground } from "@scanjobs/testing"
import { Clock, Effect, Exit } from "effect"
import { HttpServerResponse } from "effect/http"
import { Acme } from "../Acme.ts"

const no = (status: number) => () => HttpServerResponse.empty({ status })

/** An emulator whose answers repeat the plan that it received. */
const playgroundWith = (settings: object) =>
  Playground.make(Acme, ({ jobs, seed, ...plan }) =>
    Effect.map(
      Emulator.serve(Acme, {
        ...plan,
        accepts: () => Effect.succeed(true),
        answers: { refused: no(401), invalid: no(400), missing: no(404), limited: no(429) },
        handlers: {
          runs: () => Effect.succeed(HttpServerResponse.jsonUnsafe({ runs: [{ id: `${jobs} ${seed}` }] })),
          plans: () => Effect.succeed(HttpServerResponse.jsonUnsafe({ plans: [] }))
        }
      }),
      ({ baseUrl, ledger }) => ({ ledger, settings: { baseUrl, ...settings } })
    )
  )

const good = playgroundWith({ token: "emulated" })

/** The statuses of a request and of its repetitions; `0` for a broken connection or a cut answer. */
const statuses = (baseUrl: unknown, path: string, times: number) =>
  Effect.forEach(Array.from({ length: times }), () =>
    Effect.promise(() =>
      fetch(`${String(baseUrl)}${path}`, { headers: { authorization: "Bearer x" } })
        .then(async (response) => (await response.text(), response.status))
        .catch(() => 0)
    )
  )

describe("a playground", () => {
  it.live("tells the emulator what to make up, and gives the settings of a connection", () =>
    Effect.gen(function* () {
      const { settings } = yield* good.serve({ jobs: 7, seed: "s" })
      assert.strictEqual(good.provider, "acme")
      assert.strictEqual(settings["token"], "emulated")
      const body = yield* Effect.promise(() =>
        fetch(`${String(settings["baseUrl"])}/teams/red/runs`, { headers: { authorization: "Bearer x" } }).then(
          (response) => response.text()
        )
      )
      assert.strictEqual(body, `{"runs":[{"id":"7 s"}]}`)
    })
  )

  it.live("fails as often as it is told, never twice in a row for one request, and equally for equal seeds", () =>
    Effect.gen(function* () {
      const path = "/teams/red/runs"
      const always = yield* good.serve({ faults: 1, seed: "a" })
      const seen = yield* statuses(always.settings["baseUrl"], path, 20)
      assert.isTrue(
        seen.every((status, index) => index === 0 || status === 200 || seen[index - 1] === 200),
        seen.join(" ")
      )
      assert.isAtLeast(seen.filter((status) => status !== 200).length, 5)
      const again = yield* good.serve({ faults: 1, seed: "a" })
      assert.deepStrictEqual(yield* statuses(again.settings["baseUrl"], path, 20), seen)
      const never = yield* good.serve({ seed: "a" })
      assert.deepStrictEqual([...new Set(yield* statuses(never.settings["baseUrl"], path, 20))], [200])
    })
  )

  it.live("refuses from a time on, as if the secret were revoked", () =>
    Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const [before, after] = [{ refusesFrom: now + 3_600_000 }, { refusesFrom: now }]
      for (const [options, status] of [
        [before, 200],
        [after, 401]
      ] as const) {
        const { settings } = yield* good.serve(options)
        assert.deepStrictEqual(yield* statuses(settings["baseUrl"], "/teams/red/runs", 2), [status, status])
      }
    }).pipe(Effect.scoped)
  )

  it.live("says which port is taken", () =>
    Effect.gen(function* () {
      const { settings } = yield* good.serve()
      const port = Number(new URL(String(settings["baseUrl"])).port)
      const error = yield* Effect.flip(good.serve({ port }))
      assert.match(error.message, new RegExp(`^acme: its emulator cannot be served: .*EADDRINUSE.*:${port}$`))
    })
  )

  it.live("does not start with settings that its own provider refuses", () =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(playgroundWith({}).serve())
      assert.isTrue(Exit.hasDies(exit))
      assert.match(String(exit), /the settings of acme's emulator do not fit: token: missing key/)
    })
  )
})
