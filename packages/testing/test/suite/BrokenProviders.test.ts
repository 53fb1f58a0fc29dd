import { Credential, Format, Paging, Time } from "@scanjobs/core"
import { Conformance, Faults } from "@scanjobs/testing"
import { assert, describe, it } from "@effect/vitest"
import { Config, Effect, Exit, Option, Redacted, Schema } from "effect"
import { Hex } from "effect/encoding"
import { HttpClient, HttpClientResponse } from "effect/http"
import { HttpApiSecurity } from "effect/http-api"
import { env } from "node:process"
import { byCount, fields, type Parts, problem, states, subject } from "../Nightly.ts"

// On a machine elsewhere, a provider that takes times for the machine's own fails more checks.
env["TZ"] = "UTC"

type Listing = "runs" | "plans"

/** Whether every broken provider runs every check, not only the usual ones and those that must catch it. */
const isWhole = Config.Boolean("BROKEN_PROVIDERS_WHOLE").pipe(Config.withDefault(false))

const usual: ReadonlyArray<string> = ["C03", "C04"]

/** The checks that a provider fails, out of the named ones or all, and how many are blocked. */
const verdictOf = (parts: Parts, listings: ReadonlyArray<Listing>, named?: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const asked = (id: string) => named === undefined || named.includes(id)
    const failed: Array<string> = []
    const messages: Array<string> = []
    let blocked = 0
    yield* Effect.forEach(
      Conformance.checks(subject(parts, listings)).filter(({ id, skip }) => skip === undefined && asked(id)),
      ({ id, run }) =>
        Effect.map(Effect.exit(Effect.scoped(run)), (exit) => {
          const failure = Option.getOrUndefined(Exit.findErrorOption(exit))
          if (failure?._tag === "Blocked") blocked++
          else if (!Exit.isSuccess(exit)) {
            failed.push(id)
            messages.push(failure?.message ?? String(exit.cause))
          }
        }),
      { concurrency: 6, discard: true }
    )
    return { failed: failed.toSorted(), messages, blocked }
  })

/** A position kept between two pages outside of the request. */
const forgetful = (): Parts => {
  const places = new WeakMap<object, number>()
  return {
    first: (connection) => void places.set(connection, 0),
    next: ({ body, connection, request: { query } }) => {
      const received = body.runs?.length ?? 0
      const from = (places.get(connection) ?? 0) + received
      places.set(connection, from)
      return received === 0 ? undefined : { query: { ...query, from } }
    }
  }
}

/** The size of a page, kept outside of the request. */
const sized = (): Parts => {
  let size = 0
  return {
    first: ({ pageSize }) => {
      size = pageSize
    },
    next: ({ body, request: { query } }) =>
      (body.runs?.length ?? 0) === 0 ? undefined : { query: { ...query, from: query.from + size } }
  }
}

/** Ids that are numbers of rows, counted in a variable. */
const numbering = (isReset: boolean): Parts => {
  let count = 0
  return {
    first: () => {
      if (isReset) count = 0
    },
    job: ({ id }) => ({ vendorId: isReset ? `run ${++count}` : `${String(id)} of ${++count}` })
  }
}

/** The second and the third page in each other's place. */
const swapped: Parts["next"] = ({ body, request: { query } }) => {
  const page = query.from / query.top
  const next = { 0: 2, 2: 1, 1: 3 }[page] ?? page + 1
  return page > 2 && body.runs?.length === 0 ? undefined : { query: { ...query, from: next * query.top } }
}

/** A credential that the vendor is asked about, with a request of its own. */
const asking =
  (ask: (client: HttpClient.HttpClient, address: string, token: string) => Effect.Effect<unknown, unknown>) =>
  (token: Redacted.Redacted, baseUrl: string): Credential.Credential<never, HttpClient.HttpClient> =>
    Credential.fromEffect(
      Effect.flatMap(HttpClient.HttpClient, (client) => ask(client, `${baseUrl}/token`, Redacted.value(token))).pipe(
        Effect.ignore,
        Effect.as(token)
      )
    )

