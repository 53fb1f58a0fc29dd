import { assert, describe, it } from "@effect/vitest"
import { Validator } from "@seriousme/openapi-schema-validator"
import { Store } from "@scanjobs/history"
import { Ajv2020 } from "ajv/dist/2020.js"
import { Effect, Redacted } from "effect"
import { serve } from "./Fixture.ts"

const token = Redacted.make("a-token-of-some-length")

const get = (url: string, init: RequestInit = {}) =>
  Effect.promise(async () => {
    const answer = await fetch(url, init)
    return { status: answer.status, headers: answer.headers, text: await answer.text() }
  })

const documentOf = (url: string) => Effect.map(get(`${url}/openapi.json`), ({ text }) => JSON.parse(text))

/** A problem as RFC 9457 describes it, which says no more than it should. */
const assertProblem = ({ headers, status, text }: Effect.Success<ReturnType<typeof get>>, where: string) => {
  assert.include(headers.get("content-type") ?? "", "application/problem+json", where)
  const { detail, status: own, title, type } = JSON.parse(text)
  assert.deepStrictEqual([own, type], [status, "about:blank"], where)
  assert.isString(title, where)
  assert.isString(detail, where)
  assert.notMatch(text, /\/[\w.-]+\.(?:ts|js|db)\b|node_modules|SELECT/, where)
  assert.strictEqual(headers.get("x-content-type-options"), "nosniff", where)
}

describe("the description of the API", () => {
  it.live("is valid OpenAPI 3.1", () =>
    Effect.gen(function* () {
      const { url } = yield* serve()
      const document = yield* documentOf(url)
      const validator = new Validator()
      const { errors, valid } = yield* Effect.promise(() => validator.validate(document))
      assert.isTrue(valid, JSON.stringify(errors))
      assert.strictEqual(validator.version, "3.1")
      // The validator finds mistakes.
      const broken = yield* Effect.promise(() =>
        new Validator().validate({ ...document, paths: { "/api/v1/jobs": { get: { responses: { 200: {} } } } } })
      )
      assert.isFalse(broken.valid)
    }).pipe(Effect.scoped)
  )

  it.live("describes what is answered", () =>
    Effect.gen(function* () {
      const { url } = yield* serve()
      const { components, paths } = yield* documentOf(url)
      const ajv = new Ajv2020({ strict: false })
      const answers: Readonly<Record<string, string>> = {
        "/api/v1/connections": "/api/v1/connections",
        "/api/v1/definitions": "/api/v1/definitions",
        "/api/v1/jobs": "/api/v1/jobs?limit=5",
        "/api/v1/jobs/{id}": `/api/v1/jobs/${encodeURIComponent("tenable/acme/runs/v7")}`,
        "/api/v1/changes": "/api/v1/changes",
        "/api/v1/timeline": "/api/v1/timeline",
        "/api/v1/timeline/rows": "/api/v1/timeline/rows",
        "/api/v1/overview": "/api/v1/overview",
        "/api/v1/attention": "/api/v1/attention",
        "/api/v1/health": "/api/v1/health",
        "/api/v1/fleet": "/api/v1/fleet"
      }
      assert.sameMembers([...Object.keys(answers), "/api/v1/events"], Object.keys(paths))
      for (const [path, address] of Object.entries(answers)) {
        const { schema } = paths[path].get.responses[200].content["application/json"]
        const isValid = ajv.compile({ ...schema, components })
        const { text } = yield* get(url + address)
        assert.isTrue(isValid(JSON.parse(text)), `${path}: ${ajv.errorsText(isValid.errors)}`)
        assert.isFalse(isValid({ nonsense: true }), path)
      }
    }).pipe(Effect.scoped)
  )

  it.live("asks no other host where it is shown", () =>
    Effect.gen(function* () {
      const { url } = yield* serve()
      const { headers, text } = yield* get(`${url}/docs`)
      const policy = headers.get("content-security-policy") ?? ""
      assert.match(policy, /^default-src 'none'; script-src 'sha256-/)
      for (const directive of policy.split("; ")) assert.notMatch(directive, /\bhttps?:|\*/)
      assert.notMatch(text, /<(?:script|link|img|iframe)[^>]+(?:src|href)="(?:https?:)?\/\//i)
    }).pipe(Effect.scoped)
  )
})

describe("every refusal is a problem in words", () => {
  it.live("of what there is not, and of what cannot be understood", () =>
    Effect.gen(function* () {
      const { url } = yield* serve()
      for (const [path, status, method = "GET"] of [
        ["/api/v1/nonsense", 404],
        ["/api/v2/jobs", 404],
        ["/nonsense", 404],
        ["/api/v1/jobs", 404, "DELETE"],
        ["/metrics", 404, "PUT"],
        ["/api/v1/jobs/none", 404],
        ["/api/v1/jobs?limit=0", 400],
        ["/api/v1/jobs?limit=1001", 400],
        ["/api/v1/jobs?kind=nonsense", 400],
        ["/api/v1/jobs?from=2026-02-30T99:00:00Z", 400],
        ["/api/v1/jobs?cursor=nonsense", 400],
        ["/api/v1/changes?after=-1", 400],
        ["/api/v1/changes?after=1.5", 400],
        ["/api/v1/timeline?from=2020-01-01T00:00:00Z&until=2021-01-01T00:00:00Z", 400],
        ["/api/v1/timeline?from=2020-01-02T00:00:00Z&until=2020-01-01T00:00:00Z", 400]
      ] as const) {
        const answer = yield* get(url + path, { method })
        assert.strictEqual(answer.status, status, path)
        assertProblem(answer, path)
      }
    }).pipe(Effect.scoped)
  )

  it.live("of who does not show the token", () =>
    Effect.gen(function* () {
      const { url } = yield* serve(token)
      for (const path of [
        "/api/v1/jobs",
        "/api/v1/events",
        "/api/v1/fleet",
        "/metrics",
        "/calendar.ics",
        "/calendar.ics?key=x"
      ]) {
        const answer = yield* get(url + path)
        assert.strictEqual(answer.status, 401, path)
        assertProblem(answer, path)
      }
      for (let n = 0; n < 11; n++)
        assertProblem(yield* get(`${url}/session`, { method: "POST", body: "wrong" }), "/session")
    }).pipe(Effect.scoped)
  )

  it.live("of a store that cannot be used", () =>
    Effect.gen(function* () {
      const { store, url } = yield* serve()
      const { sql } = Store.Store.of(yield* Effect.provideContext(Store.Store, store))
      yield* Effect.orDie(sql`ALTER TABLE connection RENAME TO lost`)
      yield* Effect.orDie(sql`ALTER TABLE change RENAME TO lost_change`)
      for (const path of [
        ...[
          "connections",
          "definitions",
          "jobs",
          "jobs/tenable%2Facme%2Fruns%2Fv7",
          "changes",
          "timeline",
          "timeline/rows",
          "overview",
          "attention",
          "health"
        ].map((name) => `/api/v1/${name}`),
        "/metrics",
        "/calendar.ics",
        "/healthz"
      ]) {
        const answer = yield* get(url + path)
        assert.strictEqual(answer.status, 503, path)
        assertProblem(answer, path)
      }
    }).pipe(Effect.scoped)
  )
})
