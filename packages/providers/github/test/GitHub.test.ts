import { Api, GitHub } from "@scanjobs/github"
import * as GitHubEmulator from "@scanjobs/github/emulator"
import type { Connection } from "@scanjobs/core"
import { Faults } from "@scanjobs/testing"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema, Stream } from "effect"
import * as Account from "./Account.ts"

const hour = 3_600_000
const { published } = GitHubEmulator

/** Serves one repository. */
const serve = (repository: Partial<GitHubEmulator.Repository>, options: GitHubEmulator.Options = {}) =>
  GitHubEmulator.serve({
    repositories: [{ ...published, codeScanning: [], secretScanning: {}, ...repository }],
    ...options
  })

const idsOf = ({ jobs }: Account.Reading) => jobs.map(({ vendorId }) => vendorId)

describe("a row of code scanning", () => {
  it.live("is read field for field", () =>
    Effect.gen(function* () {
      const vendor = yield* serve({ codeScanning: published.codeScanning })
      const { jobs } = yield* Account.read(Account.connect(vendor))
      assert.deepStrictEqual<unknown>(jobs[0], {
        provider: "github",
        connection: "gh",
        listing: "codeScanning",
        scope: "octocat/Hello-World",
        id: "github/gh/codeScanning/octocat%2Fhello-world/201",
        vendorId: "201",
        kind: "run",
        definitionId: ".github/workflows/codeql-analysis.yml:analyze/language:python",
        name: "CodeQL",
        category: "code",
        state: "succeeded",
        vendorState: null,
        detail: null,
        progress: null,
        startTime: Date.parse("2020-08-27T15:05:21Z"),
        finishTime: null,
        link: null,
        raw: published.codeScanning[0]
      })
    })
  )

  it.live.each([
    [{}, "succeeded", null],
    [{ warning: "123 results were ignored" }, "partially_succeeded", "123 results were ignored"],
    [{ error: "error reading field xyz" }, "failed", "error reading field xyz"],
    [{ error: "no", warning: "123" }, "failed", "no"],
    [{ error: null, warning: null }, "succeeded", null]
  ] as const)("with %j is %s", ([told, state, detail]) =>
    Effect.gen(function* () {
      const vendor = yield* serve({ codeScanning: Account.analyses(1, told) })
      const { jobs } = yield* Account.read(Account.connect(vendor))
      assert.deepStrictEqual([jobs[0]?.state, jobs[0]?.detail], [state, detail])
    })
  )

  it.live("without a category belongs to its analysis key", () =>
    Effect.gen(function* () {
      const vendor = yield* serve({ codeScanning: Account.analyses(1, { category: "" }) })
      const { jobs } = yield* Account.read(Account.connect(vendor))
      assert.strictEqual(jobs[0]?.definitionId, "codeql.yml:analyze")
    })
  )
})

