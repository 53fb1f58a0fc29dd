/** Microsoft's own runtime and token library read the emulators, and find what the providers find. */
import { getClient } from "@azure-rest/core-client"
import { getPagedAsyncIterator } from "@azure/core-paging"
import { ConfidentialClientApplication } from "@azure/msal-node"
import { assert, describe, it } from "@effect/vitest"
import * as MicrosoftEmulator from "@scanjobs/microsoft/emulator"
import { Effect } from "effect"
import { X509Certificate } from "node:crypto"
import * as Account from "./Account.ts"

const authority = "https://login.microsoftonline.com"

interface Options {
  readonly headers?: Record<string, string>
  readonly body?: string
}

/** Microsoft's token library, with its server at an emulator. */
const msal = ({ settings }: MicrosoftEmulator.MicrosoftEmulator, by: "secret" | "certificate") => {
  const { authorityHost, clientId, clientSecret, tenantId } = settings
  const send = async (method: string, url: string, { body, headers }: Options = {}) => {
    const answer = await fetch(url.replace(authority, authorityHost), {
      method,
      ...(headers === undefined ? {} : { headers }),
      ...(body === undefined ? {} : { body })
    })
    return {
      headers: Object.fromEntries(answer.headers),
      body: JSON.parse(await answer.text()),
      status: answer.status
    }
  }
  const thumbprintSha256 = new X509Certificate(Account.pem("certificate")).fingerprint256.replaceAll(":", "")
  const proof =
    by === "secret"
      ? { clientSecret }
      : { clientCertificate: { thumbprintSha256, privateKey: Account.pem("pkcs8.key") } }
  return new ConfidentialClientApplication({
    auth: { clientId, authority: `${authority}/${tenantId}`, ...proof },
    system: {
      networkClient: {
        sendGetRequestAsync: (url, asked) => send("GET", url, asked),
        sendPostRequestAsync: (url, asked) => send("POST", url, asked)
      }
    }
  })
}

const options = (by: "secret" | "certificate"): MicrosoftEmulator.Common => ({
  certificate: Account.pem("certificate"),
  ignoresFurtherFields: true,
  ...(by === "certificate" ? { assertionAudience: `${authority}/contoso.onmicrosoft.com/oauth2/v2.0/token` } : {})
})

interface Row {
  readonly name?: string
  readonly id?: string
  readonly [field: string]: unknown
}

/** Microsoft's runtime of generated clients, with a service at an emulator. */
const client = (
  vendor: MicrosoftEmulator.MicrosoftEmulator,
  endpoint: string,
  scope: string,
  by: "secret" | "certificate"
) => {
  const tokens = msal(vendor, by)
  const made = getClient(
    endpoint,
    {
      getToken: async () => {
        const { accessToken = "", expiresOn } = (await tokens.acquireTokenByClientCredential({ scopes: [scope] })) ?? {}
        return { token: accessToken, expiresOnTimestamp: expiresOn?.getTime() ?? 0 }
      }
    },
    { credentials: { scopes: [scope] } }
  )
  // Tokens are sent to https only, so that the address is changed after the token is added.
  made.pipeline.addPolicy(
    {
      name: "toEmulator",
      sendRequest: async (request, next) => {
        const { url } = request
        request.url = url.replace(endpoint, vendor.baseUrl)
        request.allowInsecureConnection = true
        try {
          return await next(request)
        } finally {
          request.url = url
        }
      }
    },
    { afterPhase: "Sign" }
  )
  const get = async (address: string, queryParameters?: Record<string, unknown>) => {
    const answer = await made.pathUnchecked(address).get(queryParameters === undefined ? {} : { queryParameters })
    return { status: answer.status, body: answer.body }
  }
  const all = async (
    address: string,
    queryParameters: Record<string, unknown>,
    linkName: string
  ): Promise<ReadonlyArray<Row>> => {
    const rows: Array<Row> = []
    const pages = getPagedAsyncIterator<Row, ReadonlyArray<Row>>({
      firstPageLink: address,
      getPage: async (link) => {
        const { body } = await get(link, link === address ? queryParameters : undefined)
        const next: unknown = body[linkName]
        // The links of the emulator have its own address.
        const nextPageLink =
          typeof next === "string" && next !== "" ? next.replace(vendor.baseUrl, endpoint) : undefined
        return { page: body.value, ...(nextPageLink === undefined ? {} : { nextPageLink }) }
      }
    }).byPage()
    for await (const page of pages) rows.push(...page)
    return rows
  }
  return { get, all }
}

