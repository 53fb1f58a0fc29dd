/**
 * What `scanjobs check` does.
 */
import { Check, RetryPolicy, type ScanError } from "@scanjobs/core"
import { Cause, Effect, Exit, Option, Stream } from "effect"
import type { HttpClient } from "effect/http"
import * as StandardOutput from "../output/StandardOutput.ts"
import * as Visible from "../output/Visible.ts"
import type { Installed } from "../plugins/Plugin.ts"
import { NotComplete } from "../Problem.ts"
import * as Report from "../report/Report.ts"
import * as KnownSecrets from "../report/KnownSecrets.ts"
import * as StandardError from "../report/StandardError.ts"
import type { Connection } from "../settings/Settings.ts"
import * as Selection from "./Selection.ts"
import * as SharedQuotas from "./SharedQuotas.ts"

/** What was given on the command line. */
export type Input = Selection.Input

/** How many connections are tried at once. */
const atOnce = 8

/** Tries the connections; fails with `NotComplete` where one does not work. */
export const run = Effect.fnUntraced(function* (input: Input) {
  const settings = yield* Selection.open(input)
  const { connections } = settings
  const { scrub } = yield* KnownSecrets.withConnections(connections)
  const limits = yield* SharedQuotas.open(Option.none(), settings)
  const failing: Array<string> = []
  const lines = Stream.mapEffect(
    Stream.fromIterable(connections),
    (connection) =>
      Effect.map(Effect.exit(Effect.provide(check(settings, connection), limits)), (exit) => {
        const { isGood, text } = describe(connection, exit)
        if (!isGood) failing.push(connection.name)
        return text.map((line) => `${Visible.text(scrub(line))}\n`).join("")
      }),
    { concurrency: atOnce }
  )
  const ended = yield* StandardOutput.write(lines)
  if (ended === "broken-pipe") return
  yield* StandardError.print([scrub(summary(connections.length, failing))])
  if (failing.length > 0) return yield* new NotComplete()
}, Effect.scoped)

const check = (settings: Selection.Available, connection: Connection) => {
  const found = settings.providers.find(({ id }) => id === connection.provider)
  return found === undefined
    ? Effect.die(new Error(`there is no provider ${connection.provider}`))
    : Effect.provide(ask(found, connection), RetryPolicy.layer({ times: 1, maxRetryAfter: "5 seconds" }))
}

/** The provider was found by the connection's own `provider`, which decoded it. */
const ask = (provider: Installed, connection: Connection) =>
  provider.check(connection as never) as Effect.Effect<
    ReadonlyArray<Check.ListingCheck>,
    ScanError.ScanError,
    HttpClient.HttpClient
  >

/** What a check came to: a line for the connection, or for each reason why it fails, and then one for each listing. */
export const describe = (
  { name, provider }: Connection,
  exit: Exit.Exit<ReadonlyArray<Check.ListingCheck>, ScanError.ScanError>
): { readonly isGood: boolean; readonly text: ReadonlyArray<string> } => {
  if (Exit.isFailure(exit)) {
    return {
      isGood: false,
      text: Report.failures([{ connection: name, provider, listing: null, scope: null, cause: exit.cause }])
    }
  }
  const report = exit.value
  const failures = Check.failures(report).map((error) => ({
    connection: error.connection,
    provider: error.provider,
    listing: error.listing,
    scope: error.scope,
    cause: Cause.fail(error)
  }))
  const rejected = report.flatMap(({ scopes }) => scopes).reduce((sum, scope) => sum + scope.rejected, 0)
  const isEmpty = report.flatMap(({ scopes }) => scopes).every(({ status }) => status === "empty")
  const head =
    rejected > 0
      ? `${Report.count(rejected, "row")} on the first pages cannot be read; scanjobs list names them`
      : isEmpty
        ? "ok, but it lists nothing"
        : "ok"
  return {
    isGood: failures.length === 0 && rejected === 0,
    text: [
      ...(failures.length > 0 ? Report.failures(failures) : [`${name} (${provider}): ${head}`]),
      ...report.flatMap(ofListing)
    ]
  }
}

const ofListing = ({ listing, millis, scopes, status }: Check.ListingCheck): ReadonlyArray<string> => {
  if (status === "untried") return [`  ${listing}: not tried, because the settings name nothing to list it for`]
  const empty = scopes.filter((scope) => scope.status === "empty")
  const failed = scopes.filter((scope) => scope.status === "failed").length
  const outcome =
    status === "failed"
      ? `failed${scopes.length > 1 ? ` for ${failed} of ${scopes.length}` : ""}`
      : status === "empty"
        ? `ok, lists nothing${empty.length < scopes.length ? forScopes(empty) : ""}`
        : status === "noted"
          ? "ok, with notes"
          : "ok"
  const notes = Map.groupBy(
    scopes.flatMap(({ notes: own, sample, scope }) => own.map((note) => ({ note, scope: sample ?? scope }))),
    ({ note }) => note
  )
  return [
    `  ${listing}${forScopes(scopes)}: ${outcome} (${seconds(millis)})`,
    ...[...notes].map(([note, all]) => {
      const where = all.flatMap(({ scope }) => (scope === null ? [] : [scope]))
      return `    note: ${where.length === 0 ? "" : `${Report.named(where)}: `}${note}`
    })
  ]
}

/** `" for a, b"`, or nothing where the listing has no scopes. */
const forScopes = (scopes: ReadonlyArray<Check.ScopeCheck>): string => {
  const named = scopes.flatMap(({ sample, scope }) => sample ?? scope ?? [])
  return named.length === 0 ? "" : ` for ${Report.named(named)}`
}

const seconds = (millis: number): string => `${(millis / 1000).toFixed(1)} s`

const summary = (all: number, failing: ReadonlyArray<string>): string =>
  failing.length === 0
    ? `${Report.count(all, "connection")} checked, all ok`
    : `${Report.count(all, "connection")} checked, ${failing.length} failing: ${Report.named(failing)}`
