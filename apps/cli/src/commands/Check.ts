/**
 * What `scanjobs check` does.
 */
import { Check as CheckReport, type ScanError, RetryPolicy } from "@scanjobs/core"
import { Effect, type Option, Stream } from "effect"
import type { HttpClient } from "effect/http"
import type { Connection } from "../settings/Settings.ts"
import type { Installed } from "../plugins/Plugin.ts"
import { NotComplete } from "../Problem.ts"
import * as Report from "../report/Report.ts"
import * as Secrets from "../report/HideSecrets.ts"
import * as Settings from "../settings/Settings.ts"
import * as StandardOutput from "../output/StandardOutput.ts"
import * as Visible from "../output/Visible.ts"

/** What was given on the command line. */
export interface Input {
  readonly config: Option.Option<string>
  readonly connection: ReadonlyArray<string>
}

/** How many connections are tried at once. */
const atOnce = 8

/** Tries the connections; fails with `NotComplete` where one does not work. */
export const run = Effect.fnUntraced(function* (input: Input) {
  const settings = yield* Settings.load(input.config)
  const connections = yield* Settings.select(settings, input.connection)
  const hide = Secrets.hider(connections)
  let isGood = true
  const lines = Stream.mapEffect(
    Stream.fromIterable(connections),
    (connection) =>
      Effect.map(Effect.exit(check(settings, connection)), (exit) => {
        if (exit._tag === "Success") return `${Visible.text(`${connection.name} (${connection.provider}): ok`)}\n`
        isGood = false
        const [line = ""] = Report.failures([
          {
            connection: connection.name,
            provider: connection.provider,
            listing: null,
            scope: null,
            cause: exit.cause
          }
        ])
        return `${Visible.text(hide(line))}\n`
      }),
    { concurrency: atOnce }
  )
  const ended = yield* StandardOutput.write(lines)
  if (ended === "all" && !isGood) return yield* new NotComplete()
})

const check = (settings: Settings.Settings, connection: Connection) => {
  const found = settings.providers.find(({ provider }) => provider.id === connection.provider)
  return found === undefined
    ? Effect.die(new Error(`there is no provider ${connection.provider}`))
    : Effect.provide(ask(found.provider, connection), RetryPolicy.layer({ times: 1, maxRetryAfter: "5 seconds" }))
}

/** The provider was found by the connection's own `provider`, which decoded it. */
const ask = (provider: Installed, connection: Connection) =>
  Effect.flatMap(
    provider.check(connection as never) as Effect.Effect<
      ReadonlyArray<CheckReport.ListingCheck>,
      ScanError.ScanError,
      HttpClient.HttpClient
    >,
    (report) => {
      const [failure] = CheckReport.failures(report)
      return failure === undefined ? Effect.void : Effect.fail(failure)
    }
  )
