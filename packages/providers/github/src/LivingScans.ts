/**
 * The scans of a world in which time goes on, as GitHub lists them: it has no plan, and an analysis is there once it is over.
 */
import { World } from "@scanjobs/testing"
import type { Analysis, Repository, Scan } from "./SyntheticScans.ts"

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** The kind of scan that is secret scanning; every other one is the name of a tool. */
const secrets = "secrets"

/**
 * The scans of the world that `scanjobs emulate --live` makes, each as its repository and what scans it. Three days after it begins,
 * something has failed, and something has fallen silent. There is no plan.
 */
const scans: ReadonlyArray<World.Scan> = [
  { name: "web: CodeQL", every: 3 * hour, offset: 3.5 * minute, fates: { 22: "failed" } },
  { name: "web: Semgrep OSS", every: 12 * hour, offset: 6 * hour },
  { name: `web: ${secrets}`, every: day, offset: 23.9 * hour },
  { name: "api: CodeQL", every: 6 * hour, offset: 4.9 * hour, fates: { 8: "partly" } },
  { name: "api: Trivy", every: 2 * hour, offset: 110 * minute },
  { name: "mobile: CodeQL", every: 8 * hour, offset: hour, change: { to: "deleted", after: 5 } }
]

/**
 * Makes the world that `scanjobs emulate --live` shows.
 *
 * @since 0.3.0
 * @category constructors
 */
export const world = (options: Omit<World.Options, "scans">): World.World =>
  World.make({ ...options, scans: scans.map(withoutPlan) })

const withoutPlan = (scan: World.Scan): World.Scan => ({ ...scan, isPlanned: false })

/**
 * Makes the repositories of a world's definitions without a plan, as they are at a time.
 *
 * @since 0.3.0
 * @category constructors
 */
export const of = (world: World.World): ((now: number) => ReadonlyArray<Repository>) => {
  const definitions = world.definitions.filter(({ isPlanned }) => !isPlanned)
  const byRepository = [...Map.groupBy(definitions, ({ name }) => partsOf(name).repository)]
  return (now) =>
    byRepository.map(([name, own], index) => ({
      id: 700_000_000 + index,
      full_name: `octo-org/${name}`,
      codeScanning: own
        .filter((definition) => partsOf(definition.name).tool !== secrets)
        .flatMap((definition) => World.runs(definition, now).flatMap((run) => analysisOf(definition, run)))
        .toSorted((a, b) => (a.created_at < b.created_at ? 1 : -1)),
      secretScanning: {
        backfill_scans: own
          .filter((definition) => partsOf(definition.name).tool === secrets)
          .flatMap((definition) => World.runs(definition, now).slice(0, 1).map(scanOf))
      }
    }))
}

const partsOf = (name: string) => {
  const [repository = "", tool = ""] = name.split(": ")
  return { repository, tool }
}

const analysisOf = ({ id, name }: World.Definition, run: World.Run): ReadonlyArray<Analysis> => {
  const { repository, tool } = partsOf(name)
  const analysis_key = `.github/workflows/${tool.toLowerCase().replaceAll(" ", "-")}.yml:analyze`
  const own = id * 10_000_000_000 + run.id
  return run.endedAt === null || run.state === "skipped"
    ? []
    : [
        {
          id: own,
          ref: "refs/heads/main",
          commit_sha: run.id.toString(16).padStart(40, "0"),
          analysis_key,
          environment: "{}",
          category: analysis_key,
          error: run.state === "failed" ? "the SARIF file could not be processed" : "",
          warning: run.state === "partly" ? "123 results were ignored" : "",
          created_at: textOf(run.endedAt),
          results_count: run.id % 40,
          rules_count: 120,
          url: `https://api.github.com/repos/octo-org/${repository}/code-scanning/analyses/${own}`,
          sarif_id: `00000000-0000-4000-8000-${String(run.id).padStart(12, "0")}`,
          tool: { name: tool, version: "1.0.0", guid: null },
          deletable: false
        }
      ]
}

const statuses = {
  running: "running",
  succeeded: "completed",
  partly: "completed",
  failed: "failed",
  skipped: "failed"
}

const scanOf = ({ endedAt, startedAt, state }: World.Run): Scan => ({
  type: "git",
  status: statuses[state],
  started_at: textOf(startedAt),
  completed_at: endedAt === null ? null : textOf(endedAt)
})

/** GitHub's times have no fraction of a second. */
const textOf = (millis: number): string => `${new Date(millis).toISOString().slice(0, 19)}Z`
