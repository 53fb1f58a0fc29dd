/**
 * The entry point of the command.
 */
import { createInterface } from "node:readline/promises"
import { run } from "./Command.ts"

const isTerminal = process.stdin.isTTY && process.stderr.isTTY
const terminal = isTerminal ? createInterface({ input: process.stdin, output: process.stderr }) : undefined

// Without this, Ctrl-C or Ctrl-D at a question would leave its promise pending and the process would not say that it wrote nothing.
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
