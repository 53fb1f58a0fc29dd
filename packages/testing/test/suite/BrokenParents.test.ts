import { Conformance } from "@scanjobs/testing"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Option, Schema } from "effect"
import { byCount, type Parts, subject } from "../Fleet.ts"

type Subject = ReturnType<typeof subject>

/** The ids of the checks that fail, and their messages. Blocked ones do not count. */
const failuresOf = (tested: Subject) =>
  Effect.map(
    Effect.forEach(
      Conformance.checks(tested).filter(({ skip }) => skip === undefined),
      ({ id, run }) =>
        Effect.map(Effect.exit(Effect.scoped(run)), (exit) => {
          if (Exit.isSuccess(exit)) return []
          const failure = Option.getOrUndefined(Exit.findErrorOption(exit))
          return failure?._tag === "Blocked" ? [] : [{ id, message: failure?.message ?? String(exit.cause) }]
        }),
      { concurrency: 6 }
    ),
    (all) => all.flat()
  )

/** A scope kept in a variable that all scopes share. */
const forgetful = (): Parts => {
  let latest = ""
  return {
    first: (group) => {
      latest = group
    },
    job: () => ({ name: `scans of ${latest}` })
  }
}

const mistakes: ReadonlyArray<readonly [mistake: string, parts: Parts, caughtBy: ReadonlyArray<string>]> = [
  ["stops after the first page of parents", { next: () => undefined }, ["C04"]],
  ["names the page of parents just read as the next one", { next: ({ request }) => request }, ["C04"]],
  [
    "leaves out a parent between two pages",
    {
      next: ({ body: { groups }, request: { query } }) =>
        groups.length === 0 ? undefined : { query: { ...query, from: query.from + groups.length + 1 } }
    },
    ["C04"]
  ],
  [
    "takes a full page of parents for the last one",
    {
      next: ({ body: { groups }, request: { query } }) =>
        groups.length < query.top || query.from + groups.length >= 10
          ? undefined
          : { query: { ...query, from: query.from + groups.length } }
    },
    ["C04"]
  ],
  [
    "takes the flag of the last page of parents for that of more",
    { next: (turn) => (turn.body.isLast ? byCount(turn) : undefined) },
    ["C04"]
  ],
  ["keeps the group that is read outside of the request", forgetful(), ["C40"]],
  ["gives nothing to list for some parents", { child: ({ id }) => (id === "group-3" ? undefined : id) }, ["C04"]],
  ["reads the rows of one parent for all of them", { asks: () => "group-0" }, ["C04"]],
  ["gives two parents the same scope", { child: ({ id }) => (id === "group-3" ? "group-2" : id) }, ["C04"]],
  [
    "fails where there are no parents",
    {
      next: ({ body: { groups }, request: { query } }) => {
        if (groups.length === 0 && query.from === 0) throw new Error("nothing to divide by")
        return groups.length === 0 ? undefined : { query: { ...query, from: query.from + groups.length } }
      }
    },
    ["C05"]
  ],
  ["describes its parents by a schema that cannot be compiled", { group: Schema.Struct({ id: Schema.Trim }) }, ["C34"]],
  [
    "puts its credential into a job's name as it was sent, in Base64",
    { job: (credential) => ({ name: credential }) },
    ["C26"]
  ]
]

describe("the conformance suite, of a listing with parents", () => {
  it.live("passes a provider that is right", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* failuresOf(subject()), [])
    })
  )

  it.live("fails where the subject does not say how to check the parents", () =>
    Effect.gen(function* () {
      const failures = yield* failuresOf({ ...subject(), listings: subject({}, "not now").listings })
      assert.deepStrictEqual(failures, [])
      const { listings } = subject()
      const { parents: _, ...scans } = typeof listings.scans === "string" ? assert.fail() : listings.scans
      const unsaid = yield* failuresOf({ ...subject(), listings: { scans } })
      assert.deepStrictEqual(
        unsaid.map(({ id }) => id),
        ["C37"]
      )
    })
  )

  for (const [mistake, parts, caughtBy] of mistakes) {
    it.live(`catches one that ${mistake}, by ${caughtBy.join(", ")} alone`, () =>
      Effect.gen(function* () {
        const failures = yield* failuresOf(subject(parts))
        assert.deepStrictEqual(
          // A listing fails as its parents do, so that an id may come twice.
          [...new Set(failures.map(({ id }) => id))],
          [...caughtBy],
          failures.map(({ message }) => message).join("\n")
        )
      })
    )
  }
})
