/**
 * The emulator's data: the repository of GitHub's examples, and generated ones.
 */
import { Clock, Effect, Random } from "effect"

/**
 * An analysis as GitHub sends it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Analysis {
  readonly id: number
  readonly created_at: string
  readonly [field: string]: unknown
}

/**
 * A secret scanning scan as GitHub sends it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Scan {
  readonly [field: string]: unknown
}

/**
 * A scan history: lists of scans by group.
 *
 * @since 0.1.0
 * @category models
 */
export interface History {
  readonly [group: string]: ReadonlyArray<Scan>
}

/**
 * Rows that can be generated on access, so that there can be millions. An array is one, too.
 *
 * @since 0.1.0
 * @category models
 */
export interface Rows<out Row> {
  readonly length: number
  readonly at: (index: number) => Row | undefined
}

/**
 * A repository. A number instead of scans is the status of the refusal that the feature is off.
 *
 * @since 0.1.0
 * @category models
 */
export interface Repository {
  readonly id: number
  readonly full_name: string
  /** Names that it had before, as `owner/name`, which GitHub redirects. */
  readonly formerly?: ReadonlyArray<string>
  readonly private?: boolean
  readonly archived?: boolean
  /** Newest first. */
  readonly codeScanning: Rows<Analysis> | 403 | 404
  readonly secretScanning: History | 403 | 404
}

const at = (start: string, end: string) => ({
  started_at: `2024-10-07T${start}:00Z`,
  completed_at: `2024-10-07T${end}:00Z`
})

const git = { type: "git", status: "completed", ...at("02:47", "02:55") }

/**
 * A repository that has both features.
 *
 * @since 0.1.0
 * @category models
 */
export interface Published extends Repository {
  readonly codeScanning: ReadonlyArray<Analysis>
  readonly secretScanning: History
}

/**
 * The repository of GitHub's examples, with its analyses and its scan history.
 *
 * @since 0.1.0
 * @category constructors
 */
export const published: Published = {
  id: 1_296_269,
  full_name: "octocat/Hello-World",
  codeScanning: [
    {
      ref: "refs/heads/main",
      commit_sha: "d99612c3e1f2970085cfbaeadf8f010ef69bad83",
      analysis_key: ".github/workflows/codeql-analysis.yml:analyze",
      environment: '{"language":"python"}',
      error: "",
      category: ".github/workflows/codeql-analysis.yml:analyze/language:python",
      created_at: "2020-08-27T15:05:21Z",
      results_count: 17,
      rules_count: 49,
      id: 201,
      url: "https://api.github.com/repos/octocat/hello-world/code-scanning/analyses/201",
      sarif_id: "6c81cd8e-b078-4ac3-a3be-1dad7dbd0b53",
      tool: { name: "CodeQL", guid: null, version: "2.4.0" },
      deletable: true,
      warning: ""
    },
    {
      ref: "refs/heads/my-branch",
      commit_sha: "c8cff6510d4d084fb1b4aa13b64b97ca12b07321",
      analysis_key: ".github/workflows/shiftleft.yml:build",
      environment: "{}",
      error: "",
      category: ".github/workflows/shiftleft.yml:build/",
      created_at: "2020-08-31T22:46:44Z",
      results_count: 17,
      rules_count: 32,
      id: 200,
      url: "https://api.github.com/repos/octocat/hello-world/code-scanning/analyses/200",
      sarif_id: "8981cd8e-b078-4ac3-a3be-1dad7dbd0b582",
      tool: { name: "Python Security Analysis", guid: null, version: "1.2.0" },
      deletable: true,
      warning: ""
    }
  ],
  secretScanning: {
    incremental_scans: [{ type: "git", status: "completed", completed_at: "2024-10-07T02:47:00Z" }],
    backfill_scans: [
      { type: "git", status: "completed", ...at("02:47", "02:50") },
      { type: "issue", status: "completed", ...at("02:47", "02:49") },
      { type: "discussion", status: "completed", ...at("02:47", "02:48") }
    ],
    pattern_update_scans: [{ type: "discussion", status: "in_progress", ...at("02:47", "02:51") }],
    custom_pattern_backfill_scans: [
      { ...git, pattern_slug: "my-custom-pattern", pattern_scope: "enterprise" },
      { ...git, pattern_slug: "my-custom-pattern", pattern_scope: "organization" }
    ],
    generic_secrets_backfill_scans: [git]
  }
}

const minute = 60_000
const hour = 60 * minute

/**
 * What to generate.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The number of repositories. Default 6. */
  readonly repositories?: number
  /** The number of analyses, and of secret scanning scans, over all repositories. Default 40 and 10 for each repository. */
  readonly jobs?: number | undefined
  /** The organization that owns them. Default `octo-org`. */
  readonly owner?: string
  /** Equal seeds give equal scans at the same time. */
  readonly seed?: string | undefined
}

const names = ["web", "api", "worker", "mobile", "infra", "docs", "design", "billing", "search", ".github"]

/**
 * Generates repositories whose newest scans are running or ended shortly before the current time.
 *
 * @since 0.1.0
 * @category constructors
 */
export const generate = ({ jobs, owner = "octo-org", repositories = 6, seed = "github" }: Options = {}): Effect.Effect<
  ReadonlyArray<Repository>
