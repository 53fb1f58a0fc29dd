import { GitLab } from "@scanjobs/gitlab"
import * as GitLabEmulator from "@scanjobs/gitlab/emulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { HttpServerResponse } from "effect/http"
import * as Account from "./Account.ts"

const one = (changes: Partial<GitLabEmulator.Project>, quirks: Partial<GitLabEmulator.Quirks> = {}) =>
  GitLabEmulator.serve({ projects: [Account.project(1, changes)], quirks })

const stateOf = (changes: object) =>
  Effect.gen(function* () {
    const vendor = yield* one({ jobs: Account.jobs(1, changes) })
    const { jobs } = yield* Account.read(Account.connect(vendor), "jobs")
    return jobs.map(({ state }) => state).join()
  })

describe("a CI job", () => {
  const states = [
    ["created", "scheduled"],
    ["pending", "queued"],
    ["waiting_for_resource", "queued"],
    ["preparing", "queued"],
    ["running", "running"],
    ["canceling", "running"],
    ["manual", "paused"],
    ["success", "succeeded"],
    ["failed", "failed"],
    ["canceled", "cancelled"],
    ["skipped", "skipped"],
    ["something_new", "unknown"]
  ] as const
  for (const [status, state] of states) {
    it.live(`that is ${status} is ${state}`, () =>
      Effect.map(stateOf({ status }), (found) => assert.strictEqual(found, state))
    )
  }

  it.live("has the link to its page", () =>
    Effect.gen(function* () {
      const vendor = yield* one({
        jobs: Account.jobs(1),
        pipelines: Account.pipelines(1),
        schedules: Account.schedules(1)
      })
      const { jobs } = yield* Account.read(Account.connect(vendor))
      assert.deepStrictEqual(
        new Map(jobs.map(({ link, listing }) => [listing, link])),
        new Map([
          ["jobs", "https://gitlab.example/acme/full/-/jobs/8001"],
          ["pipelines", "https://gitlab.example/acme/full/-/pipelines/5001"],
          ["schedules", null]
        ])
      )
    })
  )

  it.live("that is allowed to fail, and fails, has partially succeeded", () =>
    Effect.map(stateOf({ status: "failed", allow_failure: true }), (found) =>
      assert.strictEqual(found, "partially_succeeded")
    )
  )

  it.live("whose booleans are null is one whose booleans are false (L7)", () =>
    Effect.map(stateOf({ status: "failed", allow_failure: null }), (found) => assert.strictEqual(found, "failed"))
  )

  const kinds = [
    ["a report of its own", { name: "my job", artifacts: [{ file_type: "trace" }, { file_type: "sast" }] }, "code"],
    ["a report that its name contradicts", { name: "sast", artifacts: [{ file_type: "dast" }] }, "web"],
    [
      "the name of a template, before it has a report",
      { name: "gemnasium-python-dependency_scanning" },
      "vulnerability"
    ],
    ["the name of another template", { name: "secret_detection" }, "secret"],
    ["a name that the settings give", { name: "nightly-audit" }, "other"],
    ["no report, and an ordinary name", { name: "build", artifacts: [{ file_type: "archive" }] }, undefined],
    ["a name that only contains the word", { name: "broadcast", artifacts: null }, undefined]
  ] as const
  for (const [what, row, category] of kinds) {
    it.live(`is a scan or not by ${what}`, () =>
      Effect.gen(function* () {
        const vendor = yield* one({ jobs: Account.jobs(1, row) })
        const { jobs } = yield* Account.read(Account.connect(vendor, { jobNames: ["nightly-audit"] }), "jobs")
        assert.deepStrictEqual(
          jobs.map((job) => job.category),
          category === undefined ? [] : [category]
        )
      })
    )
  }

  it.live("is found after any number of pages without a scan (L4), and is read no further than `from` needs", () =>
    Effect.gen(function* () {
      const builds = Account.jobs(60, { name: "build" }).map((row): GitLabEmulator.Row =>
        Object.assign({}, row, { id: row.id + 1000 })
      )
      const vendor = yield* one({ jobs: [...builds, ...Account.jobs(3)] })
      const { error, jobs } = yield* Account.read(Account.connect(vendor, { pageSize: 5 }), "jobs")
      assert.isUndefined(error)
      assert.lengthOf(jobs, 3)
      const asked = (yield* vendor.ledger.to("jobs")).length
      const account = Account.connect(vendor, { pageSize: 5, startsWithinDays: 0 })
      yield* Account.read(account, "jobs", { from: Account.newYear + 50 * 3_600_000 })
      assert.strictEqual((yield* vendor.ledger.to("jobs")).length - asked, 3)
    })
  )
})