/** One token for all connections, which the next refusal replaces. */
const sharing = () => {
  let known: Redacted.Redacted | undefined
  return (token: Redacted.Redacted): Credential.Credential =>
    ({ secrets }) =>
      Effect.sync(() => {
        secrets.add(Redacted.value(token))
        return {
          get: Effect.sync(() => (known ??= token)),
          reject: () =>
            Effect.sync(() => {
              known = token
            }),
          renewable: true
        }
      })
}

/** A credential that asks the vendor for its first rows, before each page. */
const asks = (around: (request: Effect.Effect<unknown, unknown>) => Effect.Effect<unknown, unknown>) =>
  asking((client, address) => {
    const first = client.get(address.replace("/token", "/runs?from=0&top=1"))
    return around(Effect.flatMap(first, ({ text }) => text))
  })

/** Takes the rows of an answer that is cut off for a page. */
const lenient: Format.Format = {
  ...Format.json,
  parse: (text) =>
    Format.json
      .parse(text)
      .pipe(
        Effect.catch(() => Format.json.parse(`${text.slice(0, text.lastIndexOf("},") + 1)}],"total":0,"more":null}`))
      )
}

const mistakes: ReadonlyArray<
  readonly [mistake: string, parts: Parts, listing: Listing, caughtBy: ReadonlyArray<Conformance.CheckId>]
