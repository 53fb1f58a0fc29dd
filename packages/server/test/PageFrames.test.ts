/**
 * How fast the page is. It says figures, and fails where they are bad; a machine with much else to do would fail it, so that it runs only
 * where `SCANJOBS_FRAMES` is set.
 */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { act, executablePath, show, start, stop } from "./Browser.ts"
import { serveFilled } from "./Fixture.ts"
import * as ManyScans from "./ManyScans.ts"

beforeAll(start)
afterAll(stop)

describe.skipIf(executablePath === undefined || process.env["SCANJOBS_FRAMES"] === undefined)("the page", () => {
  for (const [connections, definitions] of [
    [10, 300],
    [20, 10_000]
  ] as const) {
    it.live(`shows ${definitions} scans of 30 days within two seconds, and scrolls them at 60 frames a second`, () =>
      Effect.gen(function* () {
        const { url } = yield* serveFilled(ManyScans.write({ connections, definitions, days: 30 }))
        const { page } = yield* show(url, "/docs")
        const sizes: Array<number> = []
        page.on("response", (response) => {
          if (response.url().includes("/api/v1/timeline")) void response.body().then((body) => sizes.push(body.length))
        })
        const begun = performance.now()
        yield* act(() => page.goto(`${url}/?days=30`))
        yield* act(() => page.locator(".row .run").first().waitFor({ state: "attached" }))
        const shown = performance.now() - begun
        // What is kept for printing comes after what is seen.
        yield* act(() => page.waitForTimeout(5000))
        const frames = yield* act(() =>
          page.evaluate(
            () =>
              new Promise<ReadonlyArray<number>>((done) => {
                const times: Array<number> = []
                let last = performance.now()
                const step = (now: number) => {
                  times.push(now - last)
                  last = now
                  scrollBy(0, 25)
                  if (times.length < 400) requestAnimationFrame(step)
                  else done(times.slice(2).toSorted((a, b) => a - b))
                }
                requestAnimationFrame(step)
              })
          )
        )
        const at = (share: number) => frames[Math.floor(share * (frames.length - 1))] ?? 0
        const largest = Math.max(...sizes)
        yield* Effect.log(
          `${definitions} scans: shown after ${Math.round(shown)} ms; frames of ${at(0.5).toFixed(1)} ms (median), ${at(0.95).toFixed(1)} ms (95 %), ${at(1).toFixed(1)} ms (longest); the largest answer has ${largest} bytes`
        )
        assert.isBelow(shown, 2000)
        assert.isBelow(at(0.95), 20)
        assert.isBelow(largest, 2_000_000)
      }).pipe(Effect.scoped)
    )
  }
})
