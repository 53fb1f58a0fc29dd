/**
 * The tests of a generated provider.
 */
import * as AuthStyle from "./AuthStyle.ts"
import type { Options } from "./Options.ts"
import * as PagingStyle from "./PagingStyle.ts"
import * as ScopeStyle from "./ScopeStyle.ts"
import type { Files } from "./Sources.ts"
import { only, text } from "./Text.ts"

/**
 * All files below `test`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const testsOf = (options: Options): Files => ({
  [`test/${options.name.pascal}.test.ts`]: own(options),
  "test/Conformance.test.ts": conformance(options),
  "test/FaultSchedules.test.ts": faults,
  "test/Subject.ts": subject(options)
})

/** Styles whose next pages are known in advance are also checked with several pages at once. */
const conformance = ({ paging }: Options): string => text`
  import * as Conformance from "@scanjobs/testing/conformance"
  import { describe, it } from "vitest"
  import { subject } from "./Subject.ts"

  ${
    paging === "offset" || paging === "page" || paging === "page-flag"
      ? text`
        for (const pageConcurrency of [1, 8]) {
          Conformance.suite({ ...subject, pageConcurrency }, { describe, it })
        }`
      : "Conformance.suite(subject, { describe, it })"
  }
  `

const faults = text`
  import { FaultSchedule } from "@scanjobs/testing"
  import { it } from "vitest"
  import { subject } from "./Subject.ts"

  FaultSchedule.suite(subject, { it })
  `

/** What the suite must know of one listing. */
const listing = (...members: ReadonlyArray<string>): string => text`
  {
    ${members.filter((member) => member !== "").join(",\n")}
  }`

/** What the suite must know of each listing. */
const expectedOf = (options: Options): string => {
  const { name, paging, schedules } = options
  const wires = `${name.pascal}Emulator.wires`
  const parents = only(ScopeStyle.isFound(options), `parents: { wire: ${wires}.projects, single: true }`)
  const hosts = only(ScopeStyle.isRegional(options), "hosts")
  return [
    `runs: ${listing(`wire: ${wires}.runs`, only(paging === "single", "single: true"), parents, hosts)}`,
    only(
      schedules === "rules",
      `planned: ${listing(`wire: ${wires}.planned`, "single: true", "several: true", "endless: true", parents, hosts)}`
    )
  ]
    .filter((piece) => piece !== "")
    .join(",\n")
}

/** The emulator's data for a check. */
const dataFor = (options: Options): string => {
  const { name, scopes } = options
  const scope = ScopeStyle.of(options)
  const emulator = `${name.pascal}Emulator`
  const hasSchedules = options.schedules === "rules"
  if (scope === undefined) {
    return text`
      const runs = yield* ${emulator}.generate({ runs: rows })
      const vendor = yield* ${emulator}.serve({ fault, runs${only(hasSchedules, `, schedules: ${emulator}.schedules(rows)`)} })`
  }
  const counts = `runs: rows${only(hasSchedules, ", schedules: rows")}`
  if (scopes === "regions") {
    return text`
      const [eu] = yield* ${emulator}.generate({ ${counts}, regions: ["eu"] })
      const us = { id: "us", name: "Another region", runs: []${only(hasSchedules, ", schedules: []")} }
      const vendor = yield* ${emulator}.serve({ fault, regions: eu === undefined ? [us] : [eu, us] })`
  }
  if (scopes === "static") {
    return text`
      const projects = yield* ${emulator}.generate({ ${counts}, projects: ["web"] })
      const vendor = yield* ${emulator}.serve({ fault, projects })`
  }
  if (ScopeStyle.isBoth(options)) {
    return text`
      const ids = of === "rows" ? ["web"] : Array.from({ length: rows }, (_, index) => \`project-\${index}\`)
      const eu = yield* ${emulator}.generate({
        runs: rows,
        ${only(hasSchedules, 'schedules: of === "rows" ? rows : 1,')}
        projects: ids,
        regions: ["eu"]
      })
      const us = yield* ${emulator}.generate({ runs: 0, ${only(hasSchedules, "schedules: 0, ")}projects: ["web"], regions: ["us"] })
      const vendor = yield* ${emulator}.serve({ fault, projects: [...eu, ...us] })`
  }
  return text`
    const ids = of === "rows" ? ["web"] : Array.from({ length: rows }, (_, index) => \`project-\${index}\`)
    const projects = yield* ${emulator}.generate({
      runs: rows,
      ${only(hasSchedules, 'schedules: of === "rows" ? rows : 1,')}
      projects: ids
    })
    const vendor = yield* ${emulator}.serve({ fault, projects })`
}