> = [
  [
    "describes its rows by a schema that cannot be compiled",
    { row: Schema.Struct({ ...fields, size: Schema.optional(Schema.String) }) },
    "runs",
    ["C20", "C34"]
  ],
  [
    "sends its token in a header that the vendor does not read",
    { security: HttpApiSecurity.apiKey({ in: "header", key: "x-token" }) },
    "runs",
    ["C02"]
  ],
  ["names the page just read as the next one", { next: ({ request }) => request }, "runs", ["C04"]],
  [
    "leaves out a row between two pages",
    {
      next: (turn) => {
        const next = byCount(turn)
        return next && { query: { ...next.query, from: next.query.from + 1 } }
      }
    },
    "runs",
    ["C04"]
  ],
  [
    "fails on an empty listing",
    {
      next: (turn) => {
        if (turn.body.runs?.length === 0 && turn.request.query.from === 0) throw new Error("nothing to divide by")
        return byCount(turn)
      }
    },
    "runs",
    ["C05"]
  ],
  ["takes the page's size for the number of all rows", { total: () => 5 }, "runs", ["C05", "C07", "C08", "C23", "C36"]],
  [
    "takes a link apart and drops its host",
    {
      follow: ({ body, request: { query } }) =>
        body.more === null
          ? undefined
          : { query: { ...query, from: Number(new URL(body.more).searchParams.get("from")) } }
    },
    "plans",
    ["C09"]
  ],
  [
    "takes seconds for milliseconds",
    {
      rejection: (answer) =>
        answer.status === 429
          ? { code: null, message: null, retryAfter: Number(answer.headers["retry-after"] ?? 0) }
          : problem(answer)
    },
    "runs",
    ["C10", "C12"]
  ],
  ["does not see the error under 200", { rejection: () => undefined }, "runs", ["C14"]],
  [
    "does not take a state that it does not know",
    { row: Schema.Struct({ ...fields, state: Schema.Literals(["done", "broken"]) }) },
    "runs",
    ["C19"]
  ],
  [
    "makes its own row of the vendor's",
    { row: Schema.Struct({ ...fields, batch: Schema.Trim }) },
    "runs",
    ["C20", "C34"]
  ],
  ["does without an id", { row: Schema.Struct({ ...fields, id: Schema.optionalKey(Schema.String) }) }, "runs", ["C21"]],
  ["takes anything for an id", { row: Schema.Struct({ ...fields, id: Schema.Any }) }, "runs", ["C22"]],
  ["keeps its place outside of the request", forgetful(), "runs", ["C23", "C33"]],
  ["puts its secret into a job's name", { job: (_, secret) => ({ name: `a run of ${secret}` }) }, "runs", ["C26"]],
  ["takes what several rows share for their id", { job: ({ batch }) => ({ vendorId: batch }) }, "runs", ["C04"]],
  [
    "does not read the zone of a time",
    { job: ({ at }) => ({ startTime: Time.fromIso(`${at.slice(0, 19)}Z`) }) },
    "runs",
    ["C28"]
  ],
  ["makes NaN of a time that is none", { job: ({ at }) => ({ startTime: Date.parse(at) }) }, "runs", ["C28"]],
  ["does not say that a list has no end", { endless: false }, "plans", ["C29"]],
  [
    "believes the total",
    {
      next: (turn) => {
        const next = byCount(turn)
        return next !== undefined && next.query.from < turn.body.total ? next : undefined
      }
    },
    "runs",
    ["C30"]
  ],
  ["takes no notice of the total", { total: () => Number.NaN }, "runs", ["C36"]],
  [
    "promises an order that the vendor does not keep",
    { order: () => "descending", since: () => undefined },
    "runs",
    ["C35"]
  ],
  [
    "promises the order that is asked for, whatever the vendor's is",
    { order: (asked) => asked ?? "ascending", since: () => undefined },
    "runs",
    ["C35"]
  ],
  [
    "leaves out what ends behind `until`",
    { keeps: ({ at }, { until = Number.POSITIVE_INFINITY }) => Date.parse(at) + 1_200_000 < until },
    "runs",
    ["C35"]
  ],
  ["asks for larger pages than the vendor takes where nobody says how large", { defaultSize: 500 }, "runs", ["C50"]],
  ["finds no rows", { rows: () => [] }, "runs", ["C03", "C04"]],
  [
    "takes a page without rows for the end",
    { follow: ({ body }) => (body.runs?.length === 0 ? undefined : Paging.link(body.more)) },
    "plans",
    ["C47"]
  ],
  [
    "takes a link to a page that it has read for the end",
    {
      follow: ({ body, request }) => {
        const place = body.more === null ? null : new URL(body.more).searchParams.get("from")
        return place === null || Number(place) <= request.query.from ? undefined : Paging.link(body.more)
      },
      total: () => Number.NaN
    },
    "plans",
    ["C07", "C08"]
  ],
  [
    "fails on the page behind a full last one",
    {
      next: ({ body, request: { query } }) => {
        const received = body.runs?.length ?? 0
        if (received === 0 && query.from > 0) throw new Error("nothing to divide by")
        return received < query.top ? undefined : { query: { ...query, from: query.from + received } }
      }
    },
    "runs",
    ["C04", "C06", "C23", "C25", "C35", "C40"]
  ],
  ["leaves out jobs whose state it does not know", { keeps: ({ state }) => state in states }, "runs", ["C19"]],
  ["reads the third page before the second", { next: swapped }, "runs", ["C35", "C42"]],
  [
    "gives the rows of a page backwards",
    { rows: ({ runs }) => (runs ?? []).toReversed() },
    "runs",
    ["C19", "C20", "C28", "C31", "C42"]
  ],
  ["counts a row less than the vendor", { total: ({ total }) => total - 1 }, "runs", ["C30", "C36"]],
  ["takes an answer without the list for an empty one", { lenient: true, total: () => Number.NaN }, "runs", ["C52"]],
  ["says that it holds no run that failed", { holds: { states: ["succeeded"] } }, "runs", ["C38", "C53"]],
  ["takes any refusal for an empty list", { skips: () => "there is nothing here" }, "runs", ["C41"]],
  [
    "takes whatever it may not read for an empty list",
    { skips: ({ status }) => (status === 403 ? "there is nothing here" : undefined) },
    "runs",
    ["C41"]
  ],
  [
    "takes the vendor's words for a missing permission for an empty list",
    { skips: ({ detail }) => (detail?.includes("permission") === true ? "there is nothing here" : undefined) },
    "runs",
    ["C41"]
  ],
  [
    "takes whatever it may not read of a list for its end",
    { ends: ({ status }) => (status === 403 ? "there is no such page" : undefined), total: () => Number.NaN },
    "runs",
    ["C46"]
  ],
  [
    "takes a vendor that is down for one that refuses",
    {
      rejection: (answer) => (answer.status === 503 ? { as: "Forbidden", code: null, message: null } : problem(answer))
    },
    "runs",
    ["C13"]
  ],
  [
    "takes a refused credential for a vendor that is down",
    {
      rejection: (answer) =>
        answer.status === 401 ? { as: "Unavailable", code: null, message: null } : problem(answer)
    },
    "runs",
    ["C02", "C18"]
  ],
  [
    "takes JSON that is called text for an error",
    {
      rejection: (answer) =>
        answer.headers["content-type"]?.startsWith("text/") === true
          ? { code: null, message: "no JSON" }
          : problem(answer)
    },
    "runs",
    ["C13", "C32"]
  ],
  [
    "puts its secret into a job's name in hexadecimal",
    { job: (_, secret) => ({ name: `a run of ${Hex.encode(secret)}` }) },
    "runs",
    ["C26"]
  ],
  [
    "tries again by itself",
    {
      credential: asking((client, address) =>
        client.get(address).pipe(Effect.flatMap(HttpClientResponse.filterStatusOk), Effect.retry({ times: 3 }))
      )
    },
    "runs",
    ["C02", "C04", "C35"]
  ],
  [
    "follows its token server to another host, with its secret",
    {
      credential: asking((client, address, token) =>
        HttpClient.followRedirects(client).get(address, { headers: { "x-secret": token } })
      )
    },
    "runs",
    ["C02", "C04", "C26", "C35"]
  ],
  [
    "does not read the zone of a finish time",
    { job: ({ end = "" }) => ({ finishTime: Time.fromIso(`${end.slice(0, 19)}Z`) }) },
    "runs",
    ["C49"]
  ],
  [
    "takes the start of a run for its end, and the end for its start",
    { job: ({ at, end }) => ({ startTime: Time.fromIso(end), finishTime: Time.fromIso(at) }) },
    "runs",
    ["C28", "C49"]
  ],
  [
    "asks the vendor for late rows only, where it wants those that failed",
    {
      since: (from, { states }) =>
        states?.includes("failed") === true ? Date.now() + 3 * 86_400_000 : from || undefined
    },
    "runs",
    ["C48"]
  ],
  [
    "takes a run that failed for one that succeeded",
    { job: ({ state }) => (state in states ? { state: "succeeded" } : {}) },
    "runs",
    ["C53"]
  ],
  ["asks the vendor for rows since too late", { since: (from) => from + 3 * 86_400_000 }, "runs", ["C35"]]
]

