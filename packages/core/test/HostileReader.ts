/**
 * Reads connections to the addresses in the arguments with one catalog, and prints how each of them ended. The tests run it as a
 * process of its own, with little memory.
 */
import { NodeHttpClient } from "@effect/platform-node"
import { Catalog, RetryPolicy } from "@scanjobs/core"
import { Cause, Effect, Layer, Option, Redacted, Stream } from "effect"
import * as Plain from "./Plain.ts"
import * as Vendor from "./Vendor.ts"

const connections = process.argv
  .slice(2)
  .map(
    (baseUrl, index) =>
      ({ provider: "plain", name: `c${index}`, token: Redacted.make(Vendor.canary), baseUrl }) as const
  )

const ends = new Map<string, { jobs: number; rejected: number; failure: string }>(
  connections.map(({ name }) => [name, { jobs: 0, rejected: 0, failure: "none" }])
)
const note = (name: string, change: { jobs?: number; rejected?: number; failure?: string }) => {
  const before = ends.get(name) ?? { jobs: 0, rejected: 0, failure: "none" }
  ends.set(name, {
    jobs: before.jobs + (change.jobs ?? 0),
    rejected: before.rejected + (change.rejected ?? 0),
    failure: change.failure ?? before.failure
  })
}

const program = Catalog.make(Plain.make())
  .pages(connections, ({ cause, connection }) =>
    Effect.sync(() => {
      const error = Option.getOrUndefined(Cause.findErrorOption(cause))
      note(connection, { failure: error?.reason._tag ?? `defect: ${Cause.pretty(cause)}` })
    })
  )
  .pipe(
    Stream.runForEach(({ jobs, rejected, source }) =>
      Effect.sync(() => note(source.connection, { jobs: jobs.length, rejected: rejected.length }))
    ),
    Effect.provide(Layer.merge(NodeHttpClient.layerUndici, RetryPolicy.layer({ times: 1, base: "1 millis" })))
  )

/** The longest time of the processor between two turns of the event loop, in milliseconds; other programs do not count. */
let longestTurn = 0
let before = process.cpuUsage()
const turns = setInterval(() => {
  const { user } = process.cpuUsage(before)
  longestTurn = Math.max(longestTurn, user / 1000)
  before = process.cpuUsage()
}, 10)

await Effect.runPromise(program)
clearInterval(turns)
process.stdout.write(JSON.stringify({ ...Object.fromEntries(ends), longestTurn }))
