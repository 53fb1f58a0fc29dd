/**
 * `scanjobs check`: whether each connection works.
 */
import { type ScanError, RetryPolicy } from "@scanjobs/core"
import { Effect, Stream } from "effect"
import type { HttpClient } from "effect/http"
import { Command } from "effect/cli"
import type { Connection } from "./ConnectionSettings.ts"
import * as Options from "./Options.ts"
import type { Installed } from "./Plugin.ts"
import { NotComplete } from "./Problem.ts"
import * as Report from "./Report.ts"
import * as Secrets from "./Secrets.ts"
import * as Settings from "./Settings.ts"
import * as StandardOutput from "./StandardOutput.ts"
import * as Visible from "./Visible.ts"

/** How many connections are tried at once. */
const atOnce = 8

/** Fails with `NotComplete` where a connection does not work. */
export const command = Command.make(
  "check",
  { config: Options.config, connection: Options.connection },
  Effect.fnUntraced(function* (input) {
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
).pipe(Command.withDescription("Try each connection once: ok, or what is wrong and what to do"))

const check = (settings: Settings.Settings, connection: Connection) => {
  const found = settings.providers.find(({ provider }) => provider.id === connection.provider)
  return found === undefined
    ? Effect.die(new Error(`there is no provider ${connection.provider}`))
    : Effect.provide(run(found.provider, connection), RetryPolicy.layer({ times: 1, maxRetryAfter: "5 seconds" }))
}

/** The provider was found by the connection's own `provider`, which decoded it. */
const run = (provider: Installed, connection: Connection) =>
  provider.check(connection as never) as Effect.Effect<void, ScanError.ScanError, HttpClient.HttpClient>
