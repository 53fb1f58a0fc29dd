/** What is refused, what is switched off, and which host is asked. */
import { assert, describe, it } from "@effect/vitest"
import { Progress, RateLimit } from "@scanjobs/core"
import { Google } from "@scanjobs/google"
import * as GoogleEmulator from "@scanjobs/google/emulator"
import { Faults } from "@scanjobs/testing"
import { Effect, Stream } from "effect"
import { HttpClient, HttpClientResponse } from "effect/http"
import * as Project from "./Project.ts"

describe("refusals", () => {
  it.live("a service that is switched off is a note for each of its listings, and the others are read", () =>
    Effect.gen(function* () {
      const cloud = Project.cloud({ dlpJobs: Project.dlpJobs(3) }, { off: ["dataplex", "websecurityscanner"] })
      const vendor = yield* GoogleEmulator.serve({ cloud })
      const { notes, result } = yield* Project.noted(Project.connect(vendor))
      assert.strictEqual(result._tag === "Success" ? result.success : undefined, 3)
      assert.sameMembers(
        notes.map((note) => note.slice(0, note.indexOf(":"))),
        ["webScans", "webSchedules", "dataScans", "dataSchedules"]
      )
      for (const note of notes) assert.include(note, "the service is switched off in the project: ")
    })
  )

  it.live("the wait is the one of RetryInfo, without a header", () =>
    Effect.gen(function* () {
      const details = [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "0.125s" }]
      const error = { code: 429, message: "Quota exceeded", status: "RESOURCE_EXHAUSTED", details }
      const fault = Faults.nth(1, Faults.json({ error }, 429))
      const vendor = yield* GoogleEmulator.serve({ fault, cloud: Project.cloud() })
      const waits: Array<number> = []
      yield* Google.jobs(Project.connect(vendor), {}, { listings: ["dlpTriggers"] }).pipe(
        Stream.runDrain,
        Effect.provideService(Progress.Progress, (event) =>
          Effect.sync(() => {
            if (event._tag === "Retrying") waits.push(event.wait)
          })
        ),
        Effect.provide(Project.Fast)
      )
      assert.lengthOf(waits, 1)
      assert.isAtLeast(waits[0] ?? 0, 125)
      assert.isBelow(waits[0] ?? 0, 250)
    })
  )

  it.live("a location that is not there says which settings to look at", () =>
    Effect.gen(function* () {
      const vendor = yield* GoogleEmulator.serve({ cloud: Project.cloud() })
      const error = yield* Effect.flip(Project.list(Project.connect(vendor, { locations: ["mars-west1"] }), "dlpJobs"))
      assert.strictEqual(error.reason._tag, "VendorRejected")
      assert.include(error.message, "NOT_FOUND")
      assert.include(error.message, "check project and locations")
    })
  )

  it.live("requests name the project that they are counted for, where the settings do", () =>
    Effect.gen(function* () {
      const vendor = yield* GoogleEmulator.serve({ cloud: Project.cloud() })
      yield* Project.list(Project.connect(vendor, { quotaProject: "billing-1" }), "dlpTriggers")
      const [entry] = yield* vendor.ledger.entries
      assert.strictEqual(entry?.headers["x-goog-user-project"], "billing-1")
    })
  )
})

describe("the three hosts", () => {
  it.live("are one for each service, and a listing is asked of its own", () =>
    Effect.gen(function* () {
      const vendor = yield* GoogleEmulator.serve({ cloud: Project.cloud() })
      const { baseUrl: _baseUrl, ...connection } = Project.connect(vendor)
      const asked = new Set<string>()
      const client = HttpClient.make((request, url) => {
        asked.add(`${url.origin} ${url.pathname.split("/").at(-1) ?? ""}`)
        return Effect.succeed(HttpClientResponse.fromWeb(request, Response.json({})))
      })
      yield* Google.jobs(connection).pipe(
        Stream.runDrain,
        Effect.provideService(HttpClient.HttpClient, client),
        Effect.provide(RateLimit.layerUnlimited)
      )
      assert.sameMembers(
        [...asked],
        [
          "https://dlp.googleapis.com dlpJobs",
          "https://dlp.googleapis.com jobTriggers",
          "https://websecurityscanner.googleapis.com scanConfigs",
          "https://dataplex.googleapis.com dataScans"
        ]
      )
    })
  )
})