describe("a row of secret scanning", () => {
  const read = (secretScanning: GitHubEmulator.History) =>
    Effect.flatMap(serve({ secretScanning }), (vendor) => Account.read(Account.connect(vendor)))

  it.live.each([
    ["completed", "succeeded"],
    ["running", "running"],
    ["in_progress", "running"],
    ["pending", "queued"],
    ["failed", "failed"],
    ["unknown", "unknown"],
    ["sleeping", "unknown"]
  ] as const)("that is %s is %s", ([status, state]) =>
    Effect.gen(function* () {
      const { jobs } = yield* read({ incremental_scans: [{ type: "git", status }] })
      assert.deepStrictEqual(
        jobs.map((job) => [job.category, job.state, job.vendorState]),
        [["secret", state, status]]
      )
    })
  )

  it.live("of an undocumented group is kept, and the group is reported as drift", () =>
    Effect.gen(function* () {
      const scan = { type: "git", status: "completed", started_at: "2026-01-01T00:00:00Z", completed_at: null }
      const { drift, error, jobs } = yield* read({ incremental_scans: [scan], partner_pattern_scans: [scan] })
      assert.isUndefined(error)
      assert.deepStrictEqual(
        jobs.map(({ vendorId }) => vendorId),
        ["incremental_scans/git/2026-01-01T00:00:00.000Z", "partner_pattern_scans/git/2026-01-01T00:00:00.000Z"]
      )
      assert.deepStrictEqual(drift, ['[{"kind":"extra_in_page","field":"partner_pattern_scans","rows":1}]'])
    })
  )

  it.live("keeps its id as long as it runs and when it has ended, and the next scan of its type has another", () =>
    Effect.gen(function* () {
      const started_at = "2026-01-01T00:00:00Z"
      const ids = yield* Effect.forEach(
        [
          { started_at, completed_at: null },
          { started_at, completed_at: "2026-01-01T00:10:00Z" },
          { started_at: "2026-01-02T00:00:00Z" },
          { started_at: null, completed_at: "" },
          {}
        ],
        (times) => Effect.map(read({ backfill_scans: [{ type: "git", status: "running", ...times }] }), idsOf)
      )
      assert.deepStrictEqual(ids.flat(), [
        "backfill_scans/git/2026-01-01T00:00:00.000Z",
        "backfill_scans/git/2026-01-01T00:00:00.000Z",
        "backfill_scans/git/2026-01-02T00:00:00.000Z",
        "backfill_scans/git/pending",
        "backfill_scans/git/pending"
      ])
    })
  )

  it.live("is distinguished by group, type, pattern and scope", () =>
    Effect.gen(function* () {
      const scan = { status: "pending" }
      const custom = { ...scan, type: "git", pattern_name: "a/b", pattern_scope: "repository" }
      const reading = yield* read({
        incremental_scans: [{ ...scan, type: "git" }],
        backfill_scans: [
          { ...scan, type: "git" },
          { ...scan, type: "issue" }
        ],
        custom_pattern_backfill_scans: [
          custom,
          { ...custom, pattern_scope: "organization" },
          { ...custom, pattern_name: "c" },
          { ...custom, pattern_name: "a", type: "b" }
        ]
      })
      assert.strictEqual(new Set(idsOf(reading)).size, 7)
    })
  )
})

describe("requests", () => {
  it.live("have the headers that GitHub requires, and go one after the other", () =>
    Effect.gen(function* () {
      const vendor = yield* GitHubEmulator.serve({ latency: "5 millis" })
      yield* Account.read(Account.connect(vendor, { pageSize: 20 }))
      const entries = yield* vendor.ledger.entries
      for (const { headers } of entries) {
        assert.deepInclude(headers, {
          accept: "application/vnd.github+json",
          "x-github-api-version": "2022-11-28",
          "user-agent": "scanjobs",
          authorization: "Bearer emulated-token"
        })
      }
      assert.lengthOf(yield* vendor.ledger.to("repositories"), 1)
      assert.strictEqual(Math.max(...entries.map(({ inFlight }) => inFlight)), 1)
      assert.deepStrictEqual(yield* vendor.ledger.violations, [])
    })
  )

  it.live("are one at a time even if lanes are merged by time", () =>
    Effect.gen(function* () {
      const vendor = yield* GitHubEmulator.serve({ latency: "5 millis" })
      yield* GitHub.jobs(Account.connect(vendor), {}, { concurrency: 12 }).pipe(
        Stream.runDrain,
        Effect.provide(Account.Fast)
      )
      assert.strictEqual(Math.max(...(yield* vendor.ledger.entries).map(({ inFlight }) => inFlight)), 1)
    })
  )

  it.live("carry the filters and the page size that are set", () =>
    Effect.gen(function* () {
      const vendor = yield* serve({ codeScanning: Account.analyses(5) })
      const changes = { toolName: "CodeQL", ref: "refs/heads/main", pageSize: 2, apiVersion: "2026-03-10" }
      const { jobs } = yield* Account.read(Account.connect(vendor, changes))
      assert.lengthOf(jobs, 5)
      const asked = yield* vendor.ledger.to("analyses")
      assert.deepStrictEqual(
        asked.map(({ query }) => query["page"]),
        [undefined, "2", "3"]
      )
      for (const { headers, query } of asked) {
        assert.include(query, { per_page: "2", tool_name: "CodeQL", ref: "refs/heads/main", direction: "desc" })
        assert.strictEqual(headers["x-github-api-version"], "2026-03-10")
      }
      const other = yield* Account.read(Account.connect(vendor, { toolName: "Semgrep" }))
      assert.lengthOf(other.jobs, 0)
    })
  )

  it.live("stop at analyses older than the query wants", () =>
    Effect.gen(function* () {
      const vendor = yield* serve({ codeScanning: Account.analyses(100) })
      const from = Date.UTC(2026, 0, 10) - 9 * hour
      const reading = yield* Account.read(Account.connect(vendor, { pageSize: 10 }), { query: { from } })
      assert.lengthOf(reading.jobs, 10)
      assert.isAtMost((yield* vendor.ledger.to("analyses")).length, 2)
    })
  )

  it.live("ask for the oldest first if the query wants that order", () =>
    Effect.gen(function* () {
      const vendor = yield* serve({ codeScanning: Account.analyses(5) })
      const account = Account.connect(vendor, { pageSize: 2 })
      const reading = yield* Account.read(account, { query: { order: "ascending" } })
      assert.deepStrictEqual(idsOf(reading), ["1001", "1002", "1003", "1004", "1005"])
      const [lane] = yield* GitHub.lanes(account, { order: "ascending" }).pipe(
        Stream.runCollect,
        Effect.provide(Account.Fast)
      )
      assert.strictEqual(lane?.order, "ascending")
    })
  )
})