const subject = (options: Options): string => {
  const { auth, name, packageName } = options
  const isRegional = ScopeStyle.isRegional(options)
  const { secrets } = AuthStyle.piecesOf(options)
  const { isPaged } = PagingStyle.piecesOf(options)
  const hasTokens = auth === "oauth"
  const known = secrets.map((key) => `settings.${key}`).join(", ")
  const changes = [only(isPaged, "pageSize"), only(isRegional, 'regions: ["eu"]')].filter((change) => change !== "")
  return text`
    import { ${name.pascal} } from "${packageName}"
    import * as ${name.pascal}Emulator from "${packageName}/emulator"
    import type { Provider } from "@scanjobs/core"
    import type { Conformance } from "@scanjobs/testing"
    import { Effect, Result } from "effect"

    /** A connection to the emulator. */
    export const connect = (
      { settings }: ${name.pascal}Emulator.${name.pascal}Emulator,
      changes: object = {}
    ): Provider.ConnectionOf<typeof ${name.pascal}> =>
      Result.getOrThrow(${name.pascal}.decode({ ...settings, provider: "${name.id}", name: "main", ...changes }))
    ${only(
      isRegional,
      text`

        /** The servers of the regions, which the suite lets the emulator answer for. */
        const hosts = {
          origins: [${ScopeStyle.originsOf(options)
            .map((origin) => `"${origin}"`)
            .join(", ")}],
          settings: { regions: ["eu", "us"] }
        }`
    )}

    /** How the conformance suite and the fault schedules start the emulator and connect to it. */
    export const subject: Conformance.SubjectOf<typeof ${name.pascal}> = {
      provider: ${name.pascal},
      listings: {
        ${expectedOf(options)}
      },
      errorUnder200: (message) => ({ error: { code: "bad_request", message } }),
      forbidden: { body: { error: { code: "forbidden", message: "You may not read this." } } },
      ${hasTokens ? "" : 'skips: { C17: "the credential cannot be renewed" },'}
      start: ({ fault, ${only(ScopeStyle.isFound(options), "of, ")}${isPaged ? "pageSize, " : ""}rows }) =>
        Effect.gen(function* () {
          ${dataFor(options)}
          const { ledger, settings${hasTokens ? ", tokens" : ""} } = vendor
          return {
            ledger,
            connection: connect(vendor${only(changes.length > 0, `, { ${changes.join(", ")} }`)}),
            ${
              hasTokens
                ? `secrets: Effect.map(tokens.issued, (issued) => [${known}, ...issued.map(({ token }) => token)]),\nrevoke: tokens.revokeAll`
                : `secrets: Effect.succeed([${known}]),\nrevoke: null`
            }
          }
        })
    }
    `
}

const own = (options: Options): string => {
  const { name, packageName } = options
  const secret = AuthStyle.piecesOf(options).secrets[0] ?? ""
  const scope = ScopeStyle.of(options)
  const id = ScopeStyle.sampleOf(options)
  const isBoth = ScopeStyle.isBoth(options)
  const scopeText = isBoth ? `eu%2F${id}` : id
  const hasSchedules = options.schedules === "rules"
  const schedules = only(hasSchedules, ", schedules")
  return text`
    import { NodeHttpClient } from "@effect/platform-node"
    import * as ${name.pascal}Emulator from "${packageName}/emulator"
    import { ${name.pascal} } from "${packageName}"
    import { assert, describe, it } from "@effect/vitest"
    import { Effect, Stream } from "effect"
    import { connect } from "./Subject.ts"

    const run = {
      id: "run-1",
      name: "Nightly",
      status: "completed",
      startedAt: "2026-01-01T02:00:00+02:00",
      finishedAt: "2026-01-01T00:30:00Z"
    }
    ${only(
      hasSchedules,
      text`

        const schedules = [
          { id: "schedule-1", name: "Weekly", start: "20260105T020000", rule: "FREQ=WEEKLY;BYDAY=MO", zone: "Europe/Zurich" },
          { id: "schedule-2", name: "Odd", start: "20260105T020000", rule: "FREQ=SOMETIMES", zone: "Europe/Zurich" }
        ]`
    )}

    const provided = Effect.provide(NodeHttpClient.layerUndici)

    /** An emulator with ${hasSchedules ? "these alone" : "just this run"}. */
    const serve = ${name.pascal}Emulator.serve({
      ${
        scope === undefined
          ? `runs: [run]${only(hasSchedules, ",\nschedules")}`
          : `${scope.many}: [{ id: "${id}", ${only(isBoth, 'region: "eu", ')}name: "The ${id} ${scope.one}", runs: [run]${schedules} }]`
      }
    })

    const list = (connection: ReturnType<typeof connect>) =>
      ${name.pascal}.jobs(connection, {}, { listings: ["runs"] }).pipe(Stream.runCollect, provided)

    describe("${name.title}", () => {
      it.live("turns a run into a scan job", () =>
        Effect.gen(function* () {
          const [job] = yield* list(connect(yield* serve))
          assert.deepInclude(job, {
            id: "${name.id}/main/runs${scope === undefined ? "" : `/${scopeText}`}/run-1",
            name: "Nightly",
            state: "succeeded",
            vendorState: "completed",
            startTime: Date.UTC(2026, 0, 1),
            finishTime: Date.UTC(2026, 0, 1, 0, 30)
          })
        })
      )
      ${only(
        hasSchedules,
        text`

          it.live("turns a schedule into its planned runs, and says where it cannot be read", () =>
            Effect.gen(function* () {
              const span = { from: Date.UTC(2026, 0, 1), until: Date.UTC(2026, 0, 14) }
              const planned = ${name.pascal}.jobs(connect(yield* serve), span, { listings: ["planned"] })
              const jobs = yield* planned.pipe(Stream.runCollect, provided)
              assert.deepStrictEqual(
                Array.from(jobs, ({ name, startTime, state }) => ({ name, startTime, state })),
                [
                  { name: "Weekly", startTime: Date.UTC(2026, 0, 5, 1), state: "scheduled" },
                  { name: "Weekly", startTime: Date.UTC(2026, 0, 12, 1), state: "scheduled" },
                  { name: "Odd", startTime: null, state: "unknown" }
                ]
              )
              assert.include(Array.from(jobs).at(-1)?.detail, "SOMETIMES")
            })
          )`
      )}

      it.live("says what to check when it is refused, after one request", () =>
        Effect.gen(function* () {
          const vendor = yield* serve
          const error = yield* Effect.flip(list(connect(vendor, { ${secret}: "something else" })))
          assert.include(error.message, "check ")
          assert.lengthOf(yield* vendor.ledger.entries, 1)
        })
      )
    })
    `
}