describe("a pipeline", () => {
  it.live("is a scan as a whole by its source alone", () =>
    Effect.gen(function* () {
      const of = (source: string, id: number) => Account.pipelines(1, { source, id })
      const vendor = yield* one({ pipelines: [...of("push", 3), ...of("ondemand_dast_scan", 2), ...of("schedule", 1)] })
      const { jobs } = yield* Account.read(Account.connect(vendor), "pipelines")
      assert.deepStrictEqual(
        jobs.map(({ category, definitionId, vendorId }) => [vendorId, category, definitionId]),
        [
          ["1", "other", "schedule/main"],
          ["2", "web", "ondemand_dast_scan"]
        ]
      )
    })
  )

  it.live("that was not touched since `from` is not asked for", () =>
    Effect.gen(function* () {
      const vendor = yield* one({ pipelines: Account.pipelines(50) })
      const from = Account.newYear + 45 * 3_600_000
      const { jobs } = yield* Account.read(Account.connect(vendor, { pageSize: 100 }), "pipelines", { from })
      assert.lengthOf(jobs, 6)
      const [entry] = yield* vendor.ledger.to("pipelines")
      assert.strictEqual(entry?.query["updated_after"], new Date(from).toISOString())
    })
  )
})

describe("a schedule", () => {
  const span = { from: Date.UTC(2026, 2, 28), until: Date.UTC(2026, 2, 30) }
  const planned = (changes: object) =>
    Effect.gen(function* () {
      const vendor = yield* one({ schedules: Account.schedules(1, changes) })
      const { jobs } = yield* Account.read(Account.connect(vendor), "schedules", span)
      return jobs.map(({ kind, startTime, state }) => [
        kind,
        state,
        startTime === null ? null : new Date(startTime).toISOString()
      ])
    })

  it.live("is a definition, and its cron expression plans runs in its zone", () =>
    Effect.map(planned({ cron: "30 2 * * *" }), (found) =>
      assert.deepStrictEqual(found, [
        ["definition", "scheduled", null],
        ["occurrence", "scheduled", "2026-03-28T01:30:00.000Z"],
        ["occurrence", "scheduled", "2026-03-29T01:30:00.000Z"]
      ])
    )
  )

  it.live("whose zone has a name of Rails has its next run alone (L3)", () =>
    Effect.map(
      planned({ cron_timezone: "Pacific Time (US & Canada)", next_run_at: "2026-03-28T09:04:00.000Z" }),
      (found) =>
        assert.deepStrictEqual(found, [
          ["definition", "scheduled", null],
          ["occurrence", "scheduled", "2026-03-28T09:04:00.000Z"]
        ])
    )
  )

  it.live("whose later runs are not known says up to when its runs are", () =>
    Effect.gen(function* () {
      const rails = { id: 99, cron_timezone: "Pacific Time (US & Canada)", next_run_at: "2026-03-28T09:04:00.000Z" }
      const known = Account.schedules(1, { cron_timezone: "Etc/UTC" })
      const vendor = yield* one({ schedules: [...known, ...Account.schedules(1, rails)] })
      const { completed } = yield* Account.read(Account.connect(vendor), "schedules", span)
      assert.deepInclude(completed, { by: "known", horizon: Date.UTC(2026, 2, 28, 9, 4) })
    })
  )

  it.live("that goes on behind the horizon says where that lies", () =>
    Effect.gen(function* () {
      const vendor = yield* one({ schedules: Account.schedules(30, { cron: "0 0 1 1 *", cron_timezone: "Etc/UTC" }) })
      const horizon = Date.UTC(2026, 2, 30)
      const { completed, jobs } = yield* Account.read(Account.connect(vendor, { pageSize: 5 }), "schedules", {
        from: Date.UTC(2026, 2, 28),
        horizon
      })
      assert.lengthOf(jobs, 30)
      assert.deepInclude(completed, { by: "horizon", horizon })
    })
  )

  it.live("of which nothing is known is an occurrence in state unknown, which says why", () =>
    Effect.gen(function* () {
      const vendor = yield* one({ schedules: Account.schedules(1, { cron: "whenever", next_run_at: null }) })
      const { jobs } = yield* Account.read(Account.connect(vendor), "schedules")
      assert.deepStrictEqual(
        jobs.map(({ detail, kind, state }) => [kind, state, detail]),
        [
          ["definition", "scheduled", null],
          [
            "occurrence",
            "unknown",
            'its schedule cannot be read: expression "whenever" cannot be read: invalid number of segments in cron expression: "whenever"'
          ]
        ]
      )
    })
  )

  it.live("that is not active plans nothing", () =>
    Effect.map(planned({ active: false }), (found) => assert.deepStrictEqual(found, [["definition", "paused", null]]))
  )

  it.live("belongs together with the pipelines of its branch", () =>
    Effect.gen(function* () {
      const vendor = yield* one({
        schedules: Account.schedules(1, { ref: "refs/heads/main" }),
        pipelines: Account.pipelines(1, { source: "schedule", ref: "main" })
      })
      const account = Account.connect(vendor)
      const found = [
        ...(yield* Account.read(account, "schedules", span)).jobs,
        ...(yield* Account.read(account, "pipelines")).jobs
      ]
      assert.deepStrictEqual([...new Set(found.map(({ definitionId }) => definitionId))], ["schedule/main"])
    })
  )
})

