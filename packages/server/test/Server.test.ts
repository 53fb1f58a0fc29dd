import { assert, describe, it } from "@effect/vitest"
import { Store } from "@scanjobs/history"
import { Effect, Queue, Redacted, Stream } from "effect"
import { FetchHttpClient, HttpClient, HttpClientRequest } from "effect/http"
import { HttpApiClient } from "effect/http-api"
import { execFileSync, spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { request } from "node:http"
import { request as secureRequest } from "node:https"
import { connect as connectSecurely } from "node:tls"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Api, Server } from "../src/index.ts"
import { change, serve, serveFilled } from "./Fixture.ts"

const get = (url: string, headers: Readonly<Record<string, string>> = {}) =>
  Effect.promise(async () => {
    const answer = await fetch(url, { headers })
    return { status: answer.status, headers: answer.headers, text: await answer.text() }
  })

/** Sends a `Host` of its own, which `fetch` does not. */
const statusFor = (url: string, host: string) =>
  Effect.callback<number>((resume) => {
    request(url, { headers: { host } }, (answer) => {
      answer.resume()
      resume(Effect.succeed(answer.statusCode ?? 0))
    }).end()
  })

const clientOf = (baseUrl: string) =>
  HttpApiClient.make(Api.Api, { baseUrl }).pipe(Effect.provide(FetchHttpClient.layer))

/** A new certificate of this machine. */
const selfSigned = Effect.sync((): Server.Tls => {
  const folder = mkdtempSync(join(tmpdir(), "scanjobs-tls-"))
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")]
  const kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"]
  const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
  try {
    execFileSync("openssl", ["req", ...kind, ...names, "-out", cert, "-keyout", key], { stdio: "ignore" })
    return { certificate: readFileSync(cert, "utf8"), key: Redacted.make(readFileSync(key, "utf8")) }
  } finally {
    rmSync(folder, { recursive: true })
  }
})

