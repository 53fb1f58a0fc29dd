import * as GitHubEmulator from "@scanjobs/github/emulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { HttpServerResponse } from "effect/http"
import * as Account from "./Account.ts"
import * as Description from "./Description.ts"

const analyses = "/repos/{owner}/{repo}/code-scanning/analyses"
const history = "/repos/{owner}/{repo}/secret-scanning/scan-history"
const repositories = "/orgs/{org}/repos"

describe("by GitHub's own description", () => {
  it.live("every request of the provider and every answer of the emulator is right", () =>
    Effect.gen(function* () {
      const sent: Array<Description.Sent> = []
      const made = yield* GitHubEmulator.generate({ repositories: 9, jobs: 120 })
      const off = [
        { ...GitHubEmulator.published, id: 1, full_name: "octo-org/off", codeScanning: 403, secretScanning: 404 },
        { ...GitHubEmulator.published, id: 2, full_name: "octo-org/none", codeScanning: 404, secretScanning: 403 }
      ] as const
      const vendor = yield* GitHubEmulator.serve({
        fault: Description.witness(sent),
        repositories: [...made, ...off, GitHubEmulator.published]
      })
      const every = Account.connect(vendor, { pageSize: 4 })
      yield* Account.read(every)
      yield* Account.read(every, { query: { order: "ascending" } })
      yield* Account.read({ ...every, toolName: "CodeQL", ref: "refs/heads/main", repositories: ["octo-org/gone"] })
      const entries = yield* vendor.ledger.entries
      assert.isAbove(entries.length, 100)
      assert.deepStrictEqual(yield* vendor.ledger.violations, [])
      assert.deepStrictEqual(entries.flatMap(Description.problemsOfRequest), [])
      assert.deepStrictEqual(new Set(sent.map(({ status }) => status)), new Set([200, 403, 404]))
      assert.deepStrictEqual(
        sent.flatMap(({ body, path, status }) => Description.problemsOfAnswer(path, status, body)),
        []
      )
    })
  )

  it.live("the emulator's refusals are right", () =>
    Effect.gen(function* () {
      const sent: Array<Description.Sent> = []
      const vendor = yield* GitHubEmulator.serve({ fault: Description.witness(sent), limit: 3 })
      const get = (path: string, token = vendor.settings.token) =>
        Effect.promise(() =>
          fetch(`${vendor.baseUrl}${path}`, { headers: { authorization: `Bearer ${token}`, "user-agent": "test" } })
        )
      yield* get("/orgs/octo-org/repos", "wrong")
      yield* get("/orgs/octo-org/repos?per_page=101")
      yield* get("/orgs/nobody/repos")
      yield* get("/orgs/octo-org/repos")
      yield* get("/orgs/octo-org/repos")
      assert.deepStrictEqual(
        sent.map(({ status }) => status),
        [401, 422, 404, 200, 403]
      )
      assert.deepStrictEqual(
        sent.flatMap(({ body, path, status }) => Description.problemsOfAnswer(path, status, body)),
        []
      )
    })
  )

  it("the judge finds what is wrong", () => {
    assert.deepStrictEqual(
      [
        ...Description.problemsOfAnswer("/repos/a/b/code-scanning/analyses", 200, [{ id: "7" }]),
        ...Description.problemsOfAnswer("/orgs/a/repos", 200, { items: [] })
      ].map((problem) => problem.split(":")[0]),
      ["200 of /repos/a/b/code-scanning/analyses", "200 of /orgs/a/repos"]
    )
  })
})

describe("GitHub's own examples", () => {
  it("are what the emulator publishes", () => {
    assert.deepStrictEqual<unknown>(GitHubEmulator.published.codeScanning, Description.exampleOf(analyses))
    assert.deepStrictEqual<unknown>(GitHubEmulator.published.secretScanning, Description.exampleOf(history))
  })

  it.live("are read whole, with no row rejected and no field unknown", () =>
    Effect.gen(function* () {
      const examples: { readonly [endpoint: string]: unknown } = {
        analyses: Description.exampleOf(analyses),
        scanHistory: Description.exampleOf(history),
        repositories: Description.exampleOf(repositories)
      }
      const vendor = yield* GitHubEmulator.serve({
        fault: ({ endpoint }) => HttpServerResponse.jsonUnsafe(examples[endpoint ?? ""])
      })
      const { drift, error, jobs, rejected } = yield* Account.read(Account.connect(vendor))
      assert.deepStrictEqual([error, rejected, drift], [undefined, 0, []])
      assert.deepStrictEqual(
        jobs.map(({ detail, finishTime, name, startTime, state, vendorId }) => [
          vendorId,
          name,
          state,
          detail,
          startTime === null ? null : new Date(startTime).toISOString(),
          finishTime === null ? null : new Date(finishTime).toISOString()
        ]),
        [
          ["201", "CodeQL", "succeeded", null, "2020-08-27T15:05:21.000Z", null],
          ["200", "Python Security Analysis", "succeeded", null, "2020-08-31T22:46:44.000Z", null],
          ...[
            ["incremental_scans/git/2024-10-07T02:47:00.000Z", "incremental scans: git", "succeeded", "", "47"],
            ["pattern_update_scans/discussion/", "pattern update scans: discussion", "running", "47", "51"],
            ["backfill_scans/git/", "backfill scans: git", "succeeded", "47", "50"],
            ["backfill_scans/issue/", "backfill scans: issue", "succeeded", "47", "49"],
            ["backfill_scans/discussion/", "backfill scans: discussion", "succeeded", "47", "48"],
            [
              "custom_pattern_backfill_scans/git/enterprise/my-custom-pattern/",
              "my-custom-pattern: git",
              "succeeded",
              "47",
              "55"
            ],
            [
              "custom_pattern_backfill_scans/git/organization/my-custom-pattern/",
              "my-custom-pattern: git",
              "succeeded",
              "47",
              "55"
            ],
            ["generic_secrets_backfill_scans/git/", "generic secrets backfill scans: git", "succeeded", "47", "55"]
          ].map(([id = "", name = "", state = "", start = "", end = ""]) => {
            const at = (minute: string) => (minute === "" ? null : `2024-10-07T02:${minute}:00.000Z`)
            return [id.endsWith("/") ? `${id}${at(start)}` : id, name, state, null, at(start), at(end)]
          })
        ]
      )
      assert.deepStrictEqual<unknown>(jobs[0]?.raw, GitHubEmulator.published.codeScanning.at(0))
    })
  )
})
