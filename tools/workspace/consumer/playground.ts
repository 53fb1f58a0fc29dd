// Runs the installed command on the emulators that it serves: of a provider in its bundle, and of one that is not ours.
import { Effect } from "effect"
import assert from "node:assert/strict"
import { execFile, spawn } from "node:child_process"
import { writeFileSync } from "node:fs"

const scanjobs = (...args: ReadonlyArray<string>) =>
  Effect.callback<{ readonly code: unknown; readonly stdout: string; readonly stderr: string }>((resume) => {
    execFile("npx", ["--no", "scanjobs", ...args], (error, stdout, stderr) =>
      resume(Effect.succeed({ code: error?.code ?? 0, stdout, stderr }))
    )
  })

interface File {
  readonly plugins: ReadonlyArray<string>
  readonly connections: ReadonlyArray<{ readonly name: string; readonly provider: string; readonly token?: string }>
}

const plugins = ["./acme.js"]

/** The settings that `scanjobs emulate` prints, as long as the scope lasts. */
const emulated = Effect.gen(function* () {
  writeFileSync("scanjobs.json", JSON.stringify({ plugins, connections: [] }))
  const args = ["node_modules/scanjobs/bin/scanjobs.mjs", "emulate", "avepoint", "acme", "--jobs", "40"]
  const server = yield* Effect.acquireRelease(
    Effect.sync(() => spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] })),
    (child) => Effect.sync(() => child.kill())
  )
  return yield* Effect.callback<File>((resume) => {
    let text = ""
    server.on("exit", (code) => resume(Effect.die(new Error(`scanjobs emulate ended with ${code}`))))
    server.stdout.setEncoding("utf8").on("data", (piece: string) => {
      text += piece
      try {
        resume(Effect.succeed(JSON.parse(text) as File))
      } catch {
        // The rest is still to come.
      }
    })
  })
})

const program = Effect.gen(function* () {
  const { connections } = yield* emulated
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
