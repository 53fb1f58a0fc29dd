import { Listing, Paging, Provider } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { HttpApiSecurity } from "effect/http-api"
import * as Plain from "../Plain.ts"

const { endpoint, row } = Plain.runs
const scoped = Listing.make({ row, endpoint, scope: Schema.String })
const found = Listing.make({ row, endpoint, scope: Schema.String, parents: Plain.runs })
const named = Listing.make({ row, endpoint, lookup: endpoint(row) })

/** What is wrong with a plugin in plain JavaScript, whose verbs no compiler has seen. */
const mistake = (nouns: object, verbs: object = {}, listing: Listing.Any = Plain.runs) => {
  const make: Function = Provider.make
  const all = { connection: Plain.settings, security: HttpApiSecurity.bearer, listings: { runs: listing }, ...nouns }
  const good = { baseUrl: () => "https://plain.invalid", credential: () => undefined, listings: { runs: Plain.verbs } }
  try {
    make("plain", all)({ ...good, ...verbs })
    return "none"
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** What is wrong with the verbs of a listing. */
const mistakeIn = (replaced: object, listing?: Listing.Any) =>
  mistake({}, { listings: { runs: { ...Plain.verbs, ...replaced } } }, listing)

const { job: _, ...unmade } = Plain.verbs

describe("a plugin that is made", () => {
  it("is accepted as it should be", () => {
    assert.strictEqual(mistake({}), "none")
    assert.strictEqual(mistakeIn({ scopes: () => [] }, scoped), "none")
    assert.strictEqual(mistakeIn({ parents: { ...unmade, child: () => undefined } }, found), "none")
    assert.strictEqual(mistakeIn({ lookup: () => ({}) }, named), "none")
  })

  it.each([
    ["a field that every connection has", { connection: { name: Schema.String } }, ["`connection`", "`name`"]],
    ["requests of which none may be under way", { concurrency: 0 }, ["`concurrency`", "0"]],
    ["no page at once", { pageConcurrency: 0.5 }, ["`pageConcurrency`", "0.5"]],
    ["a quota of nothing", { quotas: [{ requests: 0, window: "1 minute" }] }, ["`quotas`", "0"]],
    ["a quota of an unknown time", { quotas: [{ requests: 1, window: "1 sekond" }] }, ["`quotas`", "window"]],
    ["an address of another form", { connection: { baseUrl: Schema.String } }, ["`baseUrl`", "`Connection.BaseUrl`"]],
    ["a quota of no time", { quotas: [{ requests: 1, window: 0 }] }, ["`quotas`", "window"]]
  ])("is refused with %s", (_what, nouns, parts) => {
    const message = mistake(nouns)
    for (const part of ['provider "plain"', ...parts]) assert.include(message, part)
  })

  it.each([
    ["scopes", {}, scoped],
    ["parents", {}, found],
    ["lookup", {}, named],
    ["rows", { rows: undefined }, undefined],
    ["job", { job: undefined }, undefined],
    ["paging", { paging: undefined }, undefined],
    ["paging", { paging: { first: () => ({}) } }, undefined],
    ["child", { parents: unmade }, found]
  ] as const)("is refused without the verb `%s` that its nouns need", (verb, verbs, listing) => {
    const message = mistakeIn(verbs, listing)
    for (const part of ['provider "plain"', 'listing "runs"', `\`${verb}\``]) assert.include(message, part)
  })

  it("is refused with the verb `identity` where there is no scope to identify", () => {
    assert.include(mistakeIn({ lookup: () => ({}), identity: () => "one" }, named), "`identity`")
  })

  it.each(["scopes", "parents", "lookup", "identity"])("is refused with the verb `%s` and no noun for it", (verb) => {
    assert.include(mistakeIn({ [verb]: () => [] }), `\`${verb}\``)
  })

  it("is refused with a quota of nothing for a listing", () => {
    const message = mistakeIn({}, Listing.make({ row, endpoint, quotas: [{ requests: 0.5, window: "1 minute" }] }))
    for (const part of ['listing "runs"', "`quotas`", "0.5"]) assert.include(message, part)
  })

  it("is refused with a signer beside a header that carries the secret", () => {
    const message = mistake({}, { sign: () => () => undefined })
    for (const part of ['provider "plain"', "`sign`", 'must be "none"']) assert.include(message, part)
  })

  it("is refused with a misspelt verb, and told which one is probably meant", () => {
    assert.include(mistakeIn({ skip: () => undefined }), "Did you mean `skips`?")
    assert.include(mistake({ quota: [] }), "Did you mean `quotas`?")
    assert.notInclude(mistakeIn({ somethingElse: () => undefined }), "Did you mean")
  })

  it("is refused with parents that are among their own parents", () => {
    const circle: object = { ...found, parents: undefined }
    Object.assign(circle, { parents: circle })
    const verbs = { ...Plain.verbs, parents: { ...unmade, child: () => undefined } }
    const message = mistake({ listings: { runs: circle } }, { listings: { runs: verbs } })
    assert.include(message, "in `parents`: the listing is among its own parents")
  })

  it("is refused with verbs of its parents' parents that are missing", () => {
    const above = Listing.make({ row, endpoint, scope: Schema.String, parents: found })
    const parents = { ...unmade, child: () => undefined }
    assert.include(mistakeIn({ parents }, above), "in `parents`: `parents` is missing from its verbs")
  })

  it.each<[string, object, object, string]>([
    ["parts without their noun", {}, { parts: () => [1] }, "the verb `parts`, but no noun `part`"],
    ["a noun of parts without the verb", { part: Schema.Int }, {}, "the verb `parts` is missing"],
    ["details without their noun", {}, { ids: () => [] }, "the verb `ids`, but no noun `details`"],
    [
      "details of no size",
      { details: { endpoint, size: 0 } },
      {},
      "the noun `details` is an object: give the endpoint of the rows"
    ],
    [
      "rows beside details",
      { details: { endpoint, size: 5 } },
      {},
      "it has the verb `rows`, but its pages have only ids"
    ],
    [
      "details without an id",
      { details: { endpoint, size: 5 } },
      { rows: undefined, ids: () => [], details: { request: () => ({}), rows: () => [] } },
      "in `details`: the verb `id` is missing"
    ],
    [
      "a misspelt verb of details",
      { details: { endpoint, size: 5 } },
      { rows: undefined, ids: () => [], details: { absence: () => "" } },
      "Did you mean `absent`?"
    ],
    ["gaps that are no function", {}, { gaps: [] }, "the verb `gaps` is not a function"],
    ["a time that is no function", {}, { knownUntil: 3 }, "the verb `knownUntil` is not a function"]
  ])("is refused with %s", (_what, nouns, verbs, part) => {
    const made = { listings: { runs: { ...Plain.runs, ...nouns } } }
    assert.include(mistake(made, { listings: { runs: { ...Plain.verbs, ...verbs } } }), part)
  })

  it("is refused with a noun of a listing or of its parents that would be ignored", () => {
    const listings = (runs: object) => mistake({ listings: { runs } })
    assert.include(listings({ ...Plain.runs, endles: true }), "Did you mean `endless`?")
    const message = listings({ ...found, parents: { ...Plain.runs, scop: Schema.String } })
    for (const part of ["in `parents`", "Did you mean `scope`?"]) assert.include(message, part)
    assert.include(
      listings({ ...found, parents: { ...Plain.runs, series: "runs" } }),
      "the noun `series` is ignored here"
    )
  })

  it.each([
    ["no row", { endpoint }, "the noun `row` is missing: give the schema of one vendor row"],
    ["no endpoint", { row }, "the noun `endpoint` is missing: give a function from the row's schema"],
    ["a row that is no schema", { row: { id: "text" }, endpoint }, "`row` is an object: give the schema"],
    ["an endpoint that is none", { row, endpoint: endpoint(row) }, "`endpoint` is an endpoint: give a function"],
    ["an endpoint that gives none", { row, endpoint: () => "/runs" }, '`endpoint` returns "/runs": return an endpoint'],
    ["a scope that is no schema", { row, endpoint, scope: "project" }, '`scope` is "project": give the schema'],
    ["a lookup that is no endpoint", { row, endpoint, lookup: endpoint }, "`lookup` is a function: give an endpoint"],
    ["parents that are none", { row, endpoint, parents: true }, "`parents` is true: give a listing"],
    ["a flag that is a text", { row, endpoint, endless: "yes" }, '`endless` is "yes": give true, false or "rows"'],
    ["a flag that is a number", { row, endpoint, approximateTotal: 1 }, "`approximateTotal` is 1: give true or false"],
    ["a list of what it holds", { row, endpoint, holds: ["run"] }, "`holds` has `0`: give kinds, states, categories"]
  ])("is refused with a listing that is a plain object with %s", (_what, runs, part) => {
    const message = mistake({ listings: { runs } })
    for (const found of ['provider "plain"', 'listing "runs"', part]) assert.include(message, found)
  })

  it("is accepted with a listing that is a plain object with all that it needs", () => {
    assert.strictEqual(mistake({ listings: { runs: { row, endpoint } } }), "none")
  })

  it("is refused with parents that lack what they need, and told that it is the parents", () => {
    const message = mistake({ listings: { runs: { row, endpoint, scope: Schema.String, parents: { row } } } })
    for (const part of ["in `parents`", "`endpoint` is missing"]) assert.include(message, part)
  })

  it.each([
    ["no connection", { connection: undefined }, "`connection` is undefined: give the settings as schema fields"],
    ["a setting that is no schema", { connection: { token: "text" } }, 'its setting `token` is "text": give a schema'],
    ["no security", { security: undefined }, "`security` is undefined: say where the credential goes"],
    ["one quota that is not in a list", { quotas: { requests: 1 } }, "`quotas` is an object: give a list"],
    ["a quota that is a number", { quotas: [60] }, "`quotas` has an entry that is no quota"],
    ["no listings", { listings: undefined }, "`listings` is undefined"],
    ["listings without any", { listings: {} }, "give at least one, made by `Listing.make`"],
    [
      "a listing that is none",
      { listings: { runs: "/runs" } },
      'its listing "runs" is "/runs": make it by `Listing.make`'
    ]
  ])("is refused with %s", (_what, nouns, part) => {
    assert.include(mistake(nouns), part)
  })

  it("is refused without nouns, and without verbs", () => {
    const make: Function = Provider.make
    assert.throws(() => make("plain")({}), "its nouns are missing")
    const nouns = { connection: {}, security: HttpApiSecurity.bearer, listings: { runs: Plain.runs } }
    assert.throws(() => make("plain", nouns)(), "its verbs are missing")
  })

  it.each([
    ["a state that there is not", { states: ["running", "done"] }, ["`holds.states`", '"done"', "succeeded"]],
    ["one kind that there is not", { kinds: ["runs"] }, ["`holds.kinds`", '"runs"', "occurrence"]],
    ["a kind that is not in a list", { kinds: "run" }, ["`holds.kinds`", "give a list of", "occurrence"]],
    ["a key that there is not", { kind: ["run"] }, ["`holds`", "`kind`", "kinds"]]
  ])("is refused with a listing that holds %s", (_what, holds, parts) => {
    const message = mistake({ listings: { runs: { ...Plain.runs, holds } } })
    for (const part of ['listing "runs"', ...parts]) assert.include(message, part)
  })

  it.each([
    ["a noun", { quota: [] }, {}, "there is no noun `quota`"],
    ["a verb", {}, { header: () => ({}) }, "there is no verb `header`"],
    ["a listing's verb", {}, { listings: { runs: { ...Plain.verbs, skip: () => "" } } }, "there is no verb `skip`"]
  ])("is refused with %s that would be ignored", (_what, nouns, verbs, part) => {
    assert.include(mistake(nouns, verbs), part)
  })

  it("is refused with a listing's noun that would be ignored", () => {
    const make: Function = Listing.make
    assert.throws(() => make({ row, endpoint, scopes: Schema.String }), "there is no noun `scopes`")
    assert.throws(() => make({ row }), "Listing.make: the noun `endpoint` is missing")
  })

  it.each([
    ["parents", Listing.make({ row, endpoint, scope: Schema.String, parents: Plain.runs })],
    ["lookup", named],
    ["endless", Listing.make({ row, endpoint, endless: true })],
    ["holds", Listing.make({ row, endpoint, holds: { kinds: ["run"] } })],
    ["series", Listing.make({ row, endpoint, series: "runs" })]
  ])("is refused with `%s` in the nouns of its parents", (noun, parents) => {
    const make: Function = Listing.make
    const listing: Listing.Any = make({ row, endpoint, scope: Schema.String, parents })
    const message = mistakeIn({ parents: { ...unmade, child: () => undefined } }, listing)
    for (const part of ["in `parents`", `\`${noun}\``]) assert.include(message, part)
  })

  it("is refused with listings of one series of which only one has scopes", () => {
    const scoped = Listing.make({ row, endpoint, scope: Schema.String, series: "runs" })
    const verbs = { ...Plain.verbs, scopes: () => [] }
    const message = mistake(
      { listings: { runs: Plain.runs, current: scoped } },
      { listings: { runs: Plain.verbs, current: verbs } }
    )
    for (const part of ['"runs"', '"current"', "`scope`"]) assert.include(message, part)
  })

  it("is refused with a series that is no name", () => {
    assert.include(mistake({ listings: { runs: { ...Plain.runs, series: "" } } }), "`series`")
  })

  it("is refused where a verb is no function, or is for a listing that there is not", () => {
    assert.include(mistake({}, { baseUrl: "https://plain.invalid" }), "`baseUrl` is not a function")
    assert.include(mistakeIn({ order: "ascending" }), "`order` is not a function")
    assert.include(mistake({}, { listings: { runs: Plain.verbs, plans: Plain.verbs } }), '"plans"')
    assert.include(mistake({}, { listings: {} }), '"runs"')
  })

  it.each([0, -1, 2.5, Number.NaN])("is refused with pages of %s rows", (size) => {
    const make = () =>
      Paging.offset<{}, typeof Plain.runs>({ size, request: () => ({ query: { skip: 0 } }), offset: () => 0 })
    assert.throws(make, "whole number from 1 on")
  })
})
