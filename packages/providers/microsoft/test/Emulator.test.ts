import { assert, describe, it } from "@effect/vitest"
import * as MicrosoftEmulator from "@scanjobs/microsoft/emulator"
import { Effect } from "effect"
import * as Account from "./Account.ts"

const decoded = (text: string): unknown => (text === "" ? null : JSON.parse(text))

/** Asks an emulator as a client of one's own would. */
const ask = (
  { baseUrl, settings }: MicrosoftEmulator.MicrosoftEmulator,
  path: string,
  { scope, token }: { readonly scope?: string; readonly token?: string } = {}
) =>
  Effect.promise(async () => {
    const { clientId, clientSecret, tenantId } = settings
    const form = { grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret }
    const given = await fetch(`${baseUrl}/${tenantId}/oauth2/v2.0/token`, {
      method: "POST",
      body: new URLSearchParams({ ...form, scope: scope ?? "https://purview.azure.net/.default" })
    })
    const own = /"access_token":"([^"]*)"/.exec(await given.text())?.[1] ?? "none"
    const answer = await fetch(`${baseUrl}${path}`, { headers: { authorization: `Bearer ${token ?? own}` } })
    return { status: answer.status, headers: answer.headers, body: decoded(await answer.text()) }
  })

const defender = "https://api.securitycenter.microsoft.com/.default"

describe("the emulator of Purview", () => {
  it.live("wants its version and a token of its own, and says no as Purview does", () =>
    Effect.gen(function* () {
      const vendor = yield* MicrosoftEmulator.servePurview()
      const version = "api-version=2023-09-01"
      const statuses = yield* Effect.forEach(
        [
          ask(vendor, `/datasources?${version}`),
          ask(vendor, "/datasources"),
          ask(vendor, "/datasources?api-version=2018-12-01-preview"),
          ask(vendor, `/datasources?${version}&top=5`),
          ask(vendor, `/datasources?${version}&skipToken=made-up`),
          ask(vendor, `/datasources/none/scans?${version}`),
          ask(vendor, `/azureKeyVaults?${version}`),
          ask(vendor, `/datasources?${version}`, { token: "made-up" }),
          ask(vendor, `/datasources?${version}`, { scope: defender })
        ],
        (asked) => Effect.map(asked, ({ status }) => status)
      )
      assert.deepStrictEqual(statuses, [200, 400, 400, 400, 400, 404, 404, 401, 401])
    })
  )

  it.live("has a code, a header of it and the id of the request in its refusals", () =>
    Effect.gen(function* () {
      const vendor = yield* MicrosoftEmulator.servePurview()
      const { body, headers } = yield* ask(vendor, "/datasources/none/scans?api-version=2023-09-01")
      assert.deepStrictEqual<unknown>(body, {
        error: { code: "DataSourceNotFound", message: "The datasource does not exist.", target: null, details: [] }
      })
      assert.strictEqual(headers.get("x-ms-error-code"), "DataSourceNotFound")
      assert.strictEqual(headers.get("x-ms-request-id"), "00000000-0000-4000-8000-000000000002")
    })
  )
})

describe("the emulator of Defender", () => {
  const cases: ReadonlyArray<readonly [filter: string, expected: number | string]> = [
    ["", 3],
    ["type eq 'RunAntiVirusScan'", 3],
    ["type eq 'Isolate'", 0],
    ["status eq 'Failed' and type eq 'RunAntiVirusScan'", 1],
    ["creationDateTimeUtc ge 2026-01-05T03:00:00Z", 2],
    ["creationDateTimeUtc gt 2026-01-05T03:00:00Z", 1],
    ["creationDateTimeUtc le 2026-01-05T03:00:00Z", 2],
    ["creationDateTimeUtc lt 2026-01-05T03:00:00Z", 1],
    ["creationDateTimeUtc eq 2026-01-05T03:00:00Z", 1],
    ["title eq 'x'", "\"title eq 'x'\" is not documented"],
    ["type ne 'Isolate'", "is not documented"],
    ["type ge 'Isolate'", "ge is not documented for type"],
    ["type eq Isolate", "type is compared with no text"],
    ["creationDateTimeUtc ge '2026-01-05'", "creationDateTimeUtc is compared with a text"],
    ["creationDateTimeUtc ge soon", "soon is not a time"]
  ]
  for (const [filter, expected] of cases) {
    it.live(`reads the filter ${JSON.stringify(filter)}`, () =>
      Effect.gen(function* () {
        const actions = Account.times(3, (index) => Account.action(index, index === 2 ? { status: "Failed" } : {}))
        const vendor = yield* MicrosoftEmulator.serveDefender({ actions })
        const query = new URLSearchParams({ $filter: filter })
        const { body, status } = yield* ask(vendor, `/api/machineactions?${query.toString()}`, { scope: defender })
        if (typeof expected === "string") {
          assert.strictEqual(status, 400)
          assert.include(JSON.stringify(body).replaceAll(String.raw`\"`, '"'), expected)
        } else {
          assert.deepInclude(body, { "@odata.context": `${vendor.baseUrl}/api/$metadata#MachineActions` })
          assert.lengthOf(JSON.stringify(body).match(/"id":/g) ?? [], expected)
        }
      })
    )
  }

  it.live("gives at most 10,000 rows a page", () =>
    Effect.gen(function* () {
      const vendor = yield* MicrosoftEmulator.serveDefender()
      assert.strictEqual((yield* ask(vendor, "/api/machineactions?$top=10001", { scope: defender })).status, 400)
    })
  )
})

describe("made-up data", () => {
  it.effect("is equal for equal seeds, and has as many jobs as wanted", () =>
    Effect.gen(function* () {
      const runs = (sources: ReadonlyArray<MicrosoftEmulator.Source>) =>
        sources.flatMap(({ scans }) =>
          scans === 404 ? [] : scans.flatMap((scan) => (scan.runs === 404 ? [] : scan.runs))
        )
      const [first, second, other] = yield* Effect.forEach(["a", "a", "b"], (seed) =>
        MicrosoftEmulator.generatePurview({ seed, jobs: 37 })
      )
      assert.deepStrictEqual(first, second)
      assert.notDeepEqual(first, other)
      assert.lengthOf(runs(first ?? []), 37)
      assert.strictEqual(new Set(runs(first ?? []).map(({ id }) => id)).size, 37)
      const actions = yield* MicrosoftEmulator.generateDefender({ seed: "a", jobs: 41 })
      assert.deepStrictEqual(actions, yield* MicrosoftEmulator.generateDefender({ seed: "a", jobs: 41 }))
      assert.strictEqual(new Set(actions.map(({ id }) => id)).size, 41)
    })
  )

  it.live("is what the playgrounds serve, also where time goes on", () =>
    Effect.gen(function* () {
      for (const playground of [MicrosoftEmulator.purviewPlayground, MicrosoftEmulator.defenderPlayground]) {
        for (const live of [undefined, 600]) {
          const { settings } = yield* playground.serve({ jobs: 5, live })
          assert.deepInclude(settings, { clientSecret: "emulated-secret", authorityHost: settings["baseUrl"] })
        }
      }
    })
  )
})