> =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const salt = yield* Random.nextIntBetween(1, 0x7fffffff)
    // The first repositories get one more if the number does not divide evenly.
    const share = (index: number) => Math.ceil(((jobs ?? 0) - index) / repositories)
    return Array.from({ length: repositories }, (_, index): Repository => {
      const name = names[index % names.length] ?? ""
      const full_name = `${owner}/${index < names.length ? name : `${name}-${Math.floor(index / names.length)}`}`
      const place = { full_name, now, salt: salt + index * 7919 }
      return {
        id: 700_000_000 + index,
        full_name,
        private: index % 2 === 1,
        codeScanning: analyses(place, jobs === undefined ? 40 : share(index)),
        // Generated on access, because there can be many.
        get secretScanning() {
          return history(place, jobs === undefined ? 10 : share(index))
        }
      }
    })
  }).pipe(Random.withSeed(seed))

interface Place {
  readonly full_name: string
  readonly now: number
  readonly salt: number
}

/** A number from 0 to 1 that depends only on the place and the index. */
const chance = ({ salt }: Place, index: number, use: number): number => {
  let mixed = Math.imul(salt ^ Math.imul(index + 1, 0x9e3779b1), 0x85ebca6b) ^ Math.imul(use + 1, 0xc2b2ae35)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d)
  return ((mixed ^ (mixed >>> 13)) >>> 0) / 0x1_0000_0000
}

const tools = [
  { name: "CodeQL", version: "2.20.1", guid: null, workflow: "codeql.yml:analyze", category: "/language:javascript" },
  { name: "CodeQL", version: "2.20.1", guid: null, workflow: "codeql.yml:analyze", category: "/language:python" },
  { name: "Semgrep OSS", version: "1.97.0", guid: null, workflow: "semgrep.yml:scan", category: "/semgrep" },
  { name: "Trivy", version: "0.58.0", guid: null, workflow: "image.yml:trivy", category: "/trivy" }
] as const

const analyses = (place: Place, length: number): Rows<Analysis> => ({
  length,
  at: (index) => (index >= 0 && index < length ? analysis(place, length, index) : undefined)
})

const analysis = (place: Place, length: number, index: number): Analysis => {
  const created = place.now - minute - index * 6 * hour - Math.floor(chance(place, index, 0) * 3 * hour)
  const { category, workflow, ...tool } = tools[Math.floor(chance(place, index, 1) * tools.length)] ?? tools[0]
  const analysis_key = `.github/workflows/${workflow}`
  const outcome = chance(place, index, 2)
  const id = 90_000_000 + length - index
  return {
    id,
    ref: outcome < 0.5 ? "refs/heads/main" : `refs/pull/${Math.ceil(outcome * 400)}/merge`,
    commit_sha: hex(place, index, 40),
    analysis_key,
    environment: "{}",
    category: `${analysis_key}${category}`,
    error: outcome > 0.96 ? "the SARIF file could not be processed" : "",
    warning: outcome > 0.9 && outcome <= 0.96 ? "123 results were ignored" : "",
    created_at: instant(created),
    results_count: Math.floor(chance(place, index, 3) * 40),
    rules_count: 120,
    url: `https://api.github.com/repos/${place.full_name}/code-scanning/analyses/${id}`,
    sarif_id: `${hex(place, index, 8)}-0000-4000-8000-${String(index).padStart(12, "0")}`,
    tool,
    deletable: index === 0
  }
}

const hex = (place: Place, index: number, digits: number): string =>
  Array.from({ length: digits }, (_, digit) => Math.floor(chance(place, index, 100 + digit) * 16).toString(16)).join("")

/** GitHub's times have no fraction of a second. */
const instant = (millis: number): string => `${new Date(millis).toISOString().slice(0, 19)}Z`

/** The scans that every repository has. */
const kinds = [
  ["incremental_scans", "git"],
  ["backfill_scans", "git"],
  ["backfill_scans", "issue"],
  ["backfill_scans", "pull-request"],
  ["backfill_scans", "discussion"],
  ["backfill_scans", "wiki"],
  ["pattern_update_scans", "git"],
  ["generic_secrets_backfill_scans", "git"]
] as const

/** Scans for custom patterns, after the usual scans. */
const history = (place: Place, count: number): History => {
  const found: { [group: string]: Array<Scan> } = {}
  for (let index = 0; index < count; index++) {
    const [group, type] = kinds[index] ?? (["custom_pattern_backfill_scans", "git"] as const)
    const pattern_name = `internal token ${index - kinds.length + 1}`
    const pattern =
      index < kinds.length ? {} : { pattern_name, pattern_scope: index % 2 === 0 ? "repository" : "organization" }
    const scans = (found[group] ??= [])
    scans.push({ type, ...course(place, index), ...pattern })
  }
  return {
    incremental_scans: [],
    pattern_update_scans: [],
    backfill_scans: [],
    custom_pattern_backfill_scans: [],
    generic_secrets_backfill_scans: [],
    ...found
  }
}

const course = (place: Place, index: number): Scan => {
  const luck = chance(place, index, 9)
  if (luck < 0.05) return { status: "pending", started_at: null, completed_at: null }
  const started = place.now - minute - Math.floor(chance(place, index, 10) * 30 * 24 * hour)
  const started_at = instant(started)
  if (luck < 0.15) return { status: "running", started_at, completed_at: null }
  const ended = Math.min(place.now, started + Math.ceil(chance(place, index, 11) * 20) * minute)
  return { status: luck < 0.22 ? "failed" : "completed", started_at, completed_at: instant(ended) }
}
