/**
 * The checks of connections: settings, credentials, and secrets that must not leak.
 */
import { Effect, Exit, Layer } from "effect"
import { HttpServerResponse } from "effect/http"
import { type Definition, expect, expectReason, expectSame, Found, spotOf, start } from "./Check.ts"
import * as CredentialCause from "./CredentialCause.ts"
import type { Fault } from "../faults/Fault.ts"
import * as Faults from "../faults/Faults.ts"
import * as Ledger from "../ledger/Ledger.ts"
import * as Reading from "./Reading.ts"
import * as ForeignServer from "./ForeignServer.ts"
import type { Bench, Stage } from "./Subject.ts"
import * as LeakWitness from "./LeakWitness.ts"
import * as SignatureFinder from "./SignatureFinder.ts"

const settings: Definition = {
  id: "C01",
  title: "the settings are described, and wrong ones are named before any request is sent",
  advice:
    "declare every setting as a schema field that can stand in a JSON file, and every secret as `Schema.Redacted`",
  needs: null,
  once: true,
  verify: (bench) =>
    Effect.gen(function* () {
      const { provider } = bench
      const stage = yield* start(bench)
      yield* expect(provider.settings.length > 0, "the provider describes no settings")
      const vague = provider.settings.find(({ type }) => type === "" || type === "value")
      yield* expect(vague === undefined, `the setting ${vague?.key} has no type that a person could be told`)
      const problemsOf = (input: { readonly [key: string]: unknown }) => {
        const decoded = provider.decode({ provider: provider.id, name: "c01", ...input })
        return decoded._tag === "Failure" ? decoded.failure.map(({ key }) => key) : []
      }
      const needed = provider.settings.filter(({ required }) => required).map(({ key }) => key)
      const missing = problemsOf({})
      const unnamed = needed.find((key) => !missing.includes(key))
      yield* expect(unnamed === undefined, `where nothing is given, the problems do not name ${unnamed}`)
      yield* expect(problemsOf({ noSuchSetting: 1 }).includes("noSuchSetting"), "an unknown setting is accepted")
      const open = (yield* stage.secrets).find(
        (secret) => !stage.declaredSecrets.some((declared) => LeakWitness.isMadeOf(secret, declared))
      )
      yield* expect(open === undefined, "a secret of the connection is not declared as `Schema.Redacted`")
      yield* expect((yield* stage.ledger.entries).length === 0, "the vendor was asked before anything was read")
    })
}

const connectionCheck: Definition = {
  id: "C02",
  title: "the check of a connection passes with good secrets, and is a typed error with wrong ones",
  advice: ({ security }) =>
    security === "none"
      ? "`sign` must make, of what it is given of each request, the headers that the vendor verifies, with the secret of `credential`"
      : "`security` and `credential` must put the secret where the vendor looks for it",
  needs: null,
  verify: (bench) =>
    Effect.gen(function* () {
      const stage = yield* start(bench)
      const good = yield* Reading.check(stage)
      const cause = CredentialCause.of(bench, yield* stage.ledger.entries)
      yield* expect(
        good.error === undefined && good.isGood,
        `with a good connection, the check fails: ${good.text}${cause}`
      )
      const refused = yield* start(bench)
      const wrong = yield* Reading.check(refused.withWrongSecrets)
      yield* expect(!wrong.isGood, "with wrong secrets, the check passes")
      const typed = ["Unauthorized", "Forbidden", "InvalidConnection"]
      yield* expect(
        typed.includes(wrong.error?.reason._tag ?? ""),
        `with wrong secrets, the check does not fail as ${typed.join(", ")}: ${wrong.text}`
      )
      const requests = (yield* refused.ledger.entries).length
      yield* expect(requests <= 3, `with wrong secrets, the vendor was asked ${requests} times`)
    })
}

const renewal: Definition = {
  id: "C17",
  title: "a token that is refused during a listing is renewed once, and no page is lost",
  advice: "use `OAuth.clientCredentials` or `Credential.fromEffect`; where the credential stays, say so in `skips`",
  verify: (bench, healthy) =>
    Effect.gen(function* () {
      const { name, nth } = spotOf(bench)
      const stage = yield* start(bench)
      const { revoke } = stage
      if (revoke === null) return yield* new Found({ what: "the emulator has no way to revoke a token" })
      const once = Faults.on(bench.expected.wire.endpoint, Faults.nth(nth, Faults.status(401)))
      yield* expectSame(healthy, yield* Reading.read(yield* start(bench, once)), `with a 401 at ${name}`)
      if (bench.expected.single === true) return
      let pages = 0
      const onPage = Effect.suspend(() => (++pages === 1 ? revoke : Effect.void))
      const before = (yield* stage.secrets).length
      yield* expectSame(healthy, yield* Reading.read(stage, { onPage }), "with a token that is revoked after a page")
      const issued = (yield* stage.secrets).length - before
      yield* expect(issued === 2, `${issued} tokens were asked for, and 2 are needed`)
    })
}

const refusedForGood: Definition = {
  id: "C18",
  title: "a credential that is refused for good is a typed error, after two attempts at most",
  advice: "let a 401 be a 401: `rejection` must not turn it into something that is tried again",
  verify: (bench, healthy) =>
    Effect.gen(function* () {
      const { endpoint } = bench.expected.wire
      const { name, nth } = spotOf(bench)
      const stage = yield* start(bench, Faults.on(endpoint, Faults.from(nth, Faults.status(401))))
      const reading = yield* Reading.read(stage)
      yield* expectReason(healthy, reading, ["Unauthorized"], `with 401 from ${name} on`)
      const requests = Ledger.mostAlike(yield* stage.ledger.to(endpoint))
      yield* expect(requests <= 2, `with 401 from ${name} on, the vendor was asked ${requests} times for it`)
    })
}

