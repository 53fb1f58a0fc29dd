import { assert, describe, it } from "@effect/vitest"
import { Reason, ScanError } from "@scanjobs/core"
import { Cause, Effect, Schema } from "effect"
import { HttpServerResponse } from "effect/http"
import * as JsonLine from "../../src/report/JsonLine.ts"
import * as JsonLines from "../../src/report/JsonLines.ts"
import { type Ended, linesOf, run, runHere } from "../Program.ts"
import * as Vendors from "../Vendors.ts"

const Line = Schema.fromJsonString(Schema.Record(Schema.String, Schema.Json))
const parse = Schema.decodeUnknownSync(Line)
const parsed = ({ stderr }: Pick<Ended, "stderr">) => linesOf(stderr).map((line) => parse(line))
const source = { provider: "acme", connection: "main", listing: "runs", scope: "7" }

describe("scanjobs list --json-errors", () => {
  it.live("says on standard error everything as JSON, and nothing else", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve({
        avepoint: {
          fault: ({ endpoint }) =>
            endpoint === "jobs"
              ? HttpServerResponse.jsonUnsafe({
                  jobs: [{ id: 5, type: 0, state: 2 }, { id: "b\u202ead" }],
                  totalCount: 2
                })
              : undefined
        }
      })
      const ended = yield* run(["list", "--json-errors", "--log-level", "all"], {
        ...started,
        env: { ...Vendors.secrets, DC_KEY: "canary-wrong-key" }
      })
      assert.strictEqual(ended.code, 3)
      assert.match(ended.stderr, /^[ -~\n]*$/)
      assert.notInclude(ended.stderr, "canary")
      const lines = parsed(ended)
      const rejected = lines.filter(({ type }) => type === "rejected")
      assert.lengthOf(rejected, 2)
      assert.include(rejected[0], { provider: "avepoint", connection: "ap", listing: "jobs", page: 0, index: 0 })
      const failures = lines.filter(({ type }) => type === "failure")
      assert.lengthOf(failures, 9)
      assert.include(failures[0], { provider: "digicert", connection: "dc", reason: "Forbidden", status: 403 })
      assert.match(JSON.stringify(failures[0]), /check that apiKey/)
      assert.deepStrictEqual(Object.keys(failures[0] ?? {}), [
        "type",
        "provider",
        "connection",
        "listing",
        "scope",
        "reason",
        "message",
        "hint",
        "status",
        "code",
        "requestId",
        "retryAfter",
        "retryable",
        "resume"
      ])
      assert.include(lines.at(-1), { type: "summary", failures: 9, rejected: 2, interrupted: false })
    })
  )

  it.live("names the end of a schedule that has none", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve()
      const ended = yield* runHere(["list", "--json-errors"], started)
      assert.strictEqual(ended.code, 0)
      const [cut, ...others] = parsed(ended)
      assert.include(cut, { type: "cut", connection: "dc", listing: "future" })
      assert.match(JSON.stringify(cut), /"horizon":"20[^"]+Z"/)
      assert.strictEqual(others.at(-1)?.["type"], "summary")
    })
  )

  it.live("says so too what is wrong with the command line and the settings", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve()
      const refused = (...args: ReadonlyArray<string>) =>
        Effect.map(
          runHere(["list", "--json-errors", ...args], { cwd: started.cwd, env: { AP_SECRET: "x" } }),
          (ended) => {
            assert.strictEqual(ended.code, 2)
            return parsed(ended)
          }
        )
      const [unknown, help] = yield* refused("--sate", "failed")
      assert.include(unknown, { type: "failure", reason: "UsageProblem", connection: null })
      assert.strictEqual(help?.["message"], "see scanjobs list --help")
      const [unset, ...others] = yield* refused()
      assert.deepStrictEqual<unknown>(
        unset,
        JsonLine.problem(
          "SettingsProblem",
          'connection "dc": apiKey: the environment variable DC_KEY is not set',
          "VariableNotSet"
        )
      )
      assert.deepStrictEqual(others, [])
      assert.strictEqual((yield* refused("--timeout", "soon"))[0]?.["reason"], "UsageProblem")
    })
  )
})

describe("JsonLines", () => {
  it("gives a failure the facts of its reason and the cursor to go on from", () => {
    const resume = { connection: "main", listing: "runs", scope: 7, request: { query: { skip: 20 } } }
    const reason = new Reason.RateLimited({ ...Reason.unknownAnswer, status: 429, requestId: "r1", retryAfter: 5000 })
    const error = new ScanError.ScanError({ ...source, resume, reason })
    const [line] = JsonLines.ofFailure({ ...source, cause: Cause.fail(error) })
    assert.deepInclude(line, {
      type: "failure",
      ...source,
      reason: "RateLimited",
      hint: "try again later",
      status: 429,
      requestId: "r1",
      retryAfter: 5000,
      retryable: true,
      resume
    })
  })

  it("tells a defect as an internal error, and leaves an interruption out", () => {
    const cause = Cause.combine(Cause.die(new TypeError("x is no function")), Cause.interrupt(1))
    const lines = JsonLines.ofFailure({ ...source, cause })
    assert.deepStrictEqual(
      lines.map(({ message, reason }) => [reason, message]),
      [["InternalError", "TypeError: x is no function"]]
    )
  })
})
