import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { AvePoint } from "@scanjobs/avepoint"
import * as AvePointEmulator from "@scanjobs/avepoint/emulator"
import { Catalog } from "@scanjobs/core"
import { DigiCert } from "@scanjobs/digicert"
import * as DigiCertEmulator from "@scanjobs/digicert/emulator"
import { GitHub } from "@scanjobs/github"
import { Settings } from "@scanjobs/settings"
import * as PluginModule from "@scanjobs/settings/plugins"
import * as ProxyHttpClient from "@scanjobs/settings/proxy"
import { Tenable } from "@scanjobs/tenable"
import { Cause, Clock, Console, Data, Effect, Layer, Option, Runtime, Stream } from "effect"
import { Command, Flag } from "effect/cli"

// The vendors that this program knows. Another one is one more provider here, or a plugin that the settings file names.
const providers = { providers: [DigiCert, AvePoint, GitHub, Tenable], plugins: PluginModule.load }

// Without a settings file: two vendors on this machine, with made-up scans.
const emulated = Effect.gen(function* () {
  const digicert = { ...(yield* DigiCertEmulator.serve()).settings, name: "certificates", provider: "digicert" }
  const avepoint = { ...(yield* AvePointEmulator.serve()).settings, name: "collaboration", provider: "avepoint" }
  return yield* Settings.decode({ connections: [digicert, avepoint] }, providers)
})

// Ends the program with this exit code, once standard error says why.
class Ended extends Data.TaggedError("Ended")<{ readonly code: number }> {
  override readonly [Runtime.errorReported] = false
  override readonly [Runtime.errorExitCode] = this.code
}

const day = 86_400_000
const time = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" })
const { timeZone } = time.resolvedOptions()
const when = (start: number | null) => (start === null ? "no time" : time.format(start)).padEnd(18)

// A vendor's text may hold characters that a terminal would obey, and piles of combining marks that cover other lines.
const plain = (text: string) =>
  text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, " ").replaceAll(/(?<=\p{M}{4})\p{M}+/gu, "")

const sample = Command.make("sample", { config: Flag.optional(Flag.String("config")) }, ({ config }) =>
  Effect.gen(function* () {
    const settings = yield* Option.match(config, {
      onNone: () => emulated,
      onSome: (file) => Settings.load({ file, ...providers })
    })

    const now = yield* Clock.currentTimeMillis

    // One stream of the planned, running and finished scans of all vendors, oldest first. A failure ends only its own listing.
    const failures = new Set<string>()
    const count = yield* Catalog.make(...settings.providers)
      .settled(
        settings.connections,
        ({ cause }) => Effect.sync(() => Cause.prettyErrors(cause).forEach(({ message }) => failures.add(message))),
        { from: now - day, until: now + day },
        { sort: "start" }
      )
      .pipe(
        Stream.tap(({ connection, name, startTime, state }) =>
          Console.log(`${when(startTime)} ${state.padEnd(20)} ${plain(connection).padEnd(14)} ${plain(name ?? "")}`)
        ),
        Stream.runCount
      )
    const source = Option.isSome(config) ? "" : " (emulated here; --config FILE asks real vendors)"
    yield* Console.log(
      `\n${count} scans of the last and the next 24 hours, from ${settings.connections.length} connections${source}.\n` +
        `Times are in ${timeZone}.`
    )
    for (const failure of failures) yield* Console.error(plain(failure))
    if (failures.size > 0) return yield* new Ended({ code: 3 })
  }).pipe(Effect.scoped)
)

Command.run(sample, { version: "0.1.0" }).pipe(
  Effect.provide(Layer.mergeAll(ProxyHttpClient.layer, NodeServices.layer)),
  Effect.catchTag("InvalidSettings", ({ message }) => Effect.andThen(Console.error(message), new Ended({ code: 2 }))),
  NodeRuntime.runMain
)
