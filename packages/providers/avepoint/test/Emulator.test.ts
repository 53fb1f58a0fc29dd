import { assert, describe, it } from "@effect/vitest"
import * as AvePointEmulator from "@scanjobs/avepoint/emulator"
import { Effect, Schema } from "effect"
import { TestClock } from "effect/testing"
import { createHash, sign, X509Certificate } from "node:crypto"
import { readFileSync } from "node:fs"
import published from "./fixtures/jobs.json" with { type: "json" }

const pem = (name: string) => readFileSync(new URL(`./fixtures/test-only.${name}.pem`, import.meta.url), "utf8")

const scope = "autodiscovery.readwrite.all"

const decodeToken = Schema.decodeUnknownSync(
  Schema.Struct({
    access_token: Schema.optionalKey(Schema.String),
    error_description: Schema.optionalKey(Schema.String)
  })
)

const decodePage = Schema.decodeUnknownSync(
  Schema.Struct({
    jobs: Schema.Array(Schema.Struct({ id: Schema.String, finishTime: Schema.Any, state: Schema.Any })),
    nextLink: Schema.optionalKey(Schema.NullOr(Schema.String)),
    totalCount: Schema.optionalKey(Schema.Finite)
  })
)

/** Speaks to the emulator as `curl` would: no schema of ours, no client of ours. */
const talkTo = ({ baseUrl, settings }: AvePointEmulator.AvePointEmulator) => {
  const requestToken = (form: Record<string, string>) =>
    Effect.promise(async () => {
      const response = await fetch(settings.tokenUrl, { method: "POST", body: new URLSearchParams(form) })
      return { status: response.status, ...decodeToken(await response.json()) }
    })
  const token = Effect.map(
    requestToken({
      grant_type: "client_credentials",
      client_id: settings.clientId,
      client_secret: settings.clientSecret,
      scope
    }),
    ({ access_token = "" }) => access_token
  )
  const get = (url: string, bearer?: string) =>
    Effect.gen(function* () {
      const authorization = `Bearer ${bearer ?? (yield* token)}`
      return yield* Effect.promise(async () => {
        const response = await fetch(new URL(url, baseUrl), { headers: { authorization } })
        const body: unknown = await response.json()
        return { status: response.status, headers: response.headers, body }
      })
    })
  const page = (url: string) => Effect.map(get(url), ({ body }) => decodePage(body))
  /** Follows links, ten at most. */
  const walk = (url: string) =>
    Effect.gen(function* () {
      const ids: Array<ReadonlyArray<string>> = []
      const links: Array<string> = []
      let next: string | null | undefined = url
      while (next !== undefined && next !== null && next !== "" && ids.length < 10) {
        const { jobs, nextLink }: ReturnType<typeof decodePage> = yield* page(next)
        ids.push(jobs.map(({ id }) => id))
        if (typeof nextLink === "string") links.push(nextLink)
        next = nextLink
      }
      return { ids, links }
    })
  return { requestToken, token, get, page, walk }
}

const jobAt = (hour: number): AvePointEmulator.Job => ({
  id: `Scan${hour}`,
  type: 0,
  state: 2,
  startTime: `2026-01-01T${String(hour).padStart(2, "0")}:00:00.1234567+00:00`,
  finishTime: `2026-01-01T${String(hour).padStart(2, "0")}:30:00.0000000+00:00`,
  scanProfileName: "profile",
  category: 0,
  extension: null
})

const jobs = (count: number) => Array.from({ length: count }, (_, index) => jobAt(index))
const ids = (...hours: ReadonlyArray<number>) => hours.map((hour) => `Scan${hour}`)
const oldest = "/aos/jobs?orderby=StartTime&sortorder=0"

