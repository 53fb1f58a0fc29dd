/**
 * What `scanjobs serve` does.
 */
import { Store } from "@scanjobs/history"
import { Server } from "@scanjobs/server"
import { Effect, FileSystem, Layer, Option, Redacted, Stream } from "effect"
import { HttpServer } from "effect/http"
import { UsageProblem } from "../../Problem.ts"
import * as KnownSecrets from "../../report/KnownSecrets.ts"
import * as StandardError from "../../report/StandardError.ts"
import * as HistoryStore from "../../services/HistoryStore.ts"
import * as LivingDemo from "../LivingDemo.ts"
import * as Certificate from "./Certificate.ts"
import type { Syncing } from "./HistoryFlags.ts"
import * as Rounds from "./Rounds.ts"
import * as StorePlace from "./StorePlace.ts"
import * as Sync from "./Sync.ts"

/** What was given on the command line. */
export interface Input extends Syncing {
  readonly every: Option.Option<string>
  readonly sync: boolean
  readonly fleet: boolean
  readonly host: string
  readonly port: number
  readonly tokenFile: Option.Option<string>
  readonly cert: Option.Option<string>
  readonly key: Option.Option<string>
}

const leastToken = 16
const loopback: ReadonlySet<string> = new Set(["127.0.0.1", "::1", "localhost"])

/** Serves until it is told to stop, and asks the vendors now and then. */
export const run = Effect.fnUntraced(function* (given: Input) {
  const interval = (yield* Rounds.interval(given.every)) ?? Rounds.usual(given)
  const token = yield* tokenOf(given.tokenFile)
  const tls = yield* Certificate.load(given)
  if (token === undefined && !loopback.has(given.host)) {
    return yield* new UsageProblem({
      message: `--host ${given.host}: others than this machine need a token; give --token-file FILE`
    })
  }
  if (given.fleet && (given.demo || !given.sync || Option.isSome(given.every))) {
    return yield* new UsageProblem({
      message:
        "--fleet cannot go together with --demo, --no-sync or --every: it syncs real connections, each on its own interval"
    })
  }
  const input = { ...given, store: yield* Sync.storeOf(given) }
  const place = yield* StorePlace.find(input)
  const isNew = input.demo && (yield* HistoryStore.isNew(place))
  const store = yield* Effect.provideContext(Store.Store, yield* Layer.build(HistoryStore.layer(place)))
  const { host, port } = given
  const files = yield* FileSystem.FileSystem
  const renewals = Stream.provideService(Certificate.renewals(given, tls), FileSystem.FileSystem, files)
  const server = yield* Layer.build(
    Layer.provide(Server.layer({ host, port, token, tls, renewals }), Layer.succeed(Store.Store, store))
  ).pipe(
    Effect.mapError(
      (error) =>
        new UsageProblem({
          message: `cannot serve at ${host}, port ${port}: ${error._tag === "ServeError" ? reasonOf(error.cause) : error.message}`
        })
    )
  )
  const { address } = yield* Effect.provideContext(HttpServer.HttpServer, server)
  const name = host.includes(":") ? `[${host}]` : host
  const url = `${tls === undefined ? "http" : "https"}://${name}:${address._tag === "UnixPathAddress" ? port : address.port}`
  yield* StandardError.print([
    url,
    ...(token === undefined ? [] : [`calendar: ${url}/calendar.ics?key=${Server.calendarKey(token)}`]),
    "Stop with Ctrl-C."
  ])
  if (!input.sync) return yield* Effect.never
  if (input.fleet) {
    const fleet = yield* Effect.promise(() => import("../fleet/FleetRunner.ts"))
    return yield* fleet.run(input, place, store)
  }
  const quiet = Effect.scoped(Sync.round(input, Stream.drain))
  const told = Effect.scoped(Effect.flatMap(Sync.round(input, Stream.drain), ({ end }) => end))
  const where = yield* LivingDemo.prepare({ demo: input.demo, isNew }, quiet)
  // That one vendor of the demo refuses is on the page, and no news.
  return yield* Rounds.repeat(where(input.demo ? quiet : told), interval)
}, Effect.scoped)

const reasonOf = (cause: unknown): string => {
  const code = typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined
  switch (code) {
    case "EADDRINUSE":
      return "another program listens there; choose another --port"
    case "EACCES":
      return "this user may not listen there; choose a --port from 1024 on"
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return "this machine has no such address"
    default:
      return cause instanceof Error ? cause.message : String(cause)
  }
}

const tokenOf = (file: Option.Option<string>) =>
  Option.match(file, {
    onNone: () => Effect.undefined,
    onSome: (name) =>
      Effect.gen(function* () {
        const files = yield* FileSystem.FileSystem
        const text = yield* Effect.mapError(
          files.readFileString(name),
          ({ message }) => new UsageProblem({ message: `--token-file ${name}: ${message}` })
        )
        const token = (text.split("\n")[0] ?? "").trim()
        if (token.length < leastToken) {
          return yield* new UsageProblem({
            message: `--token-file ${name}: the first line must be at least ${leastToken} characters long`
          })
        }
        yield* KnownSecrets.add([token])
        return Redacted.make(token)
      })
  })
