/**
 * Redis servers of a test's own, and servers that only pretend to be one.
 */
import { Effect, type Scope } from "effect"
import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { type AddressInfo, connect, createServer, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** Whether this machine has the server's program. */
export const isInstalled = spawnSync("redis-server", ["--version"]).status === 0

/** A server that runs. */
export interface RedisServer {
  readonly port: number
  /** Such as `redis://127.0.0.1:40123`. */
  readonly url: string
  /** Sends a signal to it, and waits for its end where the signal is SIGKILL. */
  readonly signal: (signal: NodeJS.Signals) => Effect.Effect<void>
  /** Sends commands, such as `FLUSHALL`, and gives everything that it answers. */
  readonly command: (...lines: ReadonlyArray<string>) => Effect.Effect<string>
}

const listening = (handle: (socket: Socket) => void) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly port: number; readonly close: () => void }>((resume) => {
      const sockets = new Set<Socket>()
      const server = createServer((socket) => {
        sockets.add(socket)
        socket.on("error", () => {})
        handle(socket)
      })
      server.listen(0, "127.0.0.1", () => {
        const { port } = server.address() as AddressInfo
        resume(
          Effect.succeed({
            port,
            close: () => {
              for (const socket of sockets) socket.destroy()
              server.close()
            }
          })
        )
      })
    }),
    ({ close }) => Effect.sync(close)
  )

/** A server that does this with everything that it gets; it may do nothing at all. */
export const pretend = (answer: (text: string, socket: Socket) => void): Effect.Effect<string, never, Scope.Scope> =>
  Effect.map(
    listening((socket) => void socket.setEncoding("latin1").on("data", (text) => answer(String(text), socket))),
    ({ port }) => `redis://127.0.0.1:${port}`
  )

/** A port that was free a moment ago. */
export const freePort: Effect.Effect<number> = Effect.scoped(
  Effect.map(
    listening(() => {}),
    ({ port }) => port
  )
)

/** Starts a server with these options of its command line. */
export const start = (
  options: ReadonlyArray<string> = [],
  given?: number
): Effect.Effect<RedisServer, never, Scope.Scope> =>
  Effect.gen(function* () {
    const port = given ?? (yield* freePort)
    const folder = mkdtempSync(join(tmpdir(), "redis-"))
    const program = yield* Effect.acquireRelease(
      Effect.callback<ChildProcess>((resume) => {
        const common = ["--port", `${port}`, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder]
        const started = spawn("redis-server", [...common, ...options], { stdio: ["ignore", "pipe", "ignore"] })
        let said = ""
        started.stdout.setEncoding("utf8").on("data", (text: string) => {
          said += text
          if (/ready to accept connections/i.test(said)) resume(Effect.succeed(started))
        })
        started.on("close", (code) => resume(Effect.die(new Error(`redis-server ended with ${code}: ${said}`))))
      }),
      (running) =>
        Effect.sync(() => {
          running.kill("SIGKILL")
          rmSync(folder, { recursive: true, force: true })
        })
    )
    const server: RedisServer = {
      port,
      url: `redis://127.0.0.1:${port}`,
      signal: (signal) =>
        Effect.callback((resume) => {
          if (signal === "SIGKILL") program.on("close", () => resume(Effect.void))
          program.kill(signal)
          if (signal !== "SIGKILL") resume(Effect.void)
        }),
      command: (...lines) =>
        Effect.callback((resume) => {
          let answer = ""
          const socket = connect(port, "127.0.0.1", () => socket.write([...lines, "QUIT", ""].join("\r\n")))
          socket.setEncoding("utf8").on("data", (text) => (answer += String(text)))
          socket.on("error", () => {})
          socket.on("close", () => resume(Effect.succeed(answer)))
        })
    }
    return server
  })