describe("the AvePoint emulator", () => {
  it.effect("answers the documented request as documented, except for its own address", () =>
    Effect.gen(function* () {
      const quirks = { links: "pages", end: "always", total: "page" } as const
      const emulator = yield* AvePointEmulator.serve({ jobs: AvePointEmulator.published, quirks })
      const { body, status } = yield* talkTo(emulator).get("/aos/jobs?top=2&orderby=StartTime&sortorder=1")
      assert.strictEqual(status, 200)
      const nextLink = published.nextLink.replace("https://graph-us.avepointonlineservices.com", emulator.baseUrl)
      assert.deepStrictEqual(body, { ...published, nextLink })
    })
  )

  it.effect("orders by start time, whatever the order of its jobs", () =>
    Effect.gen(function* () {
      const { page } = talkTo(yield* AvePointEmulator.serve({ jobs: [jobAt(2), jobAt(0), jobAt(1)] }))
      const idsOf = (url: string) => Effect.map(page(url), (answer) => answer.jobs.map(({ id }) => id))
      assert.deepStrictEqual(yield* idsOf("/aos/jobs?sortorder=0"), ids(0, 1, 2))
      assert.deepStrictEqual(yield* idsOf("/aos/jobs?sortorder=1"), ids(2, 1, 0))
      assert.deepStrictEqual(yield* idsOf("/aos/jobs?sortorder=1&top=1&skip=1"), ids(1))
      assert.deepStrictEqual(yield* idsOf("/aos/jobs?search=Scan1"), ids(1))
      assert.deepStrictEqual(yield* idsOf("/aos/jobs?skip=3"), [])
    })
  )

  it.effect("counts items, pages, or one less in its links", () =>
    Effect.gen(function* () {
      const walk = (links: AvePointEmulator.Quirks["links"]) =>
        Effect.gen(function* () {
          const emulator = yield* AvePointEmulator.serve({ jobs: jobs(5), quirks: { links } })
          const walked = yield* talkTo(emulator).walk(`${oldest}&top=2`)
          return { ids: walked.ids, links: walked.links.map((link) => link.replace(emulator.baseUrl, "HOST")) }
        })
      const to = (skip: number, host = "HOST") => `${host}${oldest}&top=2&skip=${skip}`
      const pages = [ids(0, 1), ids(2, 3), ids(4)]
      assert.deepStrictEqual(yield* walk("items"), { ids: pages, links: [to(2), to(4)] })
      assert.deepStrictEqual(yield* walk("pages"), { ids: pages, links: [to(1), to(2)] })
      assert.deepStrictEqual(yield* walk("relative"), { ids: pages, links: [to(2, ""), to(4, "")] })
      assert.deepStrictEqual(yield* walk("overlap"), {
        ids: [ids(0, 1), ids(1, 2), ids(2, 3), ids(3, 4)],
        links: [to(1), to(2), to(3)]
      })
    })
  )

  it.effect("ends its links in every expected way, or not at all", () =>
    Effect.gen(function* () {
      const last = (end: AvePointEmulator.Quirks["end"]) =>
        Effect.gen(function* () {
          const { page } = talkTo(yield* AvePointEmulator.serve({ jobs: jobs(2), quirks: { end } }))
          return yield* page(`${oldest}&top=2`)
        })
      assert.notProperty(yield* last("absent"), "nextLink")
      assert.isNull((yield* last("null")).nextLink)
      assert.strictEqual((yield* last("empty")).nextLink, "")
      const { walk } = talkTo(yield* AvePointEmulator.serve({ jobs: jobs(2), quirks: { end: "always" } }))
      assert.deepStrictEqual((yield* walk(`${oldest}&top=1`)).ids, [
        ids(0),
        ids(1),
        ...Array.from({ length: 8 }, () => [])
      ])
    })
  )

  it.effect("links in circles, and to other hosts, if asked to", () =>
    Effect.gen(function* () {
      const walk = (loop: "same" | "first") =>
        Effect.gen(function* () {
          const { walk } = talkTo(yield* AvePointEmulator.serve({ jobs: jobs(6), quirks: { loop } }))
          return (yield* walk(`${oldest}&top=2`)).ids.slice(0, 4)
        })
      assert.deepStrictEqual(yield* walk("same"), [ids(0, 1), ids(2, 3), ids(2, 3), ids(2, 3)])
      assert.deepStrictEqual(yield* walk("first"), [ids(0, 1), ids(2, 3), ids(0, 1), ids(2, 3)])
      const quirks = { foreign: "https://elsewhere.example" }
      const { page } = talkTo(yield* AvePointEmulator.serve({ jobs: jobs(6), quirks }))
      assert.strictEqual((yield* page(`${oldest}&top=2`)).nextLink, `https://elsewhere.example${oldest}&top=2&skip=2`)
    })
  )

  it.effect("states the total that it is asked to state", () =>
    Effect.gen(function* () {
      const total = (total: AvePointEmulator.Quirks["total"]) =>
        Effect.gen(function* () {
          const { page } = talkTo(yield* AvePointEmulator.serve({ jobs: jobs(5), quirks: { total } }))
          return (yield* page(`${oldest}&top=2`)).totalCount
        })
      assert.strictEqual(yield* total("grand"), 5)
      assert.strictEqual(yield* total("page"), 2)
      assert.strictEqual(yield* total(9999), 9999)
      assert.isUndefined(yield* total("absent"))
    })
  )

  it.effect("keeps search in its links, or drops it", () =>
    Effect.gen(function* () {
      const link = (dropsSearch: boolean) =>
        Effect.gen(function* () {
          const emulator = yield* AvePointEmulator.serve({ jobs: jobs(1), quirks: { dropsSearch, end: "always" } })
          return (yield* talkTo(emulator).page("/aos/jobs?search=Scan0&top=1")).nextLink?.replace(emulator.baseUrl, "")
        })
      assert.strictEqual(yield* link(false), "/aos/jobs?search=Scan0&top=1&skip=1")
      assert.strictEqual(yield* link(true), "/aos/jobs?top=1&skip=1")
    })
  )

  it.effect("adds jobs while the listing is read", () =>
    Effect.gen(function* () {
      const emulator = yield* AvePointEmulator.serve({ jobs: jobs(4), arriving: [jobAt(10), jobAt(11)] })
      const newest = "/aos/jobs?orderby=StartTime&sortorder=1&top=2"
      assert.deepStrictEqual((yield* talkTo(emulator).walk(newest)).ids, [ids(3, 2), ids(2, 1), ids(1, 0)])
      yield* emulator.insert([jobAt(12)])
      const { jobs: now } = yield* talkTo(emulator).page(newest)
      assert.deepStrictEqual(
        now.map(({ id }) => id),
        ids(12, 11)
      )
    })
  )

  it.effect("writes enums and missing ends in every known form", () =>
    Effect.gen(function* () {
      const running = { ...jobAt(0), state: 1, finishTime: null }
      const row = (quirks: Partial<AvePointEmulator.Quirks>) =>
        Effect.gen(function* () {
          const { get } = talkTo(yield* AvePointEmulator.serve({ jobs: [running], quirks }))
          const { body } = yield* get("/aos/jobs")
          return Schema.decodeUnknownSync(Schema.Struct({ jobs: Schema.Tuple([Schema.Any]) }))(body).jobs[0]
        })
      assert.deepStrictEqual(yield* row({}), running)
      assert.deepInclude(yield* row({ enums: "digits" }), { type: "0", state: "1", category: "0" })
      assert.deepInclude(yield* row({ enums: "names" }), { state: "Running", category: "Microsoft365" })
      assert.notProperty(yield* row({ unfinished: "missing" }), "finishTime")
      assert.deepInclude(yield* row({ unfinished: "empty" }), { finishTime: "" })
      assert.deepInclude(yield* row({ unfinished: "N/A" }), { finishTime: "N/A" })
      assert.deepInclude(yield* row({ unfinished: "yearOne" }), { finishTime: "0001-01-01T00:00:00.0000000+00:00" })
    })
  )

  it.effect("accepts exactly the documented parameters and ranges", () =>
    Effect.gen(function* () {
      const emulator = yield* AvePointEmulator.serve({ jobs: jobs(1) })
      const { get } = talkTo(emulator)
      const answers = yield* Effect.forEach(
        ["top=0", "top=1001", "top=ten", "skip=-1", "sortorder=2", "orderby=Name", "state=3", "top=1&top=2"],
        (query) => get(`/aos/jobs?${query}`)
      )
      assert.deepStrictEqual(
        answers.map(({ status }) => status),
        answers.map(() => 400)
      )
      assert.strictEqual((yield* emulator.ledger.violations).length, answers.length)
      assert.strictEqual((yield* get("/aos/jobs?top=1000")).status, 200)
    })
  )

  it.effect("sends a request id with every answer, and in the body of errors", () =>
    Effect.gen(function* () {
      const { get } = talkTo(yield* AvePointEmulator.serve({ jobs: jobs(1) }))
      const refused = yield* get("/aos/jobs", "made-up")
      const traceId = refused.headers.get("request-id")
      assert.isNotNull(traceId)
      assert.strictEqual(refused.status, 401)
      assert.strictEqual(refused.headers.get("www-authenticate"), `Bearer error="invalid_token"`)
      const error = "The access token is missing, expired or not valid."
      assert.deepStrictEqual(refused.body, { traceId, error, statusCode: 401 })
      const good = yield* get("/aos/jobs")
      assert.isNotNull(good.headers.get("request-id"))
      assert.notStrictEqual(good.headers.get("request-id"), traceId)
    })
  )

  it.effect("accepts a token until it expires or is revoked", () =>
    Effect.gen(function* () {
      const emulator = yield* AvePointEmulator.serve({ jobs: jobs(1), tokenLife: "2 minutes" })
      const { get, token } = talkTo(emulator)
      const first = yield* token
      assert.strictEqual((yield* get("/aos/jobs", first)).status, 200)
      yield* TestClock.adjust("2 minutes")
      assert.strictEqual((yield* get("/aos/jobs", first)).status, 401)
      const second = yield* token
      yield* emulator.tokens.revokeAll
      assert.strictEqual((yield* get("/aos/jobs", second)).status, 401)
      assert.strictEqual((yield* emulator.tokens.issued).length, 2)
    })
  )

  it.effect("generates equal jobs for equal seeds, in order and none in the future", () =>
    Effect.gen(function* () {
      const now = Date.UTC(2026, 0, 15, 10)
      yield* TestClock.setTime(now)
      const made = yield* AvePointEmulator.generate({ jobs: 500, seed: "a" })
      assert.deepStrictEqual(made, yield* AvePointEmulator.generate({ jobs: 500, seed: "a" }))
      assert.notDeepEqual(made, yield* AvePointEmulator.generate({ jobs: 500, seed: "b" }))
      const starts = made.map(({ startTime }) => startTime)
      assert.deepStrictEqual(starts, starts.toSorted())
      assert.strictEqual(new Set(made.map(({ id }) => id)).size, 500)
      for (const { finishTime, startTime, state } of made) {
        assert.match(startTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}\+00:00$/)
        assert.isBelow(Date.parse(startTime), now)
        assert.strictEqual(finishTime === null, state === 1 || state === 6)
        if (typeof finishTime === "string") assert.isAtMost(Date.parse(finishTime), now)
      }
    })
  )

  it.effect("generates the same jobs tomorrow, and new ones", () =>
    Effect.gen(function* () {
      const now = Date.UTC(2026, 0, 15, 10)
      yield* TestClock.setTime(now)
      const today = yield* AvePointEmulator.generate({ jobs: 100 })
      yield* TestClock.setTime(now + 24 * 3_600_000)
      const tomorrow = yield* AvePointEmulator.generate({ jobs: 100 })
      assert.deepStrictEqual(tomorrow.slice(0, 88), today.slice(8, 96))
      assert.notDeepEqual(tomorrow.at(-1), today.at(-1))
    })
  )

  it.effect("generates millions of jobs on access, within ten years", () =>
    Effect.gen(function* () {
      const now = Date.UTC(2026, 0, 15, 10)
      yield* TestClock.setTime(now)
      const many = yield* AvePointEmulator.lazily({ jobs: 5_000_000 })
      const emulator = yield* AvePointEmulator.serve({ jobs: many })
      const { page } = talkTo(emulator)
      const first = yield* page("/aos/jobs?top=2")
      assert.deepStrictEqual([first.jobs.length, first.totalCount], [2, 5_000_000])
      const last = yield* page("/aos/jobs?top=5&skip=4999998")
      assert.deepStrictEqual(
        last.jobs.map(({ id }) => id),
        [many.at(1).id, many.at(0).id]
      )
      assert.isAbove(Date.parse(many.at(0).startTime), now - 11 * 365 * 24 * 3_600_000)
    })
  )
})

