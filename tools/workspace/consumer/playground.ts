// Runs the installed command on two emulators: of a provider that is in its bundle, and of one that is not.
import * as AvePointEmulator from "@scanjobs/avepoint/emulator"
import { Emulator } from "@scanjobs/testing"
import { Effect } from "effect"
import { HttpServerResponse } from "effect/http"
import assert from "node:assert/strict"
import { execFile } from "node:child_process"
import { writeFileSync } from "node:fs"
import { Acme } from "./acme.js"

const no = (status: number) => () => HttpServerResponse.jsonUnsafe({ problem: "no" }, { status })
const runs = Array.from({ length: 25 }, (_, index) => ({ id: `run-${index}` }))

const serveAcme = Emulator.serve(Acme, {
  accepts: (credential) => Effect.succeed(credential === "good"),
  answers: { refused: no(401), invalid: no(400), missing: no(404), limited: no(429) },
  handlers: {
    runs: ({ query: { skip, top } }) =>
      Effect.succeed(HttpServerResponse.jsonUnsafe({ runs: runs.slice(skip, skip + top) }))
  }
})

const scanjobs = (...args: ReadonlyArray<string>) =>
  Effect.callback<{ readonly code: unknown; readonly stdout: string; readonly stderr: string }>((resume) => {
    execFile("npx", ["--no", "scanjobs", ...args], (error, stdout, stderr) =>
      resume(Effect.succeed({ code: error?.code ?? 0, stdout, stderr }))
    )
  })

const program = Effect.gen(function* () {
  const acme = yield* serveAcme
  const { settings } = yield* AvePointEmulator.serve({ jobs: yield* AvePointEmulator.generate({ jobs: 40 }) })
  const file = {
    plugins: ["./acme.js"],
    connections: [
      { ...settings, name: "ap", provider: "avepoint" },
      { name: "good", provider: "acme", baseUrl: acme.baseUrl, token: "good" },
      { name: "bad", provider: "acme", baseUrl: acme.baseUrl, token: "wrong" }
    ]
  }
  writeFileSync("scanjobs.json", JSON.stringify(file))

  const list = yield* scanjobs("list", "--connection", "ap", "--connection", "good")
  assert.deepEqual({ code: list.code, rows: list.stdout.split("\n").length - 1 }, { code: 0, rows: 65 }, list.stderr)

  const failed = yield* scanjobs("list", "--connection", "bad", "--json-errors")
  const [failure = ""] = failed.stderr.split("\n")
  assert.equal(failed.code, 3, failed.stderr)
  assert.partialDeepStrictEqual(JSON.parse(failure), {
    reason: "Unauthorized",
    connection: "bad",
    hint: "make a new token in Acme's console"
  })

  const check = yield* scanjobs("check")
  assert.equal(check.code, 3, check.stderr)
  assert.match(check.stdout, /^ap \(avepoint\): ok$/m)
  assert.match(check.stdout, /^good \(acme\): ok$/m)
  assert.match(check.stdout, /^bad .*Unauthorized/m)
})

await Effect.runPromise(Effect.scoped(program))