describe("a project", () => {
  it.live("is named by its path as one part of the address, and read once however it is named", () =>
    Effect.gen(function* () {
      const vendor = yield* one({ jobs: Account.jobs(2), path: "acme/apps/web", formerly: ["acme/web"] })
      const account = Account.connect(vendor, { groups: ["acme/apps"], projects: ["Acme/Apps/Web", "1", "acme/web"] })
      const { error, jobs } = yield* Account.read(account, "jobs")
      assert.isUndefined(error)
      assert.lengthOf(jobs, 2)
      const paths = (yield* vendor.ledger.entries).map(({ path }) => path)
      assert.include(paths, "/api/v4/projects/Acme%2FApps%2FWeb")
    })
  )

  it.live("that was moved to another address than this server's is an error that says so (L1)", () =>
    Effect.gen(function* () {
      const vendor = yield* one({ jobs: Account.jobs(2), formerly: ["old/web"] }, { moved: "elsewhere" })
      const { groups: _, ...account } = Account.connect(vendor, { projects: ["old/web"] })
      const { error } = yield* Account.read(account, "jobs")
      assert.strictEqual(error?.reason._tag, "ForeignLink")
    })
  )

  it.live("whose CI is off is a note, and the others are read (L8)", () =>
    Effect.gen(function* () {
      const projects = [Account.project(1, { jobs: 403 }), Account.project(2, { jobs: Account.jobs(1) })]
      const vendor = yield* GitLabEmulator.serve({ projects })
      const { error, jobs, notes } = yield* Account.read(Account.connect(vendor), "jobs")
      assert.isUndefined(error)
      assert.lengthOf(jobs, 1)
      assert.deepStrictEqual(notes, ["1: CI is off in the project, or not for this token: 403 Forbidden"])
    })
  )

  it.live("that does not exist is an error with advice", () =>
    Effect.gen(function* () {
      const vendor = yield* one({})
      const { error } = yield* Account.read(Account.connect(vendor, { projects: ["acme/none"] }), "jobs")
      assert.deepInclude(error?.reason, { _tag: "VendorRejected", detail: "404 Project Not Found" })
      assert.match(String(error?.message), /check the names in projects and groups/)
    })
  )

  it("has to be named, or a group", () => {
    const decoded = GitLab.decode({ name: "gl", provider: "gitlab", token: "t" })
    assert.include(JSON.stringify(decoded), "give projects, groups, or both")
  })
})

describe("GitLab's refusals", () => {
  const answering =
    (status: number, body: unknown, headers: { readonly [name: string]: string } = {}) =>
    () =>
      HttpServerResponse.text(typeof body === "string" ? body : JSON.stringify(body), { status, headers })

  const refusals = [
    [401, { message: "401 Unauthorized" }, "Unauthorized", "401 Unauthorized"],
    [403, { error: "insufficient_scope", error_description: "too little", scope: "api" }, "Forbidden", "too little"],
    [
      400,
      { message: { order_by: ["is not included in the list"] } },
      "VendorRejected",
      '{"order_by":["is not included in the list"]}'
    ],
    [
      405,
      { error: "Keyset pagination is not yet available for this type of request" },
      "VendorRejected",
      "Keyset pagination is not yet available for this type of request"
    ],
    [429, "Retry later\n", "RateLimited", "Retry later"]
  ] as const
  for (const [status, body, tag, detail] of refusals) {
    it.live(`are read: ${status} ${JSON.stringify(body)}`, () =>
      Effect.gen(function* () {
        const vendor = yield* GitLabEmulator.serve({ fault: answering(status, body, { "retry-after": "9999" }) })
        const { error } = yield* Account.read(Account.connect(vendor), "jobs")
        assert.deepInclude(error?.reason, { _tag: tag, detail })
      })
    )
  }

  it.live("come from the emulator as from GitLab once its limit is used up", () =>
    Effect.gen(function* () {
      const vendor = yield* GitLabEmulator.serve({ limit: 2 })
      const account = Account.connect(vendor)
      const { error } = yield* Account.read(account, "jobs")
      assert.strictEqual(error?.reason._tag, "RateLimited")
    })
  )
})
