import * as GitHubEmulator from "@scanjobs/github/emulator"
import { GitHub } from "@scanjobs/github"
import { Faults } from "@scanjobs/testing"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import * as Account from "./Account.ts"

const repository = (full_name: string, id: number, formerly: ReadonlyArray<string> = []) => ({
  ...GitHubEmulator.published,
  id,
  full_name,
  formerly,
  codeScanning: Account.analyses(3),
  secretScanning: Account.customScans(1)
})

const serve = (fault?: GitHubEmulator.Options["fault"]) =>
  GitHubEmulator.serve({
    repositories: [repository("octo/new", 7, ["octo/old", "acme/older"]), repository("octo/other", 8)],
    ...(fault === undefined ? {} : { fault })
  })

const readWith = (vendor: GitHubEmulator.GitHubEmulator, changes: Partial<Account.Account>) =>
  Account.read(Account.connect(vendor, changes), { listings: ["codeScanning"] })

/** Several lanes are read at once, so the order of their jobs is not certain. */
const scopesOf = ({ jobs }: Account.Reading) =>
  [...new Set(jobs.map(({ scope }) => scope ?? ""))].toSorted((a, b) => a.localeCompare(b))

const lookups = ({ ledger }: GitHubEmulator.GitHubEmulator) =>
  Effect.map(ledger.entries, (entries) => entries.filter(({ endpoint }) => endpoint === "repository").length)

describe("a repository that was renamed", () => {
  it.live("is read under its former name", () =>
    Effect.gen(function* () {
      const vendor = yield* serve()
      const account = Account.connect(vendor, { repositories: ["Octo/Old"], pageSize: 2 })
      const { organizations: _, ...named } = account
      const reading = yield* Account.read(named)
      assert.isUndefined(reading.error)
      assert.lengthOf(reading.jobs, 4)
      assert.deepStrictEqual(scopesOf(reading), ["Octo/Old"])
      assert.strictEqual(yield* lookups(vendor), 0)
    })
  )

  it.live("and that its organization lists under its new name is read once", () =>
    Effect.gen(function* () {
      const vendor = yield* serve()
      const account = Account.connect(vendor, { repositories: ["Octo/Old"], organizations: ["octo"] })
      const reading = yield* Account.read(account)
      assert.isUndefined(reading.error)
      assert.deepStrictEqual(scopesOf(reading), ["Octo/Old", "octo/other"])
      assert.lengthOf(reading.jobs, 8)
      // One for both listings, and the redirect is another request.
      assert.strictEqual(yield* lookups(vendor), 1)
    })
  )

  it.live("and that is named under several of its names is read once, with a note", () =>
    Effect.gen(function* () {
      const vendor = yield* serve()
      const { organizations: _, ...named } = Account.connect(vendor, {
        repositories: ["octo/other", "octo/old", "octo/new", "Acme/Older"]
      })
      const reading = yield* Account.read(named, { listings: ["codeScanning"] })
      assert.isUndefined(reading.error)
      assert.deepStrictEqual(scopesOf(reading), ["octo/old", "octo/other"])
      assert.lengthOf(reading.jobs, 6)
      assert.deepStrictEqual(
        reading.notes.toSorted((a, b) => a.localeCompare(b)),
        [
          "Acme/Older: it is octo/old under another name, which is read already",
          "octo/new: it is octo/old under another name, which is read already"
        ]
      )
    })
  )

  it.live("is read twice at worst, with a note, where GitHub does not tell its name", () =>
    Effect.gen(function* () {
      const vendor = yield* serve(Faults.on("repository", Account.answering(403, { message: "no" })))
      const reading = yield* readWith(vendor, { repositories: ["octo/old"], organizations: ["octo"] })
      assert.isUndefined(reading.error)
      assert.deepStrictEqual(scopesOf(reading), ["octo/new", "octo/old", "octo/other"])
      assert.lengthOf(reading.notes, 1)
      assert.match(
        reading.notes[0] ?? "",
        /^octo\/old: whether it is read under another name too is not known: .*HTTP 403/
      )
    })
  )
})

describe("a repository that does not exist", () => {
  it.live("is one failure and no note, beside repositories that do", () =>
    Effect.gen(function* () {
      const vendor = yield* serve()
      const reading = yield* readWith(vendor, { repositories: ["octo/typo"], organizations: ["octo"] })
      assert.deepStrictEqual([reading.error?.scope, reading.notes], ["octo/typo", []])
    })
  )
})

describe("a cursor", () => {
  it.live("is found again if the settings spell its repository in another case", () =>
    Effect.gen(function* () {
      const vendor = yield* serve()
      const { organizations: _, ...account } = Account.connect(vendor, { repositories: ["octo/new"], pageSize: 2 })
      const pages = yield* GitHub.pages(account, {}, { listings: ["codeScanning"] }).pipe(
        Stream.runCollect,
        Effect.provide(Account.Fast)
      )
      const first = pages[0]?.next
      const rest = yield* GitHub.pages(
        { ...account, repositories: ["Octo/NEW"] },
        {},
        { listings: ["codeScanning"], resume: first === undefined ? [] : [first] }
      ).pipe(Stream.runCollect, Effect.provide(Account.Fast))
      assert.deepStrictEqual(
        rest.flatMap(({ jobs }) => jobs.map(({ vendorId }) => vendorId)),
        ["1001"]
      )
    })
  )
})