describe("its token server", () => {
  const certificate = pem("certificate")
  const x5t = createHash("sha1").update(new X509Certificate(certificate).raw).digest("base64url")
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url")
  const assertion = (claims: object, header: object = {}, key = pem("pkcs8.key")) => {
    const signed = `${encode({ alg: "RS256", typ: "JWT", x5t, ...header })}.${encode(claims)}`
    return `${signed}.${sign("RSA-SHA256", Buffer.from(signed), key).toString("base64url")}`
  }

  const prove = Effect.gen(function* () {
    yield* TestClock.setTime(Date.UTC(2026, 0, 15))
    const now = Date.UTC(2026, 0, 15) / 1000
    const emulator = yield* AvePointEmulator.serve({ jobs: jobs(1), certificate })
    const { clientId, tokenUrl } = emulator.settings
    const claims = { iss: clientId, sub: clientId, aud: tokenUrl, nbf: now, exp: now + 600 }
    const ask = (client_assertion: string) =>
      talkTo(emulator).requestToken({
        grant_type: "client_credentials",
        scope,
        client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        client_assertion
      })
    return { ask, claims, now, emulator }
  })

  it.effect("accepts an assertion signed by the certificate's key, in either form of the key", () =>
    Effect.gen(function* () {
      const { ask, claims, emulator } = yield* prove
      const { access_token = "", status } = yield* ask(assertion({ ...claims, jti: "1" }))
      assert.strictEqual(status, 200)
      assert.strictEqual((yield* talkTo(emulator).get("/aos/jobs", access_token)).status, 200)
      assert.strictEqual((yield* ask(assertion({ ...claims, jti: "2" }, {}, pem("pkcs1.key")))).status, 200)
    })
  )

  it.effect("accepts no other", () =>
    Effect.gen(function* () {
      const { ask, claims, emulator, now } = yield* prove
      yield* ask(assertion({ ...claims, jti: "used" }))
      const [head, , signature] = assertion({ ...claims, jti: "1" }).split(".")
      const refused = yield* Effect.forEach(
        [
          assertion({ ...claims, jti: "used" }),
          assertion({ ...claims, jti: "2", aud: "https://identity.example/connect/token" }),
          assertion({ ...claims, jti: "3", exp: now + 7200 }),
          assertion({ ...claims, jti: "4", exp: now - 1 }),
          assertion({ ...claims, jti: "5", nbf: now + 600 }),
          assertion({ ...claims, jti: "6", iss: "another" }),
          assertion({ ...claims, jti: "7" }, { x5t: "AAAA" }),
          assertion({ ...claims, jti: "8" }, { alg: "HS256" }),
          assertion(claims),
          `${head}.${encode({ ...claims, jti: "9" })}.${signature}`,
          "nonsense"
        ],
        ask
      )
      assert.deepStrictEqual(
        refused.map(({ error_description, status }) => [status, error_description]),
        [
          [400, "jti was used before"],
          [400, `aud is not ${emulator.settings.tokenUrl}`],
          [400, "exp is more than an hour ahead"],
          [400, "the assertion has expired"],
          [400, "nbf is ahead"],
          [400, "iss, sub and client_id differ"],
          [400, "x5t is not the certificate's thumbprint"],
          [
            400,
            "the assertion is no JWT with alg RS256 and x5t, PS256 and x5t#S256, or a kid, and iss, sub, aud, jti and exp"
          ],
          [
            400,
            "the assertion is no JWT with alg RS256 and x5t, PS256 and x5t#S256, or a kid, and iss, sub, aud, jti and exp"
          ],
          [400, "the signature is not that of the client's key"],
          [
            400,
            "the assertion is no JWT with alg RS256 and x5t, PS256 and x5t#S256, or a kid, and iss, sub, aud, jti and exp"
          ]
        ]
      )
    })
  )
})
