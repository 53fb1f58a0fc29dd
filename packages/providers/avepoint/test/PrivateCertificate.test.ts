import { NodeHttpClient } from "@effect/platform-node"
import { assert, it } from "@effect/vitest"
import { AvePoint } from "@scanjobs/avepoint"
import { Effect, Redacted, Stream } from "effect"
import { readFileSync } from "node:fs"
import * as Https from "node:https"

const pem = (name: string) => readFileSync(new URL(`./fixtures/test-only.${name}.pem`, import.meta.url), "utf8")

/** A server whose certificate no authority signed, and how many requests reached it. */
const server = Effect.acquireRelease(
  Effect.callback<{ readonly origin: string; readonly close: () => void; readonly asked: () => number }>((resume) => {
    let asked = 0
    const https = Https.createServer({ cert: pem("certificate"), key: pem("pkcs8.key") }, (_, response) => {
      asked++
      response.end("{}")
    })
    https.listen(0, "127.0.0.1", () => {
      const address = https.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      resume(
        Effect.succeed({
          origin: `https://127.0.0.1:${port}`,
          asked: () => asked,
          close: () => {
            https.closeAllConnections()
            https.close()
          }
        })
      )
    })
  }),
  ({ close }) => Effect.sync(close)
)

it.live("a server with a private certificate gets no secret, and the error says what to do", () =>
  Effect.gen(function* () {
    const { asked, origin } = yield* server
    const clientSecret = Redacted.make("canary-s3cret")
    const addresses = { baseUrl: origin, tokenUrl: `${origin}/connect/token` }
    const jobs = AvePoint.jobs({ name: "ap", clientId: "client", clientSecret, ...addresses })
    const { reason } = yield* Effect.flip(Stream.runDrain(jobs))
    assert.deepInclude(reason, { _tag: "Unavailable", permanent: true })
    assert.include(reason.message, "start the program with NODE_EXTRA_CA_CERTS")
    assert.strictEqual(asked(), 0)
  }).pipe(Effect.provide(NodeHttpClient.layerUndici))
)
