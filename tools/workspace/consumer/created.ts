// Runs the installed command on the emulator of a built provider that `create-scanjobs-provider` made.
import { Effect } from "effect"
import assert from "node:assert/strict"
import { writeFileSync } from "node:fs"
import { emulated, scanjobs } from "./emulated.js"

const plugins = ["scanjobs-beta-cloud"]

const program = Effect.gen(function* () {
  const { connections } = yield* emulated(plugins, ["beta-cloud"])
  writeFileSync("scanjobs.json", JSON.stringify({ plugins, connections }))
  const list = yield* scanjobs("list")
  assert.deepEqual({ code: list.code, rows: list.stdout.split("\n").length - 1 }, { code: 0, rows: 40 }, list.stderr)
})

await Effect.runPromise(Effect.scoped(program))
