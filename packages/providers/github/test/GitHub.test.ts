import { Api, GitHub } from "@scanjobs/github"
import * as GitHubEmulator from "@scanjobs/github/emulator"
import { type Connection, Deadlines, RetryPolicy } from "@scanjobs/core"
import { type Emulator, Faults, AcceleratedClock } from "@scanjobs/testing"
import { NodeHttpClient } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted, Schema, Stream } from "effect"
import { HttpServerResponse } from "effect/http"
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

  it.live("of a group that is not documented is kept, and the group is told", () =>
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

  it.live("is told from all others of its repository by group, type, pattern and scope", () =>
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
  it.live("say what GitHub wants to know, one after the other", () =>
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

  it.live("have no more than one under way where lanes are merged by time", () =>
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

  it.live("stop where older analyses come than are asked for", () =>
    Effect.gen(function* () {
      const vendor = yield* serve({ codeScanning: Account.analyses(100) })
      const from = Date.UTC(2026, 0, 10) - 9 * hour
      const reading = yield* Account.read(Account.connect(vendor, { pageSize: 10 }), { query: { from } })
      assert.lengthOf(reading.jobs, 10)
      assert.isAtMost((yield* vendor.ledger.to("analyses")).length, 2)
    })
  )

  it.live("ask for the oldest first where that order is wanted", () =>
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
  it.live("are those that are named, and those of the organizations, once each", () =>
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

  it.live("are read without a word of drift, whichever of the documented fields they have", () =>
    Effect.gen(function* () {
      const vendor = yield* GitHubEmulator.serve({ repositories: yield* GitHubEmulator.generate({ jobs: 30 }) })
      assert.deepStrictEqual((yield* Account.read(Account.connect(vendor))).drift, [])
    })
  )

  it.live("where a feature is off are a note each, and the others are read", () =>
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
        const vendor = yield* serve({}, { fault: Faults.on("analyses", answering(404, { message })) })
        const { error, notes } = yield* Account.read(Account.connect(vendor))
        assert.isUndefined(error)
        assert.deepStrictEqual(notes, [`octocat/Hello-World: there is no code scanning to read (HTTP 404: ${message})`])
      })
  )

  it.live("that the organization lists fail where the answer is not GitHub's own", () =>
    Effect.gen(function* () {
      const vendor = yield* serve({}, { fault: Faults.on("analyses", answering(404, { error: "no such route" })) })
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

const answering =
  (status: number, body: unknown, headers: { readonly [name: string]: string } = {}): Emulator.Fault =>
  () =>
    HttpServerResponse.jsonUnsafe(body, { status, headers })

describe("a refusal", () => {
  const refused = (answer: Emulator.Fault, pageSize = 100) =>
    Effect.gen(function* () {
      const vendor = yield* serve({ codeScanning: Account.analyses(5) }, { fault: Faults.on("analyses", answer) })
      return yield* Account.read(Account.connect(vendor, { pageSize }), { listings: ["codeScanning"] })
    })
  it.live("of the token is Unauthorized, and asks for nothing more", () =>
    Effect.gen(function* () {
      const vendor = yield* serve({})
      const { error } = yield* Account.read(Account.connect(vendor, { token: Redacted.make("canary-4711") }))
      assert.strictEqual(error?.reason._tag, "Unauthorized")
      assert.include(error?.message, "Bad credentials")
      assert.notInclude(String(error?.message), "canary-4711")
      assert.lengthOf(yield* vendor.ledger.entries, 1)
    })
  )

  it.live("after the first page is no note", () =>
    Effect.gen(function* () {
      const off = Faults.from(2, answering(403, { message: "Resource not accessible", documentation_url: "" }))
      const { error, jobs, notes } = yield* refused(off, 2)
      assert.deepStrictEqual([error?.reason._tag, jobs.length, notes], ["Forbidden", 2, []])
    })
  )

  it.live.each([
    [
      "single sign-on",
      answering(403, { message: "no" }, { "x-github-sso": "required; url=https://github.com/orgs/o/sso" }),
      "authorize the token for the organization's single sign-on"
    ],
    [
      "organization SAML enforcement",
      answering(403, { message: "Resource protected by organization SAML enforcement." }),
      "single sign-on"
    ],
    [
      "a fine-grained token's permissions",
      answering(403, { message: "Resource not accessible by personal access token" }),
      "the permission to read code scanning alerts"
    ],
    [
      "an IP allow list",
      answering(403, { message: "the `o` organization has an IP allow list enabled, and 1.2.3.4 is not permitted" }),
      "add the address of this machine"
    ],
    [
      "the role of the user",
      answering(403, { message: "You are not authorized to read code scanning alerts." }),
      "scope"
    ],
    [
      "missing scopes, told as a 404",
      answering(
        404,
        { message: "Not Found" },
        { "x-oauth-scopes": "gist, read:org", "x-accepted-oauth-scopes": "repo, security_events" }
      ),
      "needs the scope security_events"
    ],
    [
      "single sign-on that cuts the list",
      answering(200, [], { "x-github-sso": "partial-results; organizations=21955855" }),
      "single sign-on"
    ]
  ] as const)("about the credential, by %s, is a failure and no note", ([, fault, advice]) =>
    Effect.gen(function* () {
      const { error, notes } = yield* refused(fault)
      assert.deepStrictEqual([error?.reason._tag, notes], ["Forbidden", []])
      assert.include(error?.message, advice)
    })
  )

  it.live.each([
    ["disabled", answering(404, { message: "Code scanning is disabled on this repository." }), "code scanning is off"],
    ["not enabled", answering(403, { message: "Code scanning is not enabled for this repository." }), "is off"],
    ["a paid feature", answering(403, { message: "Upgrade to GitHub Pro to enable this feature." }), "is off"],
    ["blocked by law", answering(451, { message: "Repository access blocked" }), "the repository is blocked"],
    [
      "blocked",
      answering(403, { message: "Repository access blocked", block: { reason: "tos" } }),
      "the repository is blocked"
    ]
  ] as const)("because the feature or the repository is %s is a note", ([, fault, note]) =>
    Effect.gen(function* () {
      const { error, notes } = yield* refused(fault)
      assert.isUndefined(error)
      assert.lengthOf(notes, 1)
      assert.include(notes[0], note)
    })
  )

  it.live.each([
    ["a proxy's 403", Faults.html(403), "VendorRejected"],
    ["a 404 of another server", Faults.html(404), "VendorRejected"],
    ["a 503 that stays", Faults.status(503), "Unavailable"],
    ["a 422", answering(422, { message: "Validation Failed" }), "VendorRejected"]
  ] as const)("that is %s is no note", ([, fault, tag]) =>
    Effect.gen(function* () {
      const { error, notes } = yield* refused(fault)
      assert.deepStrictEqual([error?.reason._tag, notes], [tag, []])
    })
  )
})

describe("throttling", () => {
  /** How long the provider waits before each further attempt, in seconds, under an accelerated clock, up to the first good answer. */
  const waits = (answer: Emulator.Fault, times = 1) => {
    const sleeps: Array<number> = []
    return Effect.gen(function* () {
      const vendor = yield* serve(
        { codeScanning: Account.analyses(3) },
        { fault: Faults.on("analyses", (entry, nth) => (nth <= times ? answer(entry, nth) : undefined)) }
      )
      const jobs = yield* GitHub.jobs(Account.connect(vendor), {}, { listings: ["codeScanning"] }).pipe(
        Stream.runCollect,
        Effect.provide(
          Layer.mergeAll(
            NodeHttpClient.layerUndici,
            RetryPolicy.layer({ base: "1 millis", max: "1 millis", maxRetryAfter: "10 minutes" }),
            Deadlines.layer({ attempt: "10 hours", page: "10 hours" })
          )
        )
      )
      assert.lengthOf(jobs, 3)
      const asked = yield* vendor.ledger.to("analyses")
      return asked.slice(1).map(({ time }, index) => (time - (asked[index]?.time ?? 0)) / 1000)
    }).pipe(AcceleratedClock.accelerate(500, (millis) => sleeps.push(millis)))
  }
  const assertWaits = (found: ReadonlyArray<number>, floors: ReadonlyArray<number>) => {
    assert.lengthOf(found, floors.length)
    // Under an accelerated clock, an answer takes seconds.
    for (const [index, floor] of floors.entries()) {
      assert.isAtLeast(found[index] ?? 0, floor)
      assert.isAtMost(found[index] ?? 0, floor * 1.25 + 60)
    }
  }

  for (const status of [403, 429] as const) {
    it.live(`with ${status} is waited out as Retry-After says`, () =>
      Effect.gen(function* () {
        assertWaits(yield* waits(GitHubEmulator.secondaryLimit("90 seconds", status)), [90])
      })
    )

    it.live(`with ${status} is waited out until the limit is reset`, () =>
      Effect.gen(function* () {
        assertWaits(yield* waits(GitHubEmulator.primaryLimit("200 seconds", status)), [200])
      })
    )

    it.live(
      `with ${status} is waited out for a minute, and then for longer each time, where the answer does not say`,
      () =>
        Effect.gen(function* () {
          assertWaits(yield* waits(GitHubEmulator.secondaryLimit(undefined, status), 3), [60, 120, 240])
        })
    )
  }

  it.live.each([
    ["Advanced Security must be enabled for this repository to use code scanning.", undefined, 1],
    ["Resource not accessible by personal access token", "Forbidden", 0]
  ] as const)("is not what an answer means that spent the last request of the hour: %s", ([message, tag, count]) =>
    Effect.gen(function* () {
      const fault = answering(403, { message }, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "4000000000" })
      const vendor = yield* serve({}, { fault: Faults.on("analyses", fault) })
      const { error, notes } = yield* Account.read(Account.connect(vendor), { listings: ["codeScanning"] })
      assert.deepStrictEqual([error?.reason._tag, notes.length], [tag, count])
      assert.lengthOf(yield* vendor.ledger.to("analyses"), 1)
    })
  )

  it.live("with an empty 429 is waited out, too", () =>
    Effect.gen(function* () {
      assertWaits(yield* waits(Faults.status(429)), [60])
    })
  )

  it.live("for longer than the policy bears is RateLimited at once, and says how long", () =>
    Effect.gen(function* () {
      const vendor = yield* serve({}, { fault: GitHubEmulator.primaryLimit("50 minutes") })
      const { error, notes } = yield* Account.read(Account.connect(vendor))
      assert.strictEqual(error?.reason._tag, "RateLimited")
      const retryAfter = error?.reason._tag === "RateLimited" ? (error.reason.retryAfter ?? 0) : 0
      assert.closeTo(retryAfter, 50 * 60_000, 2000)
      assert.lengthOf(notes, 0)
      assert.lengthOf(yield* vendor.ledger.entries, 1)
    })
  )
})

describe("settings", () => {
  const problems = (settings: object): ReadonlyArray<string> => {
    const decoded = GitHub.decode({ provider: "github", name: "gh", token: "t", ...settings })
    return decoded._tag === "Failure" ? decoded.failure.map(({ key }: Connection.Problem) => key) : []
  }

  it("want repositories, organizations, or both", () => {
    assert.deepStrictEqual(problems({}), ["repositories"])
    assert.deepStrictEqual(problems({ repositories: ["octocat/Hello-World", "a/.github"] }), [])
    assert.deepStrictEqual(problems({ organizations: ["octo-org"] }), [])
    assert.deepStrictEqual(problems({ repositories: ["o/a"], organizations: ["o"] }), [])
  })

  it("want names that can be names", () => {
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
