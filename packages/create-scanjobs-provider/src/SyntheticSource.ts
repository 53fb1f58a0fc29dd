/**
 * The source of the emulator's data.
 */
import type { Options } from "./Options.ts"
import * as ScopeStyle from "./ScopeStyle.ts"
import { only, text } from "./Text.ts"

const schedules = text`

  const rules = ["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,TH", "FREQ=MONTHLY;BYMONTHDAY=1"] as const

  /** Generates schedules without an end. */
  export const schedules = (count = 3): ReadonlyArray<Schedule> =>
    Array.from({ length: count }, (_, index) => ({
      id: \`schedule-\${String(index + 1).padStart(8, "0")}\`,
      name: \`Schedule \${index + 1}\`,
      start: "20260105T020000",
      rule: rules[index % rules.length] ?? rules[0],
      zone: "Europe/Zurich"
    }))`

/** The file of the emulator's data. */
export const syntheticOf = (options: Options): string => {
  const { format, name, scopes } = options
  const scope = ScopeStyle.of(options)
  const hasSchedules = options.schedules === "rules"
  const none = format === "xml" ? '""' : "null"
  const isBoth = ScopeStyle.isBoth(options)
  const ids = scopes === "regions" ? ["eu", "us"] : ["web", "mobile"]
  const head = text`
    /**
     * ${scope === undefined ? "Generated runs" : `${scope.type}s with generated runs`} for the emulator.
     */
    import { Clock, Effect, Random } from "effect"
    import type * as Api from "./Api.ts"

    /** A run as the vendor sends it. */
    export type Run = typeof Api.Run.Type
    ${only(hasSchedules, "\n/** A schedule as the vendor sends it. */\nexport type Schedule = typeof Api.Schedule.Type")}
    ${only(
      scope !== undefined,
      text`

        /** A ${scope?.one ?? ""} and its runs, oldest first. */
        export interface ${scope?.type ?? ""} {
          readonly id: string
          ${only(isBoth, "readonly region: typeof Api.Region.Type")}
          readonly name: string
          readonly runs: ReadonlyArray<Run>
          ${only(hasSchedules, "readonly schedules: ReadonlyArray<Schedule>")}
        }`
    )}

    /** What to generate. */
    export interface Options {
      /** The number of runs${only(scope !== undefined, ` over all ${scope?.many ?? ""}`)}. Default 240. */
      readonly runs?: number | undefined
      ${only(scope !== undefined, `/** The ids of the ${scope?.many}. Default ${ids.map((id) => `\`${id}\``).join(" and ")}. */\nreadonly ${scope?.many}?: ReadonlyArray<string>`)}
      ${only(isBoth, "/** The regions that they are in by turns. Default `eu` and `us`. */\nreadonly regions?: readonly [typeof Api.Region.Type, ...Array<typeof Api.Region.Type>]")}
      ${only(scope !== undefined && hasSchedules, `/** The number of schedules of each ${scope?.one}. Default 3. */\nreadonly schedules?: number`)}
      /** Equal seeds give equal runs at the same time. */
      readonly seed?: string | undefined
    }

    const hour = 3_600_000
    const names = ["Nightly", "Weekly, deep", "On every release", "On demand"] as const
    const outcomes = ["completed", "completed", "completed", "partial", "failed", "canceled", "skipped"] as const
    ${only(hasSchedules, schedules)}
    `
  const runs = text`
    Array.from({ length: runs }, (_, index): Run => {
      const age = runs - index
      const startedAt = now - age * hour
      const duration = ((1 + upTo(59)) * hour) / 60
      return {
        id: \`run-\${String(index + 1).padStart(8, "0")}\`,
        name: names[upTo(names.length)] ?? ${none},
        status: age === 1 ? "running" : (outcomes[upTo(outcomes.length)] ?? "completed"),
        startedAt: new Date(startedAt).toISOString(),
        finishedAt: age === 1 ? ${none} : new Date(startedAt + duration).toISOString()
      }
    })`
  return scope === undefined
    ? text`
      ${head}
      /** Generates runs, oldest first; the newest is still running. */
      export const generate = ({ runs = 240, seed = "${name.id}" }: Options = {}): Effect.Effect<ReadonlyArray<Run>> =>
        Effect.gen(function* () {
          const now = yield* Clock.currentTimeMillis
          const random = yield* Random.Random
          const upTo = (limit: number) => Math.floor(random.nextDoubleUnsafe() * limit)
          return ${runs}
        }).pipe(Random.withSeed(seed))
      `
    : text`
      ${head}
      /** Generates ${scope.many}; the newest run of each is still running. */
      export const generate = (options: Options = {}): Effect.Effect<ReadonlyArray<${scope.type}>> =>
        Effect.gen(function* () {
          const { ${scope.many}: all = [${ids.map((id) => `"${id}"`).join(", ")}], runs = 240${only(hasSchedules, ", schedules: planned")} } = options
          const now = yield* Clock.currentTimeMillis
          const random = yield* Random.Random
          const upTo = (limit: number) => Math.floor(random.nextDoubleUnsafe() * limit)
          const make = (runs: number) =>
            ${runs}
          ${only(isBoth, 'const { regions = ["eu", "us"] as const } = options')}
          return all.map((id, index) => ({
            id,
            ${only(isBoth, "region: regions[index % regions.length] ?? regions[0],")}
            name: \`The \${id} ${scope.one}\`,
            runs: make(Math.floor((runs + index) / all.length))${only(hasSchedules, ",\nschedules: schedules(planned)")}
          }))
        }).pipe(Random.withSeed(options.seed ?? "${name.id}"))
      `
}
