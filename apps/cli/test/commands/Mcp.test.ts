import { assert, describe, it } from "@effect/vitest"
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js"
import { Effect } from "effect"
import { spawn } from "node:child_process"
import { join } from "node:path"
import { bin, folder, runHere } from "../Program.ts"
import * as Vendors from "../Vendors.ts"

describe("scanjobs mcp", () => {
  it.live("answers an agent that starts it, from the store that scanjobs sync has written", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve()
      assert.strictEqual((yield* runHere(["sync"], started)).code, 0)
      const client = yield* Effect.acquireRelease(
        Effect.promise(async () => {
          const client = new Client({ name: "test", version: "1" })
          const args = [bin, "mcp", "--config", join(started.cwd, "scanjobs.json")]
          await client.connect(new StdioClientTransport({ command: process.execPath, args, stderr: "ignore" }))
          return client
        }),
        (client) => Effect.promise(() => client.close())
      )
      const call = (name: string, args: Record<string, unknown>) =>
        Effect.promise(async () => {
          await client.listTools()
          const { structuredContent = {} } = await client.callTool({ name, arguments: args })
          return JSON.parse(JSON.stringify(structuredContent))
        })
      const summary = yield* call("summary", { from: "-400d", until: "+90d" })
      assert.deepStrictEqual(
        summary["connections"].map(({ connection }: { readonly connection: string }) => connection),
        ["ap", "dc"]
      )
      const { jobs } = yield* call("list_jobs", { limit: 1 })
      const explained = yield* call("explain_job", { id: jobs[0].id })
      assert.strictEqual(explained["job"].id, jobs[0].id)
    }).pipe(Effect.scoped)
  )

  it.live("writes nothing but the protocol to standard output, and ends with its input", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve()
      assert.strictEqual((yield* runHere(["sync"], started)).code, 0)
      const { code, stdout } = yield* Effect.callback<{ readonly code: number | null; readonly stdout: string }>(
        (resume) => {
          const program = spawn(process.execPath, [bin, "mcp", "--log-level", "trace"], {
            cwd: started.cwd,
            env: { PATH: process.env["PATH"], SCANJOBS_CONFIG: join(started.cwd, "scanjobs.json") }
          })
          let text = ""
          program.stdout.setEncoding("utf8").on("data", (part: string) => (text += part))
          program.on("close", (status) => resume(Effect.succeed({ code: status, stdout: text })))
          const messages = [
            JSON.stringify({ jsonrpc: "2.0", id: 0, method: "nonsense" }),
            JSON.stringify({
              jsonrpc: "2.0",
              id: 1,
              method: "initialize",
              params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "1" } }
            }),
            JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" }),
            JSON.stringify({
              jsonrpc: "2.0",
              id: 2,
              method: "tools/call",
              params: { name: "connections", arguments: {} }
            })
          ]
          program.stdin.end(`${messages.join("\n")}\n`)
        }
      )
      const answers = stdout
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line))
      assert.isTrue(answers.every(({ jsonrpc }) => jsonrpc === "2.0"))
      const last = answers.find(({ id }) => id === 2)
      assert.strictEqual(last?.result.structuredContent.connections.length, 2, stdout)
      assert.strictEqual(code, 0)
    }).pipe(Effect.scoped)
  )

  it.live("says on standard error that there is no store", () =>
    Effect.gen(function* () {
      const cwd = yield* folder({ "scanjobs.json": { connections: [] } })
      const { code, stderr, stdout } = yield* runHere(["mcp"], { cwd })
      assert.strictEqual(code, 2)
      assert.include(stderr, "run scanjobs sync first")
      assert.strictEqual(stdout, "")
    }).pipe(Effect.scoped)
  )
})
