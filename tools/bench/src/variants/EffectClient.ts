/**
 * Effect's HTTP client in a loop, without policies, checks and spans: the minimum cost of a program that uses it.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { Effect } from "effect"
import { HttpClient } from "effect/http"
import type { Meter } from "../Meter.ts"
import { firstPageOf, type Target } from "../Target.ts"
import { signIn, type WirePage } from "./Floor.ts"

/** One page at a time, unchecked. */
export const effectClient = (target: Target, meter: Meter): Promise<void> =>
  Effect.gen(function* () {
    const client = yield* HttpClient.HttpClient
    const headers = yield* Effect.promise(() => signIn(target))
    let url: string | null = firstPageOf(target)
    while (url !== null) {
      const page: unknown = yield* Effect.flatMap(client.get(url, { headers }), ({ json }) => json)
      meter.page((page as WirePage).jobs)
      url = (page as WirePage).nextLink
    }
  }).pipe(
    Effect.provideService(HttpClient.TracerDisabledWhen, () => true),
    Effect.provide(NodeHttpClient.layerUndici),
    Effect.runPromise
  )