/**
 * What these providers depend on is shared by all readings: a variable, or the machine's time zone. So it depends on chance which
 * other checks they fail.
 */
const muddles: ReadonlyArray<readonly [mistake: string, parts: () => Parts, caughtBy: Conformance.CheckId]> = [
  ["counts the jobs for their ids", () => numbering(false), "C27"],
  ["numbers the rows of a listing for their ids", () => numbering(true), "C23"],
  ["keeps the size of a page outside of the request", sized, "C23"],
  [
    "takes a time for the machine's own where its zone is left out",
    () => ({ job: ({ at }) => ({ startTime: at.endsWith("Z") ? Date.parse(at.slice(0, -1)) : Time.fromIso(at) }) }),
    "C39"
  ],
  ["shares the token of one connection with another", () => ({ credential: sharing() }), "C40"]
]

/** What these providers ask for by themselves counts for many checks. */
const besides: ReadonlyArray<
  readonly [mistake: string, parts: Parts, listing: Listing, caughtBy: Conformance.CheckId, says: string]
> = [
  ["takes an answer that is cut off for a page", { format: lenient }, "plans", "C15", "jobs are missing"],
  [
    "waits for an answer of its own, however long it takes",
    { credential: asks((request) => Effect.uninterruptible(Effect.andThen(request, request))) },
    "runs",
    "C16",
    "did not end"
  ],
  [
    "does not give up a request of its own",
    { credential: asks((request) => Effect.andThen(request, Effect.uninterruptible(request))) },
    "runs",
    "C24",
    "the request is still open after the interruption"
  ],
  [
    "asks the vendor for something besides the library",
    { credential: asks((request) => request) },
    "runs",
    "C25",
    "requests arrived within one window of 40"
  ]
]

