import { assert, describe, it } from "@effect/vitest"
import { Octokit } from "@octokit/rest"
import { ScanJob } from "@scanjobs/core"
import * as GitHubEmulator from "@scanjobs/github/emulator"
import { Effect, Schema } from "effect"
import { folder, linesOf, run } from "../Program.ts"

const parse = Schema.decodeUnknownEffect(Schema.fromJsonString(ScanJob.schema(Schema.Json)))

/** A repository and one of its records, as text that two clients can be compared by. */
const record = (repository: string, raw: unknown): string => `${repository} ${JSON.stringify(raw)}`

describe("scanjobs list of GitHub", () => {
  it.live("gives the records that @octokit/rest finds, and a note for each feature that is off", () =>
    Effect.gen(function* () {
      const [first, ...others] = yield* GitHubEmulator.generate({ repositories: 5, jobs: 250 })
      const vendor = yield* GitHubEmulator.serve({
        repositories: [...others, ...(first === undefined ? [] : [{ ...first, secretScanning: 404 } as const])]
      })
      const { token, ...settings } = vendor.settings
      const connection = { ...settings, name: "gh", provider: "github", token: "${TOKEN}", pageSize: 20 }
      const cwd = yield* folder({ "scanjobs.json": { connections: [connection] } })
      const ended = yield* run(["list", "--format", "ndjson"], { cwd, env: { TOKEN: token } })
      assert.strictEqual(ended.code, 0, ended.stderr)
      assert.include(ended.stderr, `${first?.full_name}`)
      assert.include(ended.stderr, "secret scanning is off")
      assert.notInclude(ended.stdout + ended.stderr, token)
      const jobs = yield* Effect.forEach(linesOf(ended.stdout), (line) => parse(line))
      const ours = jobs.map(({ id, raw }) => record(decodeURIComponent(id.split("/")[3] ?? ""), raw))

      const octokit = new Octokit({ auth: token, baseUrl: vendor.baseUrl, log: silent })
      const theirs = yield* Effect.promise(async () => {
        const found: Array<string> = []
        const repositories = await octokit.paginate(octokit.repos.listForOrg, { org: "octo-org", per_page: 2 })
        for (const { full_name, name: repo } of repositories) {
          const place = { owner: "octo-org", repo }
          const analyses = await octokit.paginate(octokit.codeScanning.listRecentAnalyses, { ...place, per_page: 30 })
          const history = await octokit.secretScanning.getScanHistory(place).then(
            ({ data }) => Object.values(data).flat(),
            () => []
          )
          found.push(...[...analyses, ...history].map((raw) => record(full_name, raw)))
        }
        return found
      })
      assert.lengthOf(theirs, 250 + 200)
      assert.sameMembers(ours, theirs)
    })
  )
})

const silence = () => {}
const silent = { debug: silence, info: silence, warn: silence, error: silence }
