/**
 * The program writing into a pipe whose reader is slow, so that it can be killed in the middle of a row.
 */
import { Effect } from "effect"
import { execFileSync, spawn } from "node:child_process"
import { closeSync, constants, openSync, readSync } from "node:fs"
import { join } from "node:path"
import { bin } from "./Program.ts"

/** What the program left behind. */
export interface Ended {
  /** The exit code, or `null` where a signal killed it. */
  readonly code: number | null
  /** Everything that the reader got, also what was still in the pipe when the program ended. */
  readonly text: string
  readonly stderr: string
}

/** How the program is started and read. */
export interface Options {
  readonly cwd: string
  readonly env?: { readonly [name: string]: string }
  /** How many bytes the reader takes at a time. */
  readonly bytes: number
  /** How many milliseconds the reader rests after each time; `Infinity` where it takes nothing after the first time. */
  readonly rest: number
  /** Called when the reader has its first text, or so many bytes. */
  readonly onText?: (kill: (signal: NodeJS.Signals) => void) => void
  readonly after?: number
  /** Whether the reader closes the pipe once it has its first text. */
  readonly leaves?: boolean
}

let pipes = 0

/** Runs the program to its end. */
export const run = (args: ReadonlyArray<string>, options: Options): Effect.Effect<Ended> =>
  Effect.callback((resume) => {
    const path = join(options.cwd, `pipe-${pipes++}`)
    execFileSync("mkfifo", [path])
    // Reading first: a pipe without a reader cannot be opened to be written.
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const writer = openSync(path, constants.O_WRONLY)
    const program = spawn(process.execPath, [bin, ...args], {
      cwd: options.cwd,
      env: { PATH: process.env["PATH"], ...options.env },
      stdio: ["ignore", writer, "pipe"]
    })
    closeSync(writer)
    const chunks: Array<Buffer> = []
    let stderr = ""
    let code: number | null = null
    let isOver = false
    let hasLeft = false
    let taken = 0
    let isTold = false
    program.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text))
    program.on("close", (exitCode) => {
      code = exitCode
      isOver = true
    })
    const read = () => {
      // The end of the program ends the rest, and what is left in the pipe comes at once.
      const size = take()
      if (isOver && size === 0) {
        if (!hasLeft) closeSync(reader)
        resume(Effect.succeed({ code, text: Buffer.concat(chunks).toString(), stderr }))
        return
      }
      setTimeout(read, isOver ? 0 : Math.min(options.rest, 1000))
    }
    const take = (): number => {
      if (hasLeft || (!isOver && chunks.length > 0 && options.rest === Infinity)) return 0
      const buffer = Buffer.alloc(options.bytes)
      const size = attempt(() => readSync(reader, buffer))
      if (size === 0) return 0
      chunks.push(buffer.subarray(0, size))
      taken += size
      if (!isTold && taken >= (options.after ?? 1)) {
        isTold = true
        if (options.leaves === true) {
          hasLeft = true
          closeSync(reader)
        }
        options.onText?.((signal) => program.kill(signal))
      }
      return size
    }
    read()
    return Effect.sync(() => program.kill("SIGKILL"))
  })

/** An empty pipe that has a writer is not readable yet. */
const attempt = (look: () => number): number => {
  try {
    return look()
  } catch {
    return 0
  }
}