describe("the conformance suite", () => {
  it.live("passes a provider that is right", () =>
    Effect.gen(function* () {
      const { blocked, messages } = yield* verdictOf({}, ["runs", "plans"])
      assert.strictEqual(messages.join("\n"), "")
      assert.strictEqual(blocked, 0)
    })
  )

  it.live.each<readonly [string, Parts]>([
    ["promises no order", { order: () => "none" }],
    ["has no start times", { job: () => ({ startTime: null }) }]
  ])("does not hold against a listing that it %s", ([, parts]) =>
    Effect.gen(function* () {
      const { failed, messages } = yield* verdictOf(parts, ["runs", "plans"], ["C35"])
      assert.deepStrictEqual(failed, [], messages.join("\n"))
    })
  )

  it.live("names the likely cause where the vendor refuses the page behind its last one", () =>
    Effect.gen(function* () {
      const healthy = subject({}, ["runs"])
      const tested: typeof healthy = {
        ...healthy,
        start: (start) => {
          const behind = Faults.when(({ query }) => Number(query["from"]) >= start.rows, Faults.status(404))
          return healthy.start({ ...start, fault: Faults.firstOf(behind, start.fault) })
        }
      }
      const check = Conformance.checks(tested).find(({ id }) => id === "C04")
      const failure = yield* Effect.flip(Effect.scoped(check?.run ?? Effect.void))
      assert.include(failure.message, "although every row had come")
    })
  )

  it.live("names the likely cause where there is no credential in the place that the vendor looks at", () =>
    Effect.gen(function* () {
      const security = HttpApiSecurity.apiKey({ in: "header", key: "x-token" })
      const check = Conformance.checks(subject({ security }, ["runs"])).find(({ id }) => id === "C02")
      const failure = yield* Effect.flip(Effect.scoped(check?.run ?? Effect.void))
      assert.include(failure.message, "the vendor does not accept the credential of GET /runs")
      assert.include(failure.message, "`security`")
    })
  )

  for (const [mistake, parts, caughtBy] of muddles) {
    it.live(`catches one that ${mistake}, by ${caughtBy}`, () =>
      Effect.gen(function* () {
        const check = Conformance.checks(subject(parts(), ["runs"])).find(({ id }) => id === caughtBy)
        const failure = yield* Effect.flip(Effect.scoped(check?.run ?? Effect.die("there is no such check")))
        assert.strictEqual(failure._tag, "ConformanceFailure", failure.message)
      })
    )
  }

  for (const [mistake, parts, listing, caughtBy, says] of besides) {
    it.live(`catches one that ${mistake}, by ${caughtBy}`, () =>
      Effect.gen(function* () {
        const check = Conformance.checks(subject(parts, [listing])).find(({ id }) => id === caughtBy)
        const failure = yield* Effect.flip(Effect.scoped(check?.run ?? Effect.die("there is no such check")))
        assert.strictEqual(failure._tag, "ConformanceFailure", failure.message)
        assert.include(failure.message, says)
      })
    )
  }

  for (const [mistake, parts, listing, caughtBy] of mistakes) {
    it.live(`catches one that ${mistake}, by ${caughtBy.join(", ")}`, () =>
      Effect.gen(function* () {
        const named = (yield* isWhole) ? undefined : [...caughtBy, ...usual]
        const { failed, messages } = yield* verdictOf(parts, [listing], named)
        assert.deepStrictEqual(failed, [...caughtBy], messages.join("\n"))
      })
    )
  }
})
