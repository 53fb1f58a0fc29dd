// The program of a provider's README, against the provider's emulator.
import { AvePoint } from "@scanjobs/avepoint"
import * as AvePointEmulator from "@scanjobs/avepoint/emulator"
import { Catalog } from "@scanjobs/core"
import { Console, Effect, Redacted, Stream } from "effect"
import { FetchHttpClient } from "effect/http"

const program = Effect.gen(function* () {
  const vendor = yield* AvePointEmulator.serve({ jobs: yield* AvePointEmulator.generate({ jobs: 40 }) })
  const clientSecret = Redacted.make(vendor.settings.clientSecret)
  const connection = { ...vendor.settings, provider: "avepoint", name: "ap", clientSecret } as const
  const jobs = yield* Stream.runCollect(Catalog.make(AvePoint).jobs([connection]))
  yield* Console.log(jobs.length)
})

await Effect.runPromise(program.pipe(Effect.scoped, Effect.provide(FetchHttpClient.layer)))
