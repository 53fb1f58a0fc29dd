/**
 * A wire to a server that can be cut: nothing gets through then, and new connections are refused.
 */
import { Effect, type Scope } from "effect"
import { type AddressInfo, connect, createServer, type Socket } from "node:net"

/** A wire to a server of this machine. */
export interface CutWire {
  readonly port: number
  readonly cut: () => void
  readonly mend: () => void
}

/** Lays it until the scope ends. */
export const lay = (to: number): Effect.Effect<CutWire, never, Scope.Scope> =>
  Effect.gen(function* () {
    const sockets = new Set<Socket>()
    let isCut = false
    const server = createServer((near) => {
      if (isCut) {
        near.destroy()
        return
      }
      const far = connect(to, "127.0.0.1")
      for (const [one, other] of [
        [near, far],
        [far, near]
      ] as const) {
        sockets.add(one)
        one.pipe(other)
        one.on("error", () => {})
        one.on("close", () => {
          sockets.delete(one)
          other.destroy()
        })
      }
    })
    yield* Effect.acquireRelease(
      Effect.callback<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
      () =>
        Effect.sync(() => {
          for (const socket of sockets) socket.destroy()
          server.close()
        })
    )
    return {
      port: (server.address() as AddressInfo).port,
      cut: () => {
        isCut = true
        for (const socket of sockets) socket.destroy()
      },
      mend: () => {
        isCut = false
      }
    }
  })
