/**
 * What the command's file starts.
 */
import { createInterface } from "node:readline/promises"
import { run } from "./Command.ts"

const isTerminal = process.stdin.isTTY && process.stderr.isTTY
const terminal = isTerminal ? createInterface({ input: process.stdin, output: process.stderr }) : undefined

// Whoever leaves in the middle of the questions (Ctrl-C, Ctrl-D) would leave them open for ever.
const left = () => {
  process.stderr.write("\nNothing was written.\n")
  process.exit(130)
}
terminal?.once("close", left)

process.exitCode = await run(process.argv.slice(2), {
  cwd: process.cwd(),
  ask: terminal === undefined ? undefined : (question) => terminal.question(question),
  out: (line) => process.stdout.write(`${line}\n`),
  error: (line) => process.stderr.write(`${line}\n`)
})
terminal?.off("close", left)
terminal?.close()
