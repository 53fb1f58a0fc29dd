// Runs the installed command on the emulators that it serves: of a built-in provider and of another author's.
import { Effect } from "effect"
import assert from "node:assert/strict"
import { writeFileSync } from "node:fs"
import { emulated, scanjobs } from "./emulated.js"

const plugins = ["./acme.js"]

const program = Effect.gen(function* () {
  const { connections } = yield* emulated(plugins, ["avepoint", "acme"])
  const acme = connections.find(({ provider }) => provider === "acme")
  assert.ok(acme)
  const bad = { ...acme, name: "bad", token: "wrong" }
  writeFileSync("scanjobs.json", JSON.stringify({ plugins, connections: [...connections, bad] }))

  const list = yield* scanjobs("list", "--connection", "avepoint", "--connection", acme.name)
  assert.deepEqual({ code: list.code, rows: list.stdout.split("\n").length - 1 }, { code: 0, rows: 80 }, list.stderr)

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
  assert.match(check.stdout, /^avepoint \(avepoint\): ok$/m)
  assert.match(check.stdout, /^acme \(acme\): ok$/m)
  assert.match(check.stdout, /^bad .*Unauthorized/m)
})

await Effect.runPromise(Effect.scoped(program))
