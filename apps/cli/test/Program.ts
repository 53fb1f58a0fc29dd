/**
 * The program: in a process of its own, as a person starts it, or within the test, which is faster.
 */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { RateLimit } from "@scanjobs/core"
import { ConfigProvider, Effect, type Scope, Sink, Stdio } from "effect"
import { type ChildProcess, spawn } from "node:child_process"
import { mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import * as Cli from "../src/Cli.ts"

/** The program. */
export const bin = join(import.meta.dirname, "../bin/scanjobs.mjs")

/** What the program left behind. */
export interface Ended {
  /** The exit code, or `null` where a signal killed it. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** How the program is started. */
export interface Options {
  readonly cwd: string
  readonly env?: { readonly [name: string]: string }
  /** What starts the program, with its arguments; default this Node. */
  readonly runtime?: { readonly command: string; readonly args: ReadonlyArray<string> }
  /** Called with each piece of standard output. */
  readonly onOutput?: (program: ChildProcess) => void
  /** Called with each piece of standard error, and with all that it has said. */
  readonly onMessage?: (program: ChildProcess, stderr: string) => void
}

/** Runs it to its end; its environment is `env` alone. */
export const run = (args: ReadonlyArray<string>, options: Options): Effect.Effect<Ended> =>
  Effect.callback((resume) => {
    const { args: own, command } = options.runtime ?? { command: process.execPath, args: [] }
    const program = spawn(command, [...own, bin, ...args], {
      cwd: options.cwd,
      env: { PATH: process.env["PATH"], ...options.env },
      stdio: ["ignore", "pipe", "pipe"]
    })
    let stdout = ""
    let stderr = ""
    program.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text
      options.onOutput?.(program)
    })
    program.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text
      options.onMessage?.(program, stderr)
    })
    program.on("close", (code) => resume(Effect.succeed({ code, stdout, stderr })))
    return Effect.sync(() => program.kill("SIGKILL"))
  })

/** Runs it within the test, on the settings file `scanjobs.json` of `cwd`, without waiting for quotas. */
export const runHere = (args: ReadonlyArray<string>, { cwd, env = {} }: Options): Effect.Effect<Ended> =>
  Effect.suspend(() => {
    const written = { stdout: "", stderr: "" }
    const sink = (name: keyof typeof written) =>
      Sink.forEach((text: string | Uint8Array) => Effect.sync(() => void (written[name] += String(text))))
    const stdio = Stdio.layerTest({
      args: Effect.succeed(args),
      stdout: () => sink("stdout"),
      stderr: () => sink("stderr")
    })
    const environment = ConfigProvider.layer(
      ConfigProvider.fromEnv({ env: { SCANJOBS_CONFIG: join(cwd, "scanjobs.json"), ...env } })
    )
    return Cli.run.pipe(
      Effect.provide([stdio, environment, RateLimit.layerUnlimited]),
      Effect.provide(NodeServices.layer),
      Effect.map((code) => ({ code, ...written }))
    )
  })

/** A program that goes on until it is told to stop. */
export interface Running {
  /** Everything on standard error, as soon as it has this text. */
  readonly said: (text: string) => Effect.Effect<string>
  /** Sends a signal, and gives the exit code. */
  readonly stop: (signal: NodeJS.Signals) => Effect.Effect<number | null>
}

/** Starts it with standard output going to a file of `cwd`, as `> FILE` does it, and kills it where the scope ends first. */
export const start = (
  args: ReadonlyArray<string>,
  { cwd, env, output }: Options & { readonly output: string }
): Effect.Effect<Running, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() =>
        spawn(process.execPath, [bin, ...args], {
          cwd,
          env: { PATH: process.env["PATH"], ...env },
          stdio: ["ignore", openSync(join(cwd, output), "w"), "pipe"]
        })
      ),
      (program) => Effect.sync(() => program.kill("SIGKILL"))
    ),
    (program): Running => {
      let stderr = ""
      program.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text))
      return {
        said: (text) =>
          Effect.callback((resume) => {
            const look = () => (stderr.includes(text) ? resume(Effect.succeed(stderr)) : undefined)
            program.stderr?.on("data", look)
            program.on("close", () => resume(Effect.die(new Error(`it ended, and had said: ${stderr}`))))
            look()
          }),
        stop: (signal) =>
          Effect.callback((resume) => {
            program.on("close", (code) => resume(Effect.succeed(code)))
            program.kill(signal)
          })
      }
    }
  )

/** A folder with these files, as text or as JSON, for as long as the scope lasts. */
export const folder = (files: { readonly [name: string]: unknown }): Effect.Effect<string, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const path = mkdtempSync(join(tmpdir(), "scanjobs-"))
      for (const [name, content] of Object.entries(files)) {
        mkdirSync(dirname(join(path, name)), { recursive: true })
        writeFileSync(join(path, name), typeof content === "string" ? content : JSON.stringify(content))
      }
      return path
    }),
    (path) => Effect.sync(() => rmSync(path, { recursive: true }))
  )

/** The lines of a text that ends with a line break. */
export const linesOf = (text: string): ReadonlyArray<string> => text.split("\n").slice(0, -1)