describe("repositories", () => {
  it.live("are the named ones and those of the organizations, once each", () =>
    Effect.gen(function* () {
      const repository = (full_name: string, id: number) => ({
        ...published,
        id,
        full_name,
        codeScanning: Account.analyses(1),
        secretScanning: {}
      })
      const names = ["o/a", "o/b", "o/c", "p/d", "q/e"]
      const vendor = yield* GitHubEmulator.serve({ repositories: names.map(repository) })
      const { jobs } = yield* Account.read(
        Account.connect(vendor, { repositories: ["q/e", "o/b"], organizations: ["o", "p"], pageSize: 2 })
      )
      assert.deepStrictEqual(
        jobs.map(({ id }) => decodeURIComponent(id.split("/")[3] ?? "")),
        ["q/e", "o/b", "o/a", "o/c", "p/d"]
      )
    })
  )

  it.live("and organizations are read once, however the case of their names differs", () =>
    Effect.gen(function* () {
      const repository = { ...published, full_name: "o/a", codeScanning: Account.analyses(1), secretScanning: {} }
      const vendor = yield* GitHubEmulator.serve({ repositories: [repository] })
      const { jobs } = yield* Account.read(
        Account.connect(vendor, { repositories: ["o/A", "O/a"], organizations: ["o", "O"] }),
        { listings: ["codeScanning"] }
      )
      assert.deepStrictEqual(
        jobs.map(({ scope }) => scope),
        ["o/A"]
      )
      const asked = (yield* vendor.ledger.entries).filter(({ endpoint }) => endpoint === "repositories")
      assert.lengthOf(asked, 1)
    })
  )

  it.live("are read without drift, whichever documented fields they have", () =>
    Effect.gen(function* () {
      const vendor = yield* GitHubEmulator.serve({ repositories: yield* GitHubEmulator.generate({ jobs: 30 }) })
      assert.deepStrictEqual((yield* Account.read(Account.connect(vendor))).drift, [])
    })
  )

  it.live("with a feature that is off are a note each, and the others are read", () =>
    Effect.gen(function* () {
      const [first, second, ...others] = yield* GitHubEmulator.generate({ jobs: 60 })
      const vendor = yield* GitHubEmulator.serve({
        repositories: [
          ...(first === undefined ? [] : [{ ...first, codeScanning: 403 } as const]),
          ...(second === undefined ? [] : [{ ...second, codeScanning: 404, secretScanning: 404 } as const]),
          ...others
        ]
      })
      const { error, jobs, notes } = yield* Account.read(Account.connect(vendor))
      assert.isUndefined(error)
      assert.lengthOf(jobs, 40 + 50)
      assert.deepStrictEqual(
        notes.toSorted(),
        [
          `${second?.full_name}: code scanning is off (HTTP 404: no analysis found)`,
          `${second?.full_name}: secret scanning is off (HTTP 404: Secret scanning is disabled on this repository.)`,
          `${first?.full_name}: code scanning is off (HTTP 403: Advanced Security must be enabled for this repository to use code scanning.)`
        ].toSorted()
      )
    })
  )

  it.live.each(["Not Found", "none"])(
    "that the organization lists and that are gone a moment later are a note, in the words %s",
    (message) =>
      Effect.gen(function* () {
        const vendor = yield* serve({}, { fault: Faults.on("analyses", Account.answering(404, { message })) })
        const { error, notes } = yield* Account.read(Account.connect(vendor))
        assert.isUndefined(error)
        assert.deepStrictEqual(notes, [`octocat/Hello-World: there is no code scanning to read (HTTP 404: ${message})`])
      })
  )

  it.live("that the organization lists fail where the answer is not GitHub's own", () =>
    Effect.gen(function* () {
      const vendor = yield* serve(
        {},
        { fault: Faults.on("analyses", Account.answering(404, { error: "no such route" })) }
      )
      const { error } = yield* Account.read(Account.connect(vendor))
      assert.include(error?.message, "not an answer of GitHub's API")
    })
  )

  it.live.each(["codeScanning", "secretScanning"] as const)("that are named and do not exist fail %s", (listing) =>
    Effect.gen(function* () {
      const vendor = yield* serve({})
      const account = Account.connect(vendor, { repositories: ["octo-org/gone"] })
      const { error, notes } = yield* Account.read(account, { listings: [listing] })
      assert.deepStrictEqual([error?.reason._tag, error?.scope, notes], ["VendorRejected", "octo-org/gone", []])
      assert.include(error?.message, "check the names in repositories")
    })
  )

  it.live("of an organization that does not exist, or is a user, are a failure that says so", () =>
    Effect.gen(function* () {
      const vendor = yield* serve({})
      const { error } = yield* Account.read(Account.connect(vendor, { organizations: ["octocat-the-user"] }))
      assert.strictEqual(error?.reason._tag, "VendorRejected")
      assert.include(error?.message, "a user account is not an organization")
      assert.notInclude(error?.message, "scope")
    })
  )
})

