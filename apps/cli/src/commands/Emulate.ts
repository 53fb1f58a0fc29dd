/**
 * What `scanjobs emulate` does.
 */
import type { Ledger, Playground } from "@scanjobs/testing"
import { Effect, Option, Stream } from "effect"
import type { Source } from "../plugins/Plugin.ts"
import { UsageProblem } from "../Problem.ts"
import * as InstalledProviders from "./InstalledProviders.ts"
import * as StandardError from "../report/StandardError.ts"
import * as StandardOutput from "../output/StandardOutput.ts"

/** What was given on the command line. */
export interface Input {
  /** The ids of the providers to emulate; all where none is named. */
  readonly providers: ReadonlyArray<string>
  readonly config: Option.Option<string>
  readonly jobs: Option.Option<number>
  /** The share of requests that fail, from 0 to 1. */
  readonly faults: number
  /** Milliseconds. */
  readonly latency: number
  readonly seed: Option.Option<string>
  readonly live: boolean
  readonly speed: Option.Option<number>
  /** The port of the first vendor. */
  readonly port: Option.Option<number>
}

/** Serves until it is interrupted. The settings are printed once all vendors listen. */
export const run = Effect.fnUntraced(function* (input: Input) {
  if (Option.isSome(input.speed) && !input.live) {
    return yield* new UsageProblem({
      message: "--speed is how fast the time of --live goes: add --live, or leave it out"
    })
  }
  const installed = yield* InstalledProviders.find(input.config)
  const chosen = yield* choose(installed, input.providers)
  const ready = yield* Effect.forEach(chosen, (source) =>
    Effect.map(Effect.result(source.playground), (playground) => ({ source, playground }))
  )

  const vendors: Array<Vendor> = []
  const skipped: Array<string> = []
  for (const { playground, source } of ready) {
    const { provider } = source
    if (playground._tag === "Success" && playground.success !== undefined) {
      const port = Option.getOrUndefined(Option.map(input.port, (first) => first + vendors.length))
      if (port !== undefined && port > 65_535) {
        return yield* new UsageProblem({ message: `--port: there is no port ${port} for ${provider.id}` })
      }
      vendors.push({ source, ...(yield* serve(playground.success, input, port)) })
      continue
    }
    const why =
      playground._tag === "Failure" ? `its emulator ${playground.failure}` : `${source.source} has no emulator of it`
    if (input.providers.length > 0) return yield* new UsageProblem({ message: `emulate ${provider.id}: ${why}` })
    skipped.push(`note: ${provider.id} is left out: ${why}`)
  }
  if (vendors.length === 0)
    return yield* new UsageProblem({ message: ["there is nothing to emulate", ...skipped].join("\n") })

  yield* StandardError.print([
    ...vendors.map(({ settings, source }) => `${source.provider.id}: ${addressesOf(settings).join(", ")}`),
    ...skipped
  ])
  yield* StandardOutput.write(Stream.make(`${JSON.stringify(settingsOf(vendors), null, 2)}\n`))
  yield* StandardError.print([
    "The settings for them are on standard output. With these in scanjobs.json, try: scanjobs list",
    "Stop with Ctrl-C."
  ])
  return yield* Effect.forever(Effect.andThen(Effect.sleep("1 second"), Effect.forEach(vendors, tellViolations)))
}, Effect.scoped)

interface Vendor extends Playground.Served {
  readonly source: Source
}

const choose = (installed: ReadonlyArray<Source>, ids: ReadonlyArray<string>) => {
  const unknown = ids.filter((id) => !installed.some(({ provider }) => provider.id === id))
  return unknown.length === 0
    ? Effect.succeed(ids.length === 0 ? installed : installed.filter(({ provider }) => ids.includes(provider.id)))
    : Effect.fail(
        new UsageProblem({
          message: `there is no provider ${unknown.join(", ")}; there are ${installed.map(({ provider }) => provider.id).join(", ")}`
        })
      )
}

/** The emulator's address; where the settings have none of this name, every address in them: those of several servers of one vendor. */
const addressesOf = ({ baseUrl, ...others }: Vendor["settings"]): ReadonlyArray<string> =>
  typeof baseUrl === "string" ? [baseUrl] : [...new Set(addressesIn(others))]

const addressesIn = (value: unknown): ReadonlyArray<string> => {
  if (typeof value === "string") return /^https?:/.test(value) ? [value] : []
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(addressesIn) : []
}

const serve = (playground: Playground.Playground, input: Input, port: number | undefined) =>
  playground
    .serve({
      port,
      jobs: Option.getOrUndefined(input.jobs),
      seed: Option.getOrUndefined(input.seed),
      live: input.live ? Option.getOrElse(input.speed, () => 1) : undefined,
      faults: input.faults,
      latency: input.latency === 0 ? undefined : input.latency
    })
    .pipe(Effect.mapError(({ message }) => new UsageProblem({ message })))

const settingsOf = (vendors: ReadonlyArray<Vendor>) => {
  const plugins = new Set(vendors.flatMap(({ source: { plugin } }) => (plugin === null ? [] : [plugin])))
  return {
    ...(plugins.size === 0 ? {} : { plugins: [...plugins] }),
    connections: vendors.map(({ settings, source: { provider } }) => ({
      name: provider.id,
      provider: provider.id,
      ...settings
    }))
  }
}

/** Reports what a client did that the vendor does not allow: the author of a provider wants to know. */
const tellViolations = ({ ledger, source }: Vendor) =>
  Effect.gen(function* () {
    const entries = yield* ledger.entries
    // A request under way may still break a rule, so it is looked at later.
    if (entries.length === 0 || entries.some(isOpen)) return
    yield* StandardError.print((yield* ledger.violations).map((violation) => `${source.provider.id}: ${violation}`))
    yield* ledger.clear
  })

const isOpen = ({ state }: Ledger.Entry) => state === "open"
