import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { readFileSync } from "node:fs"
import * as BuiltIn from "../../src/plugins/BuiltIn.ts"

const guide = readFileSync(new URL("../../../../docs/settings.md", import.meta.url), "utf8")

/** The section of a provider, from its heading to the next one. */
const sectionOf = (id: string) => guide.split(/^## /m).find((section) => section.startsWith(`\`${id}\`\n`)) ?? ""

describe("the guide to settings", () => {
  it.effect.each(BuiltIn.all)("names every setting of $id", ({ id, load }) =>
    Effect.map(load, ({ provider }) => {
      const known = `${sectionOf(id)}${guide.split(/^## /m).find((section) => section.startsWith("Of every provider"))}`
      const missing = provider.settings.map(({ key }) => key).filter((key) => !known.includes(`\`${key}\``))
      assert.deepStrictEqual(missing, [])
    })
  )
})
