import { NodeHttpClient } from "@effect/platform-node"
import { OAuth, RetryPolicy } from "@scanjobs/core"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Layer, Redacted, Result, Stream } from "effect"
import { FetchHttpClient } from "effect/http"
import * as Secrets from "../src/secrets/Secrets.ts"
import * as Leaky from "./Leaky.ts"
import * as Scale from "./Scale.ts"
import * as Vendor from "./Vendor.ts"

/** The host and port of the vendor, and of another server. */
interface Hosts {
  readonly own: string
  readonly other: string
}

const portOf = (host: string): string => host.split(":")[1] ?? ""

/** Addresses that do not belong to the vendor's origin, although some of them look as if they did. */
const addresses: ReadonlyArray<readonly [name: string, address: (hosts: Hosts) => string]> = [
  ["another port", ({ other }) => `http://${other}/runs`],
  ["another port in upper case", ({ other }) => `HTTP://${other}/RUNS`],
  ["another scheme", ({ own }) => `https://${own}/runs`],
  ["an address without a scheme", ({ other }) => `//${other}/runs`],
  ["three slashes", ({ other }) => `///${other}/runs`],
  ["backslashes", ({ other }) => `\\\\${other}\\runs`],
  ["a slash and a backslash", ({ other }) => `/\\${other}/runs`],
  ["backslashes after the scheme", ({ other }) => `http:\\\\${other}\\runs`],
  ["a tab between two slashes", ({ other }) => `/\t/${other}/runs`],
  ["a tab in the scheme", ({ other }) => `ht\ttp://${other}/runs`],
  ["the vendor as a user name", ({ other, own }) => `http://${own}@${other}/runs`],
  ["the vendor as a user and a password", ({ other }) => `http://127.0.0.1:80@${other}/runs`],
  ["the vendor after a backslash and an at sign", ({ other, own }) => `http://${other}\\@${own}/runs`],
  ["the vendor in a fragment", ({ other, own }) => `http://${other}#@${own}/runs`],
  ["the vendor in a query", ({ other, own }) => `http://${other}?@${own}/runs`],
  ["the vendor in a path", ({ other, own }) => `http://${other}/${own}/runs`],
  ["a percent-encoded host", ({ other }) => `http://%31%32%37.0.0.1:${portOf(other)}/runs`],
  ["a host in hexadecimal", ({ other }) => `http://0x7f000001:${portOf(other)}/runs`],
  ["a host in octal", ({ other }) => `http://0177.0.0.1:${portOf(other)}/runs`],
  ["a host as one number", ({ other }) => `http://2130706433:${portOf(other)}/runs`],
  ["a short host", ({ other }) => `http://127.1:${portOf(other)}/runs`],
  ["a host with a dot at its end", ({ own }) => `http://localhost.:${portOf(own)}/runs`],
  ["another name of the host", ({ own }) => `http://localhost:${portOf(own)}/runs`],
  ["the host in IPv6", ({ own }) => `http://[::1]:${portOf(own)}/runs`],
  ["the host as IPv4 in IPv6", ({ own }) => `http://[::ffff:127.0.0.1]:${portOf(own)}/runs`],
  ["the host as IPv4 in IPv6, in hexadecimal", ({ own }) => `http://[::ffff:7f00:1]:${portOf(own)}/runs`],
  ["any address", ({ own }) => `http://0.0.0.0:${portOf(own)}/runs`],
  ["a subdomain", ({ own }) => `http://127.0.0.1.nip.invalid:${portOf(own)}/runs`],
  ["punycode", ({ own }) => `http://xn--bcher-kva.invalid:${portOf(own)}/runs`],
  ["the default port", () => "http://127.0.0.1/runs"],
  ["data", () => 'data:application/json,{"rows":[]}'],
  ["a file", () => "file:///etc/passwd"],
  ["a file of another host", ({ other }) => `file://${other}/etc/passwd`],
  ["a script", () => "javascript:alert(1)"],
  ["a blob of the vendor", ({ own }) => `blob:http://${own}/runs`],
  ["FTP", ({ other }) => `ftp://${other}/runs`],
  ["a web socket", ({ own }) => `ws://${own}/runs`],
  ["the metadata of a cloud", () => "http://169.254.169.254/latest/meta-data/iam/security-credentials/"],
  ["the metadata of a cloud in IPv6", () => "http://[fd00:ec2::254]/latest/meta-data/"],
  ["the metadata of a cloud by name", () => "http://metadata.google.internal/computeMetadata/v1/"]
]

