/**
 * A package that is not ours, installed beside a settings file: a provider as its author would write it, and its emulator.
 */
import { Effect } from "effect"
import { existsSync, mkdirSync, symlinkSync } from "node:fs"
import { dirname, join } from "node:path"
import { folder } from "./Program.ts"

const workspace = join(import.meta.dirname, "../../..")

/** What the package's author would have installed; here, links to this workspace. */
const dependencies = {
  "@scanjobs/core": "packages/core",
  "@scanjobs/testing": "packages/testing",
  effect: "node_modules/effect"
}

/** The provider. */
export const provider = `
import { Credential, Listing, Provider, Time } from "@scanjobs/core"
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"

export const Acme = Provider.make("acme", {
  connection: { token: Schema.Redacted(Schema.String) },
  security: HttpApiSecurity.bearer,
  listings: {
    runs: Listing.make({
      row: Schema.Struct({ id: Schema.String, at: Schema.String }),
      endpoint: (row) =>
        HttpApiEndpoint.get("runs", "/runs", {
          query: { skip: Schema.Int },
          success: Schema.Struct({ runs: Schema.Array(row) })
        })
    })
  }
})({
  baseUrl: () => "https://api.acme.example",
  credential: ({ token }) => Credential.fixed(token),
  listings: {
    runs: {
      first: () => ({ query: { skip: 0 } }),
      rows: ({ runs }) => runs,
      next: ({ body, request: { query } }) =>
        body.runs.length === 0 ? undefined : { query: { skip: query.skip + body.runs.length } },
      job: (row) => ({
        vendorId: row.id,
        kind: "run",
        category: "web",
        state: "succeeded",
        vendorState: "ok",
        startTime: Time.fromIso(row.at)
      })
    }
  }
})
`

/** Its emulator. */
export const emulator = `
import { Emulator, Playground } from "@scanjobs/testing"
import { Clock, Effect } from "effect"
import { HttpServerResponse } from "effect/http"
import { Acme } from "@acme/scanjobs-acme"

const no = (status) => () => HttpServerResponse.empty({ status })

export const playground = Playground.make(Acme, ({ jobs = 10, seed: _, ...settings }) =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const runs = Array.from({ length: jobs }, (_, index) => ({
      id: "r" + index,
      at: new Date(now - index * 60_000).toISOString()
    }))
    const { baseUrl, ledger } = yield* Emulator.serve(Acme, {
      ...settings,
      accepts: (credential) => Effect.succeed(credential === "emulated-token"),
      answers: { refused: no(401), invalid: no(400), missing: no(404), limited: no(429) },
      handlers: {
        runs: ({ query: { skip } }) => Effect.succeed(HttpServerResponse.jsonUnsafe({ runs: runs.slice(skip, skip + 4) }))
      }
    })
    return { ledger, settings: { baseUrl, token: "emulated-token" } }
  })
)
`

/** What the package says of itself. */
export const manifest = {
  name: "@acme/scanjobs-acme",
  version: "4.5.6",
  type: "module",
  exports: { ".": "./index.js", "./emulator": "./emulator.js" }
}

/** Where the package stands in a folder. */
export const at = "node_modules/@acme/scanjobs-acme"

/** The whole package, as files. */
export const files = {
  [`${at}/package.json`]: manifest,
  [`${at}/index.js`]: provider,
  [`${at}/emulator.js`]: emulator
}

/** Packages as npm installs them: with sources that Node does not run, and what is built. Here, what is built leads to this workspace. */
export const published = Object.fromEntries(
  Object.entries({ core: "packages/core", testing: "packages/testing" }).flatMap(([name, from]) => {
    const at = `node_modules/@scanjobs/${name}`
    const exports = { ".": { "@scanjobs/source": "./src/index.ts", default: "./dist/index.js" } }
    return [
      [`${at}/package.json`, { name: `@scanjobs/${name}`, version: "0.1.0", type: "module", exports }],
      [`${at}/src/index.ts`, `export * from "./never.ts"`],
      [`${at}/dist/index.js`, `export * from ${JSON.stringify(join(workspace, from, "src/index.ts"))}`]
    ]
  })
)

/** A folder with these files, where packages find what they depend on. */
export const installed = (contents: { readonly [name: string]: unknown }) =>
  Effect.tap(folder(contents), (path) =>
    Effect.sync(() => {
      for (const [name, target] of Object.entries(dependencies)) {
        const link = join(path, "node_modules", name)
        if (existsSync(link)) continue
        mkdirSync(dirname(link), { recursive: true })
        symlinkSync(join(workspace, target), link)
      }
    })
  )
