import { assert, describe, it } from "@effect/vitest"
import { type Check as Report, Reason, ScanError } from "@scanjobs/core"
import { Effect, Exit } from "effect"
import * as Check from "../../src/commands/Check.ts"
import { linesOf, runHere } from "../Program.ts"
import * as Vendors from "../Vendors.ts"

const connection = { name: "gh", provider: "github" }
const place = { provider: "github", connection: "gh", listing: "codeScanning" }
const scope = (name: string | null, changes: Partial<Report.ScopeCheck> = {}): Report.ScopeCheck => ({
  scope: name,
  sample: null,
  status: "ok",
  rows: 1,
  rejected: 0,
  notes: [],
  error: null,
  millis: 1200,
  ...changes
})
const listing = (changes: Partial<Report.ListingCheck>): Report.ListingCheck => ({
  ...place,
  status: "ok",
  scopes: [],
  millis: 1200,
  ...changes
})
const described = (...listings: ReadonlyArray<Partial<Report.ListingCheck>>) =>
  Check.describe(connection, Exit.succeed(listings.map(listing)))
const forbidden = (name: string) =>
  scope(name, {
    status: "failed",
    error: new ScanError.ScanError({
      ...place,
      scope: name,
      resume: null,
      reason: new Reason.Forbidden({ ...Reason.unknownAnswer, status: 403, hint: "authorise the token for SSO" })
    })
  })

describe("scanjobs check", () => {
  it.live("tells for each connection whether it works, listing by listing, and what to do where it does not", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve()
      const good = yield* runHere(["check", "--connection", "ap"], started)
      const env = { ...Vendors.secrets, AP_SECRET: "canary-wrong-secret" }
      const bad = yield* runHere(["check"], { ...started, env })
      assert.strictEqual(good.code, 0)
      assert.match(good.stdout, /^ap \(avepoint\): ok\n {2}jobs: ok \(\d+\.\d s\)\n$/)
      assert.strictEqual(good.stderr, "1 connection checked, all ok\n")
      assert.strictEqual(bad.code, 3)
      const lines = linesOf(bad.stdout)
      assert.strictEqual(lines[0], "dc (digicert): ok")
      assert.match(lines[1] ?? "", /^ {2}future for \d+, \d+, \d+: ok \(\d+\.\d s\)$/)
      assert.match(lines.at(-1) ?? "", /^ap \(avepoint.*\): Unauthorized: .*check clientId and its secret/)
      assert.strictEqual(bad.stderr, "2 connections checked, 1 failing: ap\n")
      assert.notInclude(bad.stdout + bad.stderr, "canary")
    })
  )

  it("says once why scopes fail, and how many of the listing do", () => {
    const scopes = [forbidden("octo/a"), scope("octo/b"), forbidden("octo/c")]
    assert.deepStrictEqual(described({ status: "failed", scopes }), {
      isGood: false,
      text: [
        "gh (github codeScanning octo/a, octo/c): Forbidden: the credential may not read this (HTTP 403; authorise the token for SSO)",
        "  codeScanning for octo/a, octo/b, octo/c: failed for 2 of 3 (1.2 s)"
      ]
    })
  })

  it("says that a connection lists nothing, and what was not tried", () => {
    assert.deepStrictEqual(
      described(
        { status: "empty", scopes: [scope(null, { status: "empty", rows: 0 })] },
        { listing: "runs", status: "untried" }
      ),
      {
        isGood: true,
        text: [
          "gh (github): ok, but it lists nothing",
          "  codeScanning: ok, lists nothing (1.2 s)",
          "  runs: not tried, because the settings name nothing to list it for"
        ]
      }
    )
  })

  it("names the scopes that list nothing where others list something", () => {
    const scopes = [scope("octo/a"), scope("octo/b", { status: "empty", rows: 0 })]
    assert.deepStrictEqual(described({ status: "empty", scopes }).text, [
      "gh (github): ok",
      "  codeScanning for octo/a, octo/b: ok, lists nothing for octo/b (1.2 s)"
    ])
  })

  it("gives each note once, with the scopes that it is about", () => {
    const noted = (name: string) => scope(name, { status: "noted", notes: ["secret scanning is off"] })
    assert.deepStrictEqual(described({ status: "noted", scopes: [noted("octo/a"), noted("octo/b")] }).text, [
      "gh (github): ok",
      "  codeScanning for octo/a, octo/b: ok, with notes (1.2 s)",
      "    note: octo/a, octo/b: secret scanning is off"
    ])
  })

  it("is not good where rows of a first page cannot be read", () => {
    const { isGood, text } = described({ scopes: [scope(null, { rejected: 2 })] })
    assert.isFalse(isGood)
    assert.strictEqual(text[0], "gh (github): 2 rows on the first pages cannot be read; scanjobs list names them")
  })
})
