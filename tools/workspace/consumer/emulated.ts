// The installed command, and the emulators that it serves.
import { Effect } from "effect"
import { execFile, spawn } from "node:child_process"
import { writeFileSync } from "node:fs"

/** Runs the installed command. */
export const scanjobs = (...args: ReadonlyArray<string>) =>
  Effect.callback<{ readonly code: unknown; readonly stdout: string; readonly stderr: string }>((resume) => {
    execFile("npx", ["--no", "scanjobs", ...args], (error, stdout, stderr) =>
      resume(Effect.succeed({ code: error?.code ?? 0, stdout, stderr }))
    )
  })

interface File {
  readonly plugins: ReadonlyArray<string>
  readonly connections: ReadonlyArray<{ readonly name: string; readonly provider: string; readonly token?: string }>
}

/** The settings that `scanjobs emulate` prints for providers, as long as the scope lasts. */
export const emulated = Effect.fnUntraced(function* (plugins: ReadonlyArray<string>, providers: ReadonlyArray<string>) {
  writeFileSync("scanjobs.json", JSON.stringify({ plugins, connections: [] }))
  const args = [
    "node_modules/scanjobs/bin/scanjobs.mjs",
    "emulate",
    ...providers,
    "--config",
    "scanjobs.json",
    "--jobs",
    "40"
  ]
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
        // The JSON is not complete yet.
      }
    })
  })
})
