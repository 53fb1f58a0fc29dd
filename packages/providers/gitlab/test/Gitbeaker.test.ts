import * as GitLabEmulator from "@scanjobs/gitlab/emulator"
import { assert, describe, it } from "@effect/vitest"
import { Gitlab } from "@gitbeaker/rest"
import { Effect } from "effect"
import * as Account from "./Account.ts"

describe("@gitbeaker/rest", () => {
  for (const emptyLastPage of [false, true]) {
    it.live(`finds the same rows as the provider${emptyLastPage ? ", also where the last page is empty" : ""}`, () =>
      Effect.gen(function* () {
        const projects = [
          ...(yield* GitLabEmulator.generate({ jobs: 200 })),
          Account.project(7, { path: "acme/full", jobs: Account.jobs(20), schedules: Account.schedules(25) })
        ]
        const vendor = yield* GitLabEmulator.serve({ projects, quirks: { emptyLastPage } })
        const { baseUrl, token } = vendor.settings
        const api = new Gitlab({ host: baseUrl, token })
        const theirs = yield* Effect.promise(async () => {
          const found = await api.Groups.allProjects("acme", { includeSubgroups: true, perPage: 2 })
          return Promise.all(
            found.map(async ({ id }) => ({
              jobs: await api.Jobs.all(id, { pagination: "keyset", orderBy: "id", sort: "desc", perPage: 10 }),
              pipelines: await api.Pipelines.all(id, { perPage: 10, orderBy: "id", sort: "asc" }),
              schedules: await api.PipelineSchedules.all(id, { perPage: 10 })
            }))
          )
        })
        const { error, jobs } = yield* Account.read(Account.connect(vendor, { pageSize: 10 }), undefined, {
          until: Date.now() + 86_400_000
        })
        assert.isUndefined(error)
        const rawOf = (listing: string) =>
          new Map(jobs.flatMap((job) => (job.listing === listing ? [[job.vendorId, job.raw]] : [])))
        const scans = theirs.flatMap((one) => one.jobs).filter(({ name }) => name !== "build")
        assert.isAbove(scans.length, 200)
        assert.deepStrictEqual<unknown>(rawOf("jobs"), new Map(scans.map((job) => [String(job.id), job])))
        const pipelines = theirs.flatMap((one) => one.pipelines)
        assert.deepStrictEqual<unknown>(rawOf("pipelines"), new Map(pipelines.map((one) => [String(one.id), one])))
        const definitions = [...rawOf("schedules")].filter(([id]) => !id.includes("@"))
        const schedules = theirs.flatMap((one) => one.schedules)
        assert.deepStrictEqual<unknown>(new Map(definitions), new Map(schedules.map((one) => [String(one.id), one])))
        assert.deepStrictEqual(
          (yield* vendor.ledger.entries).flatMap(({ violations }) => violations),
          []
        )
      })
    )
  }
})