/** Text that repeats the request with its secrets, as vendors send it in errors and rows. */
const echoOf = ({ body, headers, query }: Ledger.Entry): string =>
  `You sent ${Object.values(headers).join(" | ")} ${Object.values(query).join(" | ")} ${typeof body === "string" ? body : JSON.stringify(body)}`

const echo =
  (make: (text: string) => HttpServerResponse.HttpServerResponse): Fault =>
  (request) =>
    make(echoOf(request))

const onToken = (fault: Fault): Fault => Faults.when(({ endpoint }) => endpoint === null, fault)

const secrets: Definition = {
  id: "C26",
  title: "no secret is in a job, an error, an event, a log or a span, and none goes to another origin",
  advice:
    "put no setting of type `Redacted` into text, log nothing of a request, and keep secrets out of addresses and of what `hint`, `rejection` and `job` give",
  verify: (bench) =>
    Effect.gen(function* () {
      const { wire } = bench.expected
      const foreign = yield* ForeignServer.serve
      const refusal = echo((text) => HttpServerResponse.jsonUnsafe({ error: text, message: text }, { status: 400 }))
      const page = echo((text) => HttpServerResponse.html(`<p>${text}</p>`))
      const cases: ReadonlyArray<readonly [name: string, fault: Fault]> = [
        ["in an ordinary run", Faults.none],
        ["where the vendor repeats the request in its refusal", Faults.on(wire.endpoint, refusal)],
        ["where the vendor repeats the request in a page", Faults.on(wire.endpoint, page)],
        ["where the token server repeats the request in its refusal", onToken(refusal)],
        ["where the token server repeats the request in a page", onToken(page)],
        [
          "where a row that cannot be read repeats the request",
          Faults.rows(wire, (rows, request) => rows.map((row) => wire.id.set(row, { echo: echoOf(request) })))
        ],
        ["where the vendor redirects", Faults.on(wire.endpoint, Faults.redirect(`${foreign.origin}/elsewhere`))],
        ["where the token server redirects", onToken(Faults.redirect(`${foreign.origin}/elsewhere`))],
        ["where the connection is reset", Faults.on(wire.endpoint, Faults.reset)]
      ]
      for (const [name, fault] of cases) yield* leakOf(bench, yield* start(bench, fault), name)
      const visits = yield* foreign.visits
      yield* expect(visits.length === 0, `a request went to another origin: ${visits[0]?.slice(0, 60)}`)
    })
}

/** What stood at the credential's place in the requests, as it was sent; of a Basic credential also what it is made of. */
const credentialsOf = ({ security }: Bench, entries: ReadonlyArray<Ledger.Entry>): ReadonlyArray<string> =>
  entries.flatMap(({ body, headers, query }) => {
    if (security === "none") return SignatureFinder.signaturesIn({ body, headers })
    const authorization = headers["authorization"]
    const [scheme, sent] = authorization === undefined ? [] : partsAt(authorization, " ")
    const basic = scheme?.toLowerCase() === "basic" ? Buffer.from(sent ?? "", "base64").toString() : undefined
    const key = security._tag === "ApiKey" ? placeOf(security, headers, query) : []
    return [sent, basic, basic === undefined ? undefined : partsAt(basic, ":")[1], ...key]
      .filter((text) => text !== undefined)
      .filter(({ length }) => length >= shortest)
  })

const placeOf = (
  { in: place, key }: Extract<Bench["security"], { readonly _tag: "ApiKey" }>,
  headers: Ledger.Entry["headers"],
  query: Ledger.Entry["query"]
): ReadonlyArray<string | undefined> => {
  if (place === "header") return [headers[key.toLowerCase()]]
  if (place === "query") return [query[key]].flat()
  const cookies = (headers["cookie"] ?? "").split(/; */).map((cookie) => partsAt(cookie, "="))
  return cookies.filter(([name]) => name === key).map(([, value]) => value)
}

/** The text before and after the first separator. */
const partsAt = (text: string, separator: string): readonly [string, string | undefined] => {
  const at = text.indexOf(separator)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)]
}

/** A shorter text also occurs by chance. */
const shortest = 8

const leakOf = (bench: Bench, stage: Stage, name: string) =>
  Effect.gen(function* () {
    const witness = LeakWitness.make()
    const reading = yield* Reading.read(stage, { policies: Layer.empty, around: witness.watch })
    const known = yield* stage.secrets
    yield* expect(known.length > 0, "the subject names no secret to look for")
    yield* expect(
      known.every((secret) => secret.length >= shortest),
      "the emulator's secrets are too short to be told from other text"
    )
    const texts = [
      ...witness.texts(),
      ...reading.jobs.map((job) => ["a job", LeakWitness.textOf({ ...job, raw: null })] as const),
      ...reading.events.map((event) => ["an event", LeakWitness.textOf(event)] as const),
      ...reading.pages.map((page) => ["a page", LeakWitness.textOf({ ...page, jobs: null })] as const),
      ...(reading.exit !== undefined && Exit.isFailure(reading.exit)
        ? LeakWitness.textsOfCause(reading.exit.cause).map((text) => ["the error", text] as const)
        : [])
    ]
    const all = [...new Set([...known, ...credentialsOf(bench, yield* stage.ledger.entries)])]
    const holds = LeakWitness.finder(all)
    for (const [where, text] of texts) yield* expect(!holds(text), `${name}, a secret is in ${where}`)
  })

/** The checks of connections. */
export const checks: ReadonlyArray<Definition> = [settings, connectionCheck, renewal, refusedForGood, secrets]
