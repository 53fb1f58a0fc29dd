/** The key file that the environment names, read only where the settings ask for it. */
import { assert, describe, it } from "@effect/vitest"
import { Google } from "@scanjobs/google"
import * as GoogleEmulator from "@scanjobs/google/emulator"
import { ConfigProvider, Effect, Result } from "effect"
import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Project from "./Project.ts"

const folder = mkdtempSync(join(tmpdir(), "google-"))

const fileOf = (name: string, text: string): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

/** Lists with this environment. */
const listed = (connection: Project.Connection, env: { readonly [name: string]: string }) =>
  Effect.result(
    Effect.provideService(
      Project.list(connection, "dlpJobs"),
      ConfigProvider.ConfigProvider,
      ConfigProvider.fromEnv({ env })
    )
  )

const served = Effect.gen(function* () {
  const vendor = yield* GoogleEmulator.serve({ cloud: Project.cloud({ dlpJobs: Project.dlpJobs(2) }) })
  const { serviceAccountKey: _key, ...rest } = Project.connect(vendor)
  return { vendor, connection: { ...rest, credentials: "environment" as const } }
})

const messageOf = (read: Result.Result<unknown, { readonly message: string }>): string =>
  Result.isFailure(read) ? read.failure.message : "it went well"

describe("a connection with credentials of the environment", () => {
  it.live("reads the file that the variable names, and gets tokens both ways", () =>
    Effect.gen(function* () {
      const { connection, vendor } = yield* served
      const env = { GOOGLE_APPLICATION_CREDENTIALS: fileOf("key.json", vendor.settings.serviceAccountKey) }
      for (const tokens of ["selfSigned", "exchanged"] as const) {
        assert.lengthOf(Result.getOrThrow(yield* listed({ ...connection, tokens }, env)), 2)
      }
    })
  )

  it.live("says which variable, and what is wrong with its file, and asks nobody", () =>
    Effect.gen(function* () {
      const { connection, vendor } = yield* served
      const told = (path: string | undefined) =>
        Effect.map(listed(connection, path === undefined ? {} : { GOOGLE_APPLICATION_CREDENTIALS: path }), messageOf)
      assert.include(yield* told(undefined), "the environment variable GOOGLE_APPLICATION_CREDENTIALS is not set")
      assert.include(yield* told(join(folder, "none.json")), "cannot be read")
      assert.include(yield* told(folder), "is no key file")
      assert.include(yield* told(fileOf("large.json", " ".repeat(65_537))), "is no key file")
      const external = fileOf(
        "external.json",
        JSON.stringify({ type: "external_account", token_url: "https://evil.example" })
      )
      assert.include(yield* told(external), "is a file of the type external_account")
      assert.lengthOf(yield* vendor.ledger.entries, 0)
    })
  )

  it.live("is the only one for which the variable counts", () =>
    Effect.gen(function* () {
      const { vendor } = yield* served
      const env = { GOOGLE_APPLICATION_CREDENTIALS: fileOf("wrong.json", "{}") }
      assert.lengthOf(Result.getOrThrow(yield* listed(Project.connect(vendor), env)), 2)
    })
  )

  it.live("is never sent over plain http to another machine", () =>
    Effect.gen(function* () {
      const { connection, vendor } = yield* served
      const env = { GOOGLE_APPLICATION_CREDENTIALS: fileOf("key.json", vendor.settings.serviceAccountKey) }
      const read = yield* listed({ ...connection, baseUrl: "http://vendor.example" }, env)
      assert.include(messageOf(read), "baseUrl: expected an https address")
    })
  )

  it("has no key file beside it, and needs one without it", () => {
    const common = { provider: "google", name: "main", project: "acme", locations: ["global"] }
    const keyFile = JSON.stringify({
      type: "service_account",
      client_email: "a@b",
      private_key: "-----BEGIN PRIVATE KEY-----\n",
      private_key_id: "1"
    })
    const problemsOf = (more: object) =>
      Result.match(Google.decode({ ...common, ...more }), {
        onFailure: (problems) => problems.map(({ key, message }) => `${key}: ${message}`),
        onSuccess: () => []
      })
    assert.deepStrictEqual(problemsOf({ credentials: "environment" }), [])
    assert.deepStrictEqual(problemsOf({}), ['serviceAccountKey: missing key; give it, or "credentials": "environment"'])
    assert.deepStrictEqual(problemsOf({ credentials: "environment", serviceAccountKey: keyFile }), [
      "serviceAccountKey: give either serviceAccountKey or credentials"
    ])
  })
})
