import { assert, describe, it } from "@effect/vitest"
import * as GitHubEmulator from "@scanjobs/github/emulator"
import { Effect, Schema } from "effect"
import { TestClock } from "effect/testing"
import * as Account from "./Account.ts"

const decodeRows = Schema.decodeUnknownSync(Schema.Array(Schema.Struct({ id: Schema.Int })))

/** Speaks to the emulator as `curl` would: no schema of ours, no client of ours. */
const get = (vendor: GitHubEmulator.GitHubEmulator, path: string, authorization = `Bearer ${vendor.settings.token}`) =>
  Effect.promise(async () => {
    const response = await fetch(new URL(path, vendor.baseUrl), { headers: { authorization } })
    const body: unknown = await response.json()
    return { status: response.status, headers: response.headers, body }
  })

const page = (vendor: GitHubEmulator.GitHubEmulator, path: string) =>
  Effect.map(get(vendor, path), ({ body, headers }) => ({
    ids: decodeRows(body).map(({ id }) => id),
    links: Object.fromEntries(
      Array.from((headers.get("link") ?? "").matchAll(/<([^>]*)>; rel="(\w+)"/g), ([, href = "", rel = ""]) => [
        rel,
        href.replace(vendor.baseUrl, "")
      ])
    )
  }))

const analyses = "/repos/octocat/hello-world/code-scanning/analyses"

const serve = (options: GitHubEmulator.Options = {}) =>
  GitHubEmulator.serve({
    repositories: [{ ...GitHubEmulator.published, codeScanning: Account.analyses(5) }],
    ...options
  })

describe("a page of GitHub's emulator", () => {
  it.live("has absolute links to its neighbours and to both ends, with the repository's number as GitHub's have", () =>
    Effect.gen(function* () {
      const vendor = yield* serve()
      const first = yield* page(vendor, `${analyses}?per_page=2&tool_name=CodeQL`)
      const at = (number: number) =>
        `/repositories/1296269/code-scanning/analyses?per_page=2&tool_name=CodeQL&page=${number}`
      assert.deepStrictEqual(first, { ids: [1005, 1004], links: { next: at(2), last: at(3) } })
      const second = yield* page(vendor, first.links["next"] ?? "")
      assert.deepStrictEqual(second, {
        ids: [1003, 1002],
        links: { prev: at(1), next: at(3), last: at(3), first: at(1) }
      })
      const third = yield* page(vendor, second.links["next"] ?? "")
      assert.deepStrictEqual(third, { ids: [1001], links: { prev: at(2), first: at(1) } })
    })
  )

  it.live("has links with names if asked to, and none if it is the only page", () =>
    Effect.gen(function* () {
      const vendor = yield* serve({ quirks: { links: "names" } })
      const { links } = yield* page(vendor, `${analyses}?per_page=3`)
      assert.deepStrictEqual(links, { next: `${analyses}?per_page=3&page=2`, last: `${analyses}?per_page=3&page=2` })
      assert.deepStrictEqual((yield* page(vendor, analyses)).links, {})
    })
  )

  it.live("has the requested rows in the requested order", () =>
    Effect.gen(function* () {
      const [one, two, ...others] = Account.analyses(5)
      const codeScanning = [
        ...(one === undefined ? [] : [{ ...one, ref: "refs/pull/7/merge" }]),
        ...(two === undefined ? [] : [{ ...two, sarif_id: "s-2", tool: { name: "Trivy", guid: "g-1" } }]),
        ...others
      ]
      const vendor = yield* serve({ repositories: [{ ...GitHubEmulator.published, codeScanning }] })
      const ids = (query: string) => Effect.map(page(vendor, `${analyses}?${query}`), (found) => found.ids)
      assert.deepStrictEqual(yield* ids("direction=asc&per_page=2"), [1001, 1002])
      assert.deepStrictEqual(yield* ids("pr=7"), [1005])
      assert.deepStrictEqual(yield* ids("ref=refs/pull/7/merge"), [1005])
      assert.deepStrictEqual(yield* ids("ref=main&per_page=2"), [1004, 1003])
      assert.deepStrictEqual(yield* ids("tool_name=Trivy"), [1004])
      assert.deepStrictEqual(yield* ids("tool_guid=g-1"), [1004])
      assert.deepStrictEqual(yield* ids("sarif_id=s-2"), [1004])
    })
  )
})

describe("GitHub's emulator", () => {
  it.live("accepts its token with the schemes Bearer and token, and no other token", () =>
    Effect.gen(function* () {
      const vendor = yield* serve()
      const { token } = vendor.settings
      const linked = "/repositories/1296269/code-scanning/analyses"
      for (const path of [analyses, linked]) {
        const statuses = yield* Effect.forEach(
          ["", `Bearer ${token}`, `token ${token}`, "Bearer other"],
          (authorization) => Effect.map(get(vendor, path, authorization), ({ status }) => status)
        )
        assert.deepStrictEqual(statuses, [401, 200, 200, 401])
      }
    })
  )

  it.live("refuses what the description does not allow, and records it", () =>
    Effect.gen(function* () {
      const vendor = yield* serve()
      const asked = ["per_page=101", "page=0", "direction=up", "sort=updated", "state=open"]
      const statuses = yield* Effect.forEach(asked, (query) =>
        Effect.map(get(vendor, `${analyses}?${query}`), ({ status }) => status)
      )
      assert.deepStrictEqual(statuses, [422, 422, 422, 422, 422])
      assert.lengthOf(yield* vendor.ledger.violations, 5)
    })
  )

  it.effect("counts the requests of an hour, and refuses those beyond the limit until the hour is over", () =>
    Effect.gen(function* () {
      const start = Date.UTC(2026, 0, 1)
      yield* TestClock.setTime(start)
      const vendor = yield* serve({ limit: 2 })
      const ask = Effect.map(get(vendor, analyses), ({ headers, status }) => [
        status,
        headers.get("x-ratelimit-limit"),
        headers.get("x-ratelimit-remaining"),
        Number(headers.get("x-ratelimit-reset")) - start / 1000
      ])
      assert.deepStrictEqual(yield* ask, [200, "2", "1", 3600])
      yield* TestClock.adjust("10 minutes")
      assert.deepStrictEqual(yield* ask, [200, "2", "0", 3600])
      assert.deepStrictEqual(yield* ask, [403, "2", "0", 3600])
      yield* TestClock.adjust("51 minutes")
      assert.strictEqual((yield* ask)[0], 200)
    })
  )

  it.live("generates equal scans for equal seeds, newest first and none in the future", () =>
    Effect.gen(function* () {
      const now = Date.now()
      const made = (seed: string) =>
        Effect.map(GitHubEmulator.generate({ seed, jobs: 100 }), (repositories) =>
          repositories.map(({ codeScanning }) =>
            typeof codeScanning === "number"
              ? []
              : Array.from({ length: codeScanning.length }, (_, index) => codeScanning.at(index))
          )
        )
      const one = yield* made("a")
      const shapeOf = (all: typeof one) => all.map((rows) => rows.map((row) => [row?.id, row?.["error"], row?.["ref"]]))
      assert.deepStrictEqual(shapeOf(yield* made("a")), shapeOf(one))
      assert.notDeepEqual(shapeOf(yield* made("b")), shapeOf(one))
      assert.strictEqual(one.flat().length, 100)
      for (const rows of one) {
        const times = rows.map((row) => Date.parse(row?.created_at ?? ""))
        assert.deepStrictEqual(
          times,
          times.toSorted((a, b) => b - a)
        )
        assert.isAtMost(times[0] ?? 0, now)
      }
    })
  )
})
