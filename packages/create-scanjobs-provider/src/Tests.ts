/**
 * The tests of a generated provider.
 */
import * as AuthStyle from "./AuthStyle.ts"
import type { Options } from "./Options.ts"
import * as PagingStyle from "./PagingStyle.ts"
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

const subject = (options: Options): string => {
  const { auth, name, packageName, paging, scopes } = options
  const { secrets } = AuthStyle.piecesOf(options)
  const isPaged = PagingStyle.piecesOf(options).fields !== ""
  const isScoped = scopes !== "none"
  const data = isScoped ? "projects" : "runs"
  const hasTokens = auth === "oauth"
  const known = secrets.map((key) => `settings.${key}`).join(", ")
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

    /** How the conformance suite and the fault schedules start the emulator and connect to it. */
    export const subject: Conformance.SubjectOf<typeof ${name.pascal}> = {
      provider: ${name.pascal},
      listings: {
        runs: {
          wire: ${name.pascal}Emulator.wires.runs${paging === "single" ? ",\nsingle: true" : ""}${only(scopes === "parents", `,\nparents: { wire: ${name.pascal}Emulator.wires.projects, single: true }`)}
        }
      },
      errorUnder200: (message) => ({ error: { code: "bad_request", message } }),
      ${hasTokens ? "" : 'skips: { C17: "the credential cannot be renewed" },'}
      start: ({ fault, ${only(scopes === "parents", "of, ")}${isPaged ? "pageSize, " : ""}rows }) =>
        Effect.gen(function* () {
          ${only(scopes === "parents", 'const ids = of === "rows" ? ["web"] : Array.from({ length: rows }, (_, index) => `project-${index}`)')}
          const ${data} = yield* ${name.pascal}Emulator.generate({ runs: rows${only(isScoped, `, projects: ${scopes === "parents" ? "ids" : '["web"]'}`)} })
          const vendor = yield* ${name.pascal}Emulator.serve({ fault, ${data} })
          const { ledger, settings${hasTokens ? ", tokens" : ""} } = vendor
          return {
            ledger,
            connection: connect(vendor${isPaged ? ", { pageSize }" : ""}),
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
  const { name, packageName, scopes } = options
  const secret = AuthStyle.piecesOf(options).secrets[0] ?? ""
  const isScoped = scopes !== "none"
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

    /** An emulator with just this run. */
    const serve = ${name.pascal}Emulator.serve({
      ${isScoped ? 'projects: [{ id: "web", name: "The web project", runs: [run] }]' : "runs: [run]"}
    })

    const list = (connection: ReturnType<typeof connect>) =>
      ${name.pascal}.jobs(connection).pipe(Stream.runCollect, Effect.provide(NodeHttpClient.layerUndici))

    describe("${name.title}", () => {
      it.live("turns a run into a scan job", () =>
        Effect.gen(function* () {
          const [job] = yield* list(connect(yield* serve))
          assert.deepInclude(job, {
            id: "${name.id}/main/runs${isScoped ? "/web" : ""}/run-1",
            name: "Nightly",
            state: "succeeded",
            vendorState: "completed",
            startTime: Date.UTC(2026, 0, 1),
            finishTime: Date.UTC(2026, 0, 1, 0, 30)
          })
        })
      )

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
