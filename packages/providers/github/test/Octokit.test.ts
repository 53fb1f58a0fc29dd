import * as GitHubEmulator from "@scanjobs/github/emulator"
import { assert, describe, it } from "@effect/vitest"
import { Octokit } from "@octokit/rest"
import { Effect } from "effect"
import * as Account from "./Account.ts"

describe.each(["ids", "names"] as const)("@octokit/rest, whose links have %s", (links) => {
  it.live("finds the same repositories, analyses and scans as the provider", () =>
    Effect.gen(function* () {
      const vendor = yield* GitHubEmulator.serve({
        quirks: { links },
        repositories: yield* GitHubEmulator.generate({ repositories: 7, jobs: 300 })
      })
      const { baseUrl, token } = vendor.settings
      const octokit = new Octokit({ auth: token, baseUrl })
      const repositories = yield* Effect.promise(() =>
        octokit.paginate(octokit.repos.listForOrg, { org: "octo-org", per_page: 3 })
      )
      assert.lengthOf(repositories, 7)
      const theirs = yield* Effect.forEach(repositories, ({ full_name, name: repo, owner: { login: owner } }) =>
        Effect.promise(async () => ({
          full_name,
          analyses: await octokit.paginate(octokit.codeScanning.listRecentAnalyses, { owner, repo, per_page: 10 }),
          history: (await octokit.secretScanning.getScanHistory({ owner, repo })).data
        }))
      )
      const ours = yield* Account.read(Account.connect(vendor, { pageSize: 10 }))
      assert.isUndefined(ours.error)
      for (const { analyses, full_name, history } of theirs) {
        const own = ours.jobs.filter(({ id }) => id.split("/")[3] === encodeURIComponent(full_name))
        const rawOf = (listing: string) => own.filter((job) => job.listing === listing).map(({ raw }) => raw)
        assert.deepStrictEqual<unknown>(rawOf("codeScanning"), analyses)
        assert.deepStrictEqual<unknown>(new Set(rawOf("secretScanning")), new Set(Object.values(history).flat()))
      }
      assert.lengthOf(ours.jobs, 600)
    })
  )
})
