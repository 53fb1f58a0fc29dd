import { Conformance } from "@scanjobs/testing"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { subject } from "../Nightly.ts"

describe("the checks of the conformance suite", () => {
  it("are those of the documentation, by the same ids", () => {
    const documentation = readFileSync(join(import.meta.dirname, "../../../../docs/testing.md"), "utf8")
    const documented = [...documentation.matchAll(/^\| (C\d\d) \| (.*) \|$/gm)].map(([, id, title]) => ({
      id,
      title: title?.trim()
    }))
    assert.deepStrictEqual<ReadonlyArray<object>>(documented, Conformance.catalogue)
  })

  it("have ids of their own, and each listing has all of them but those of the provider", () => {
    const all = Conformance.checks(subject())
    const names = all.map(({ id, listing }) => `${listing} ${id}`)
    assert.strictEqual(new Set(names).size, names.length)
    const missing = Conformance.catalogue.filter(({ id }) => !names.includes(`plans ${id}`)).map(({ id }) => id)
    assert.deepStrictEqual(missing, ["C01", "C25"])
  })

  it("say why they do not apply", () => {
    const skipped = Conformance.checks(subject()).flatMap(({ id, listing, skip }) =>
      skip === undefined ? [] : [`${listing} ${id}: ${skip}`]
    )
    assert.deepStrictEqual(skipped, [
      "runs C09: its pages have no links",
      "runs C17: the token stays",
      "runs C29: the vendor's list has an end",
      "runs C37: its scopes are not found by parents",
      "runs C43: requests carry the credential itself",
      "runs C44: the subject names no servers of the vendor",
      "runs C45: the listing declares no quotas of its own",
      "runs C47: its pages have neither tokens nor links",
      "runs C51: the listing is one list",
      "plans C17: the token stays",
      "plans C36: the vendor's list has no end",
      "plans C37: its scopes are not found by parents",
      "plans C38: the listing does not declare what it holds",
      "plans C43: requests carry the credential itself",
      "plans C44: the subject names no servers of the vendor",
      "plans C45: the listing declares no quotas of its own",
      "plans C51: the listing is one list"
    ])
  })

  it.live("say what was seen, and what to do", () =>
    Effect.gen(function* () {
      const check = Conformance.checks(subject({ next: () => undefined })).find(({ id }) => id === "C04")
      const failure = yield* Effect.flip(check?.run ?? Effect.die("there is no C04"))
      assert.include(failure.message, "C04 · every row of every page is read, and then the listing ends (runs)")
      assert.include(
        failure.message,
        "Incomplete: the vendor says that there are 12 rows, but gave only 5. `next` must"
      )
    })
  )
})
