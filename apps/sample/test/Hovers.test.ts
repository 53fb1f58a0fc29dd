/** What an editor shows of a program's types. */
import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { API, NodeBuilderFlags } from "typescript/unstable/sync"

const file = fileURLToPath(new URL("Hovered.ts", import.meta.url))
const config = fileURLToPath(new URL("../tsconfig.test.json", import.meta.url))

/** The types of names in `Hovered.ts` at their first occurrence, as an editor shows them, but not cut off at 160 characters. */
const shown = (...names: ReadonlyArray<string>): ReadonlyArray<string> => {
  const api = new API({ cwd: fileURLToPath(new URL("..", import.meta.url)) })
  try {
    const project = api.updateSnapshot({ openProjects: [config] }).getProject(config)
    const text = readFileSync(file, "utf8")
    return names.map((name) => {
      const type = project?.checker.getTypeAtPosition(file, text.search(new RegExp(`\\b${name}\\b`)))
      return type === undefined
        ? "no type"
        : (project?.checker.typeToString(type, undefined, NodeBuilderFlags.NoTruncation) ?? "no text")
    })
  } finally {
    api.close()
  }
}

const digicert = ["current", "future", "past"].map(
  (listing) => `ScanJob<"digicert", "${listing}", ${listing[0]?.toUpperCase()}${listing.slice(1)}ScanJob>`
)
const avepoint = 'ScanJob<"avepoint", "jobs", AvePointJob>'

/** The members of a union, in any order. */
const membersOf = (union: string | undefined) => union?.split(" | ").toSorted()

describe("what an editor shows", () => {
  const [own, ownJob, row, all, everyJob] = shown("own", "ownJob", "row", "all", "everyJob")

  it("of a provider's job is the union of its listings' jobs, by name", () => {
    assert.sameMembers(membersOf(ownJob) ?? [], digicert)
  })

  it("of a job's row is the union of the vendor's rows, by name", () => {
    assert.sameMembers(membersOf(row) ?? [], ["CurrentScanJob", "FutureScanJob", "PastScanJob"])
  })

  it("of a catalog's job is the union of all providers' jobs", () => {
    assert.sameMembers(membersOf(everyJob) ?? [], [avepoint, ...digicert])
  })

  it("of a stream names its jobs, its error and what it needs", () => {
    for (const stream of [own, all])
      assert.match(stream ?? "", /^Stream<(?:ScanJob<[^>]*>(?: \| )?)+, ScanError, HttpClient>$/)
  })
})