describe("settings", () => {
  const problems = (settings: object): ReadonlyArray<string> => {
    const decoded = GitHub.decode({ provider: "github", name: "gh", token: "t", ...settings })
    return decoded._tag === "Failure" ? decoded.failure.map(({ key }: Connection.Problem) => key) : []
  }

  it("require repositories, organizations, or both", () => {
    assert.deepStrictEqual(problems({}), ["repositories"])
    assert.deepStrictEqual(problems({ repositories: ["octocat/Hello-World", "a/.github"] }), [])
    assert.deepStrictEqual(problems({ organizations: ["octo-org"] }), [])
    assert.deepStrictEqual(problems({ repositories: ["o/a"], organizations: ["o"] }), [])
  })

  it("require valid names", () => {
    for (const name of ["octocat", "a/b/c", "o/..", "/b", "o/", "o/a b"]) {
      assert.deepStrictEqual(
        problems({ repositories: [name] }).map((key) => key.split(".")[0]),
        ["repositories"]
      )
    }
    assert.lengthOf(problems({ organizations: ["a/b"] }), 1)
    assert.lengthOf(problems({ organizations: [] }), 1)
  })

  it("take a page size from 1 to 100", () => {
    assert.deepStrictEqual(
      [0, 1, 100, 101].map((pageSize) => problems({ organizations: ["o"], pageSize }).length),
      [1, 0, 0, 1]
    )
  })
})

describe("schemas", () => {
  it("of pages are read by compiled code", () => {
    for (const { success } of [
      Api.analyses(Api.Analysis),
      Api.scanHistory(Api.Scan),
      Api.repositories(Api.Repository)
    ]) {
      for (const page of success) assert.strictEqual(Schema.toCodecJson(page).ast, page.ast)
    }
  })
})
