/** The keys that AWS's own tools find, used only where the settings ask for them. */
import { assert, describe, it } from "@effect/vitest"
import { Aws } from "@scanjobs/aws"
import * as AwsEmulator from "@scanjobs/aws/emulator"
import { Effect, Result } from "effect"
import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, vi } from "vitest"
import { connect, ids, region, rows } from "./Account.ts"

const folder = mkdtempSync(join(tmpdir(), "aws-"))

/** The places in which AWS's tools look, without any of this machine's own. */
const environment = (variables: { readonly [name: string]: string }) => {
  const profiles = join(folder, "credentials")
  writeFileSync(
    profiles,
    [
      "[other]",
      "aws_access_key_id = AKIAEMULATED00000001",
      "aws_secret_access_key = emulated/Secret+Access=Key0000000000000",
      "[broken]",
      "credential_process = printf canary-1"
    ].join("\n")
  )
  const own = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"]
  for (const name of own) vi.stubEnv(name, undefined)
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", profiles)
  vi.stubEnv("AWS_CONFIG_FILE", join(folder, "none"))
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true")
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
}

const served = (options: AwsEmulator.Options = {}) =>
  Effect.map(AwsEmulator.serve({ ...options, regions: { [region]: rows(3) } }), (vendor) => {
    const { accessKeyId: _id, secretAccessKey: _key, ...rest } = connect(vendor)
    return { vendor, connection: { ...rest, credentials: "environment" as const } }
  })

describe("a connection with credentials of the environment", () => {
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  it.live("signs with the keys of the environment, also with temporary ones", () =>
    Effect.gen(function* () {
      const sessionToken = "emulated-session-token"
      const { connection, vendor } = yield* served({ sessionToken })
      environment({
        AWS_ACCESS_KEY_ID: vendor.settings.accessKeyId,
        AWS_SECRET_ACCESS_KEY: vendor.settings.secretAccessKey,
        AWS_SESSION_TOKEN: sessionToken
      })
      assert.lengthOf(yield* ids(connection, "backupScans"), 3)
    })
  )

  it.live("signs with the keys of a profile", () =>
    Effect.gen(function* () {
      const { connection } = yield* served()
      environment({})
      assert.lengthOf(yield* ids({ ...connection, profile: "other" }, "malwareScans"), 3)
    })
  )

  it.live("says that there are none, with what to do, and nothing of what a program printed", () =>
    Effect.gen(function* () {
      const { connection, vendor } = yield* served()
      environment({})
      const error = yield* Effect.flip(ids({ ...connection, profile: "broken" }, "backupScans"))
      assert.strictEqual(error.reason._tag, "InvalidConnection")
      assert.include(error.message, "credentials: AWS's own tools find no keys here for the profile broken")
      assert.include(error.message, "aws sts get-caller-identity --profile broken")
      assert.notInclude(JSON.stringify(error), "canary-1")
      assert.lengthOf(yield* vendor.ledger.entries, 0)
    })
  )

  it.live("is the only one for which they count", () =>
    Effect.gen(function* () {
      const vendor = yield* AwsEmulator.serve({ regions: { [region]: rows(3) } })
      environment({ AWS_ACCESS_KEY_ID: "AKIAWRONG", AWS_SECRET_ACCESS_KEY: "wrong" })
      assert.lengthOf(yield* ids(connect(vendor), "backupScans"), 3)
    })
  )

  it("has no keys beside it, and needs them without it", () => {
    const problemsOf = (more: object) =>
      Result.match(Aws.decode({ provider: "aws", name: "main", regions: [region], ...more }), {
        onFailure: (problems) => problems.map(({ key, message }) => `${key}: ${message}`),
        onSuccess: () => []
      })
    const missing = 'missing key; give accessKeyId and secretAccessKey, or "credentials": "environment"'
    assert.deepStrictEqual(problemsOf({ credentials: "environment", profile: "audit" }), [])
    assert.deepStrictEqual(problemsOf({ accessKeyId: "AKIA" }), [`secretAccessKey: ${missing}`])
    assert.deepStrictEqual(problemsOf({ accessKeyId: "AKIA", secretAccessKey: "s", profile: "audit" }), [
      'profile: is for "credentials": "environment" only'
    ])
    assert.deepStrictEqual(problemsOf({ credentials: "environment", sessionToken: "t" }), [
      "sessionToken: give either keys or credentials"
    ])
  })
})