const hostOf = (origin: string): string => origin.replace("http://", "")

/** What a request, a link or a token may end as where its address is refused. */
const refusals = ["ForeignLink", "Malformed", "VendorRejected"]

const clients = [
  ["undici", NodeHttpClient.layerUndici],
  ["node:http", NodeHttpClient.layerNodeHttp],
  ["fetch", FetchHttpClient.layer]
] as const

/** Another server, which must never be asked. */
const elsewhere = Vendor.script(Vendor.json({ rows: [{ id: "stolen" }], runs: [], access_token: "stolen-5f6a7b8c" }))

/** Reads a vendor that answers its first page like this. */
const read = (answer: (hosts: Hosts) => Vendor.Answer) =>
  Effect.gen(function* () {
    const other = yield* elsewhere
    let own = ""
    const vendor = yield* Vendor.serve(({ url }) =>
      url.pathname === "/runs"
        ? answer({ own, other: hostOf(other.origin) })
        : url.pathname === "/name"
          ? Vendor.json({ name: "the name" })
          : Vendor.json({ rows: [] })
    )
    own = hostOf(vendor.origin)
    const jobs = Leaky.provider().jobs(Leaky.connectionTo(vendor.origin, { name: "" }), {}, { listings: ["runs"] })
    const outcome = yield* Effect.result(Stream.runDrain(jobs))
    const reason = Result.isFailure(outcome) ? outcome.failure.reason._tag : "none"
    return { reason, other: other.seen.length, own: vendor.seen.filter(({ url }) => url.pathname === "/runs").length }
  })

for (const [client, http] of clients) {
  layer(Layer.merge(http, RetryPolicy.layer({ times: 0 })), { excludeTestServices: true })(
    `a connection over ${client} whose vendor leads elsewhere`,
    (it) => {
      describe("by a redirect", () => {
        const attacks = Scale.pairs(addresses, [301, 302, 303, 307, 308]).map(
          ([[name, address], status]) => [status, name, address] as const
        )
        it.effect.each(attacks)("%s to %s, asks nobody else", ([status, , address]) =>
          Effect.gen(function* () {
            const { other, own, reason } = yield* read((hosts) => Vendor.redirect(address(hosts), status))
            assert.include(refusals, reason)
            assert.deepStrictEqual({ other, own }, { other: 0, own: 1 })
          })
        )

        it.effect.each([301, 302, 303, 307, 308])("%d of a token server, gives its secret to nobody else", (status) =>
          Effect.gen(function* () {
            const other = yield* elsewhere
            const server = yield* Vendor.script(Vendor.redirect(`${other.origin}/token`, status))
            const run = {
              key: "main",
              secrets: Secrets.make([]),
              allowHttp: true,
              budget: RetryPolicy.budget(yield* RetryPolicy.RetryPolicy),
              onRetry: () => Effect.void
            }
            const source = yield* OAuth.clientCredentials({
              tokenUrl: `${server.origin}/token`,
              clientId: "client",
              proof: { clientSecret: Redacted.make(Leaky.secret) }
            })(run)
            assert.include(refusals, (yield* Effect.flip(source.get))._tag)
            assert.lengthOf(other.seen, 0)
          })
        )
      })

      describe("by a link", () => {
        const attacks = Scale.pairs(addresses, ["the body", "a header"] as const).map(
          ([[name, address], place]) => [place, name, address] as const
        )
        it.effect.each(attacks)("in %s to %s, asks nobody else", ([place, , address]) =>
          Effect.gen(function* () {
            const { other, own, reason } = yield* read((hosts) =>
              place === "the body"
                ? Vendor.json({ rows: [{ id: "a" }], next: address(hosts) })
                : Vendor.json({ rows: [{ id: "a" }] }, 200, { link: `<${address(hosts)}>; rel="next"` })
            )
            assert.include(refusals, reason)
            assert.deepStrictEqual({ other, own }, { other: 0, own: 1 })
          })
        )
      })
    }
  )
}