const byName = (a: readonly [string, unknown], b: readonly [string, unknown]) => (a[0] < b[0] ? -1 : 1)

describe("Microsoft's own runtime", () => {
  for (const by of ["secret", "certificate"] as const) {
    it.live(`with a ${by} finds the same runs and triggers of Purview as the provider`, () =>
      Effect.gen(function* () {
        const sources = yield* MicrosoftEmulator.generatePurview({ jobs: 90 })
        const vendor = yield* MicrosoftEmulator.servePurview({ sources, pageSize: 3, ...options(by) })
        const endpoint = "https://contoso.purview.azure.com/scan"
        const { all, get } = client(vendor, endpoint, "https://purview.azure.net/.default", by)
        const theirs = yield* Effect.promise(async () => {
          const version = { "api-version": "2023-09-01" }
          const runs: Array<readonly [string, unknown]> = []
          const triggers: Array<readonly [string, unknown]> = []
          for (const { name: source } of await all("/datasources", version, "nextLink")) {
            for (const { name: scan } of await all(`/datasources/${source}/scans`, version, "nextLink")) {
              const path = `/datasources/${source}/scans/${scan}`
              for (const run of await all(`${path}/runs`, version, "nextLink"))
                runs.push([`${source}/${scan}/${run.id}`, run])
              const { body, status } = await get(`${path}/triggers/default`, version)
              if (status === "200") triggers.push([`${source}/${scan}`, body])
            }
          }
          return { runs, triggers }
        })
        // Assertions are for Microsoft's own address here, so that the provider has the secret in both cases.
        const connection = Account.purview(vendor)
        const ours = yield* Account.readPurview(connection)
        const planned = yield* Account.readPurview(connection, "planned")
        assert.lengthOf(theirs.runs, 90)
        assert.deepStrictEqual<unknown>(
          ours.jobs.map(({ raw, scope, vendorId }) => [`${scope}/${vendorId}`, raw] as const).toSorted(byName),
          theirs.runs.toSorted(byName)
        )
        assert.isAbove(theirs.triggers.length, 3)
        assert.deepStrictEqual<unknown>(
          planned.jobs
            .flatMap(({ kind, raw, scope }) => (kind === "definition" ? [[String(scope), raw] as const] : []))
            .toSorted(byName),
          theirs.triggers.toSorted(byName)
        )
        assert.deepStrictEqual(yield* vendor.ledger.violations, [])
      })
    )
  }

  it.live("finds the same antivirus scans of Defender as the provider", () =>
    Effect.gen(function* () {
      const actions = yield* MicrosoftEmulator.generateDefender({ jobs: 50 })
      const others = Account.times(5, (index) => Account.action(index, { type: "Isolate" }))
      const vendor = yield* MicrosoftEmulator.serveDefender({
        actions: [...others, ...actions],
        quirks: { mostRows: 7 },
        ...options("secret")
      })
      const endpoint = "https://api.securitycenter.microsoft.com"
      const { all } = client(vendor, endpoint, `${endpoint}/.default`, "secret")
      const theirs = yield* Effect.promise(() =>
        all("/api/machineactions", { $filter: "type eq 'RunAntiVirusScan'" }, "@odata.nextLink")
      )
      const { jobs } = yield* Account.readDefender(Account.defender(vendor))
      assert.lengthOf(theirs, 50)
      assert.deepStrictEqual<unknown>(
        jobs.map(({ raw }) => raw),
        theirs
      )
      assert.deepStrictEqual(yield* vendor.ledger.violations, [])
    })
  )
})
