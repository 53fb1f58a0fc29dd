import { NodeHttpClient, NodeRuntime, NodeServices } from "@effect/platform-node"
import { AvePoint } from "@scanjobs/avepoint"
import * as AvePointEmulator from "@scanjobs/avepoint/emulator"
import { Catalog } from "@scanjobs/core"
import { DigiCert } from "@scanjobs/digicert"
import * as DigiCertEmulator from "@scanjobs/digicert/emulator"
import { Cause, Clock, Config, Console, Effect, FileSystem, Layer, Option, Schema, Stream } from "effect"
import { Command, Flag } from "effect/cli"

// Every provider there is, as one. Another vendor is one more argument.
const catalog = Catalog.make(DigiCert, AvePoint)
const Settings = Schema.fromJsonString(
  Schema.toCodecJson(Schema.Struct({ connections: Schema.Array(catalog.Connection) }))
)

// Both vendors on loopback, with made-up scans; a settings file of your own replaces them.
const emulated = Effect.gen(function* () {
  const digicert = { ...(yield* DigiCertEmulator.serve()).settings, name: "certificates", provider: "digicert" }
  const avepoint = { ...(yield* AvePointEmulator.serve()).settings, name: "collaboration", provider: "avepoint" }
  return JSON.stringify({ connections: [digicert, avepoint] })
})

// The file that the command line reads, too: ${NAME} stands for a variable of the environment.
const fromFile = Effect.fnUntraced(function* (file: string) {
  let text = yield* (yield* FileSystem.FileSystem).readFileString(file)
  for (const name of new Set(text.match(/(?<=\$\{)\w+(?=\})/g))) {
    text = text.replaceAll(`\${${name}}`, JSON.stringify(yield* Config.String(name)).slice(1, -1))
  }
  return text
})

const day = 86_400_000
const time = new Intl.DateTimeFormat("en-GB", {
  weekday: "short",
  day: "2-digit",
  month: "short",
  hour: "2-digit",
  minute: "2-digit"
})
const when = (startTime: number | null) => (startTime === null ? "no time" : time.format(startTime)).padEnd(20)

const sample = Command.make("sample", { config: Flag.optional(Flag.String("config")) }, ({ config }) =>
  Effect.gen(function* () {
    const text = yield* Option.match(config, { onNone: () => emulated, onSome: fromFile })
    const { connections } = yield* Schema.decodeUnknownEffect(Settings)(text)
    const now = yield* Clock.currentTimeMillis

    // One stream of planned, running and finished scans of both vendors, oldest first; a failure leaves the rest alone.
    const jobs = catalog.settled(
      connections,
      ({ cause }) => Console.error(String(Cause.squash(cause))),
      { from: now - day, until: now + day },
      { sort: "start" }
    )
    const count = yield* jobs.pipe(
      Stream.tap(({ connection, name, startTime, state }) =>
        Console.log(`${when(startTime)} ${state.padEnd(20)} ${connection.padEnd(14)} ${name}`)
      ),
      Stream.runCount
    )
    const source = Option.isSome(config) ? "" : " (emulated here; --config FILE asks real vendors)"
    yield* Console.log(
      `\n${count} scans of the last and the next 24 hours, from ${connections.length} connections${source}.`
    )
  }).pipe(Effect.scoped)
)

Command.run(sample, { version: "0.1.0" }).pipe(
  Effect.provide(Layer.merge(NodeHttpClient.layerUndici, NodeServices.layer)),
  NodeRuntime.runMain
)