describe("the API", () => {
  it.live("gives each job once, however small its pages are", () =>
    Effect.gen(function* () {
      const { url } = yield* serve()
      const client = yield* clientOf(url)
      const { jobs: all } = yield* client.jobs({ query: {} })
      const found: Array<string> = []
      let cursor: string | undefined
      do {
        const page = yield* client.jobs({ query: { limit: 2, ...(cursor === undefined ? {} : { cursor }) } })
        found.push(...page.jobs.map(({ id }) => id))
        cursor = page.next ?? undefined
      } while (cursor !== undefined)
      assert.strictEqual(found.length, 12)
      assert.deepStrictEqual(
        found,
        all.map(({ id }) => id)
      )
    }).pipe(Effect.scoped)
  )

  it.live("ends with what it could not read for who asks for everything or an error", () =>
    Effect.gen(function* () {
      const { url } = yield* serve()
      const client = yield* clientOf(url)
      const { jobs, next } = yield* client.jobs({ query: { complete: "true" } })
      assert.strictEqual(jobs.length, 12)
      const refused = yield* Effect.flip(client.jobs({ query: { complete: "true", cursor: next ?? "" } }))
      assert.include(JSON.stringify(refused), "globex was not read completely: the key was revoked")
      const acme = yield* client.jobs({ query: { complete: "true", connection: "acme" } })
      assert.isNull(acme.next)
    }).pipe(Effect.scoped)
  )

  it.live("filters jobs by several values of one parameter", () =>
    Effect.gen(function* () {
      const { url } = yield* serve()
      const client = yield* clientOf(url)
      const { jobs } = yield* client.jobs({ query: { state: ["failed", "running"], connection: "acme" } })
      assert.deepStrictEqual(
        jobs.map(({ state }) => state),
        ["failed", "running"]
      )
    }).pipe(Effect.scoped)
  )

  it.live("gives a job with the vendor's row, and a problem where there is none", () =>
    Effect.gen(function* () {
      const { url } = yield* serve()
      const client = yield* clientOf(url)
      const { job } = yield* client.job({ params: { id: "tenable/acme/runs/v7" } })
      assert.strictEqual(job.state, "failed")
      assert.property(job.raw, "note")
      const missing = yield* get(`${url}/api/v1/jobs/${encodeURIComponent("tenable/acme/runs/none")}`)
      assert.strictEqual(missing.status, 404)
      assert.include(missing.headers.get("content-type") ?? "", "application/problem+json")
    }).pipe(Effect.scoped)
  )

  it.live("gives a job whose id is long and has every kind of character", () =>
    Effect.gen(function* () {
      const { store, url } = yield* serve()
      const { sql } = Store.Store.of(yield* Effect.provideContext(Store.Store, store))
      const vendorId = `a/b?c#d%e ü\n"../..${"x".repeat(2000)}`
      yield* Effect.orDie(sql`UPDATE job SET vendor_id = ${vendorId} WHERE vendor_id = 'v7'`)
      const client = yield* clientOf(url)
      const { job } = yield* client.job({ params: { id: `tenable/acme/runs/${vendorId}` } })
      assert.strictEqual(job.vendorId, vendorId)
    }).pipe(Effect.scoped)
  )

  it.live("says what is wrong with a query, as a problem", () =>
    Effect.gen(function* () {
      const { url } = yield* serve()
      for (const query of [
        "jobs?limit=0",
        "jobs?cursor=nonsense",
        "jobs?from=yesterday",
        "timeline?from=2020-01-01T00:00:00Z",
        "timeline/rows?limit=101",
        "timeline/rows?only=succeeded",
        "attention?offset=-1"
      ]) {
        const { headers, status, text } = yield* get(`${url}/api/v1/${query}`)
        assert.strictEqual(status, 400, query)
        assert.include(headers.get("content-type") ?? "", "application/problem+json")
        assert.strictEqual(JSON.parse(text).status, 400)
      }
    }).pipe(Effect.scoped)
  )

  it.live("sends no body again where nothing is new", () =>
    Effect.gen(function* () {
      const { store, url } = yield* serve()
      const first = yield* get(`${url}/api/v1/timeline`)
      const etag = first.headers.get("etag") ?? ""
      const second = yield* get(`${url}/api/v1/timeline`, { "if-none-match": etag })
      // A minute may have ended between the two.
      if (second.status !== 304) assert.notStrictEqual(second.headers.get("etag"), etag)
      yield* Effect.provideContext(change, store)
      const third = yield* get(`${url}/api/v1/timeline`, { "if-none-match": etag })
      assert.strictEqual(third.status, 200)
    }).pipe(Effect.scoped)
  )

  it.live("tells changes as they come, and those after an id to who was cut off", () =>
    Effect.gen(function* () {
      const { store, url } = yield* serve()
      const client = yield* clientOf(url)
      yield* Effect.provideContext(change, store)
      const events = yield* client.events({ headers: { "last-event-id": "0" } })
      const [first] = yield* events.pipe(
        Stream.filter(({ event }) => event === "change"),
        Stream.take(1),
        Stream.runCollect
      )
      assert.strictEqual(first?.event === "change" ? first.data.now : undefined, "succeeded")
      const changes = yield* client.changes({ query: { after: 0 } })
      assert.deepStrictEqual(
        changes.map(({ was }) => was),
        ["running"]
      )
    }).pipe(Effect.scoped)
  )

  it.live("names what cannot be read", () =>
    Effect.gen(function* () {
      const { url } = yield* serve()
      const client = yield* clientOf(url)
      assert.deepStrictEqual(yield* client.health(), { status: "incomplete", connections: 2, failing: ["globex"] })
      const { connections, rows } = yield* client.timeline({ query: {} })
      assert.strictEqual(rows, 4)
      assert.deepStrictEqual(
        connections.map(({ failingSince, name, rows: own }) => [name, own, failingSince !== null]),
        [
          ["acme", 3, false],
          ["globex", 1, true]
        ]
      )
    }).pipe(Effect.scoped)
  )

  it.live("describes itself as OpenAPI 3.1, and on a page whose scripts alone may run", () =>
    Effect.gen(function* () {
      const { url } = yield* serve()
      const { text } = yield* get(`${url}/openapi.json`)
      assert.strictEqual(JSON.parse(text).openapi, "3.1.0")
      const docs = yield* get(`${url}/docs`)
      const policy = docs.headers.get("content-security-policy") ?? ""
      assert.match(policy, /script-src 'sha256-/)
      assert.notInclude(policy, "http")
    }).pipe(Effect.scoped)
  )
})

describe("the doors beside it", () => {
  it.live("/metrics has one sample for each connection and what became of its runs", () =>
    Effect.gen(function* () {
      const { url } = yield* serve()
      const { headers, text } = yield* get(`${url}/metrics`)
      assert.include(headers.get("content-type") ?? "", "version=0.0.4")
      const samples = new Map(
        text
          .split("\n")
          .filter((line) => line !== "" && !line.startsWith("#"))
          .map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ") + 1))])
      )
      const of = (name: string, labels: string) =>
        [...samples].find(
          ([key]) => key.startsWith(`${name}{`) && labels.split(" ").every((label) => key.includes(label))
        )
      assert.strictEqual(of("scanjobs_connection_failing", 'connection="globex"')?.[1], 1)
      assert.strictEqual(of("scanjobs_connection_failing", 'connection="acme"')?.[1], 0)
      assert.strictEqual(of("scanjobs_runs_24h", 'connection="acme" state="failed"')?.[1], 1)
      assert.strictEqual(of("scanjobs_planned_24h", 'connection="acme" verdict="missed"')?.[1], 1)
      assert.isAbove(of("scanjobs_last_complete_timestamp_seconds", 'connection="acme"')?.[1] ?? 0, 1e9)
    }).pipe(Effect.scoped)
  )

  it.live("/calendar.ics has one event for each planned run, with short lines and an id that stays", () =>
    Effect.gen(function* () {
      const { url } = yield* serve()
      const { headers, text } = yield* get(`${url}/calendar.ics`)
      assert.include(headers.get("content-type") ?? "", "text/calendar")
      const uids = text.match(/^UID:.*$/gm) ?? []
      assert.strictEqual(uids.length, 3)
      assert.strictEqual(new Set(uids).size, 3)
      assert.deepStrictEqual((yield* get(`${url}/calendar.ics`)).text.match(/^UID:.*$/gm), uids)
      assert.include(text, "SUMMARY:Missed: Weekly audit")
      for (const line of text.trimEnd().split("\r\n")) {
        assert.isAtMost(Buffer.byteLength(line), 75)
        assert.notInclude(line, "\n")
      }
      const { text: one } = yield* get(`${url}/calendar.ics?connection=globex`)
      assert.strictEqual(one.match(/^UID:/gm)?.length, 1)
    }).pipe(Effect.scoped)
  )
})

describe("who may read", () => {
  const token = Redacted.make("a-token-of-some-length")

  it.live("names of other machines are refused without a token", () =>
    Effect.gen(function* () {
      const { url } = yield* serve()
      assert.strictEqual(yield* statusFor(`${url}/api/v1/jobs`, "evil.example"), 421)
      assert.strictEqual(yield* statusFor(`${url}/healthz`, "localhost:4700"), 200)
    }).pipe(Effect.scoped)
  )

  it.live("everything of the API wants the token", () =>
    Effect.gen(function* () {
      const { url } = yield* serve(token)
      for (const path of [
        "connections",
        "definitions",
        "jobs",
        "jobs/x",
        "changes",
        "timeline",
        "timeline/rows",
        "overview",
        "attention",
        "events",
        "health"
      ]) {
        const { headers, status } = yield* get(`${url}/api/v1/${path}`)
        assert.strictEqual(status, 401, path)
        assert.include(headers.get("content-type") ?? "", "application/problem+json")
        assert.strictEqual((yield* get(`${url}/api/v1/${path}`, { authorization: "Bearer wrong" })).status, 401, path)
      }
      const { status } = yield* get(`${url}/api/v1/jobs`, { authorization: `Bearer ${Redacted.value(token)}` })
      assert.strictEqual(status, 200)
    }).pipe(Effect.scoped)
  )

  it.live("so do the metrics and the calendar, which a key of its own opens, too, and nothing else", () =>
    Effect.gen(function* () {
      const { url } = yield* serve(token)
      const key = Server.calendarKey(token)
      const statusOf = (path: string, headers = {}) => Effect.map(get(url + path, headers), ({ status }) => status)
      const bearer = { authorization: `Bearer ${Redacted.value(token)}` }
      for (const path of ["/metrics", "/calendar.ics"]) {
        assert.strictEqual(yield* statusOf(path), 401)
        assert.strictEqual(yield* statusOf(path, bearer), 200)
      }
      assert.strictEqual(yield* statusOf(`/calendar.ics?key=${key}`), 200)
      assert.strictEqual(yield* statusOf(`/calendar.ics?key=${key.slice(1)}`), 401)
      assert.strictEqual(yield* statusOf(`/metrics?key=${key}`), 401)
      assert.strictEqual(yield* statusOf("/api/v1/jobs", { authorization: `Bearer ${key}` }), 401)
    }).pipe(Effect.scoped)
  )

  it.live(
    "signing in gives a cookie that no script reads and no other site sends, and ten wrong tokens are enough",
    () =>
      Effect.gen(function* () {
        const { url } = yield* serve(token)
        const signIn = (text: string) =>
          HttpClient.execute(HttpClientRequest.post(`${url}/session`).pipe(HttpClientRequest.bodyText(text))).pipe(
            Effect.provide(FetchHttpClient.layer)
          )
        const { headers, status } = yield* signIn(Redacted.value(token))
        assert.strictEqual(status, 204)
        const cookie = headers["set-cookie"] ?? ""
        assert.match(cookie, /HttpOnly/)
        assert.match(cookie, /SameSite=Strict/)
        const answer = yield* get(`${url}/api/v1/jobs`, { cookie: cookie.split(";")[0] ?? "" })
        assert.strictEqual(answer.status, 200)
        assert.strictEqual((yield* signIn(Redacted.value(token).padEnd(2000))).status, 401)
        for (let n = 1; n < 10; n++) assert.strictEqual((yield* signIn("wrong")).status, 401)
        assert.strictEqual((yield* signIn("wrong")).status, 429)
      }).pipe(Effect.scoped)
  )

  it.live("no answer may be framed, sniffed, or asked for by another origin", () =>
    Effect.gen(function* () {
      const { url } = yield* serve()
      for (const path of ["/healthz", "/api/v1/jobs", "/openapi.json"]) {
        const { headers } = yield* get(url + path, { origin: "https://evil.example" })
        const policy = headers.get("content-security-policy") ?? ""
        assert.include(policy, "frame-ancestors 'none'")
        assert.notInclude(policy, "unsafe-inline")
        assert.strictEqual(headers.get("x-content-type-options"), "nosniff")
        assert.isNull(headers.get("access-control-allow-origin"))
      }
    }).pipe(Effect.scoped)
  )
})

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0

describe.skipIf(!hasOpenssl)("a server with a certificate (skipped where there is no openssl to make one)", () => {
  it.live("shows a renewed certificate to who connects from then on", () =>
    Effect.gen(function* () {
      const [first, second] = [yield* selfSigned, yield* selfSigned]
      const renewals = yield* Queue.unbounded<Server.Tls>()
      const { url } = yield* serveFilled(Effect.void, { tls: first, renewals: Stream.fromQueue(renewals) })
      const port = Number(new URL(url).port)
      const shown = Effect.callback<string>((resume) => {
        const socket = connectSecurely({ host: "127.0.0.1", port, rejectUnauthorized: false }, () => {
          resume(Effect.succeed(socket.getPeerX509Certificate()?.toString() ?? ""))
          socket.destroy()
        })
      })
      assert.strictEqual(yield* shown, first.certificate)
      yield* Queue.offer(renewals, second)
      while ((yield* shown) === first.certificate) yield* Effect.sleep("20 millis")
      assert.strictEqual(yield* shown, second.certificate)
    }).pipe(Effect.scoped)
  )

  it.live("speaks HTTPS, and its cookie goes nowhere else", () =>
    Effect.gen(function* () {
      const tls = yield* selfSigned
      const { certificate } = tls
      const { url } = yield* serve(Redacted.make("a-token-of-some-length"), tls)
      const answer = yield* Effect.callback<{ readonly status: number; readonly cookies: ReadonlyArray<string> }>(
        (resume) => {
          secureRequest(`${url}/session`, { method: "POST", ca: certificate }, (given) => {
            given.resume()
            resume(Effect.succeed({ status: given.statusCode ?? 0, cookies: given.headers["set-cookie"] ?? [] }))
          }).end("a-token-of-some-length")
        }
      )
      assert.strictEqual(answer.status, 204)
      assert.match(answer.cookies[0] ?? "", /; Secure/)
      const plain = yield* Effect.promise(() =>
        fetch(url.replace("https:", "http:")).then(
          () => "answered",
          () => "refused"
        )
      )
      assert.strictEqual(plain, "refused")
    }).pipe(Effect.scoped)
  )
})
