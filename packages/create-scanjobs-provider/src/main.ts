/**
 * What the command's file starts.
 */
import { createInterface } from "node:readline/promises"
import { run } from "./Command.ts"

const isTerminal = process.stdin.isTTY && process.stderr.isTTY
const terminal = isTerminal ? createInterface({ input: process.stdin, output: process.stderr }) : undefined

process.exitCode = await run(process.argv.slice(2), {
  cwd: process.cwd(),
  ask: terminal === undefined ? undefined : (question) => terminal.question(question),
  out: (line) => process.stdout.write(`${line}\n`),
  error: (line) => process.stderr.write(`${line}\n`)
})
terminal?.close()
