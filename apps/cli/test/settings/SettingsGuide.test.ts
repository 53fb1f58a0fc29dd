import { assert, describe, it } from "vitest"
import { readFileSync } from "node:fs"
import * as BuiltIn from "../../src/plugins/BuiltIn.ts"

const guide = readFileSync(new URL("../../../../docs/settings.md", import.meta.url), "utf8")

/** The section of a provider, from its heading to the next one. */
const sectionOf = (id: string) => guide.split(/^## /m).find((section) => section.startsWith(`\`${id}\`\n`)) ?? ""

describe("the guide to settings", () => {
  it.each(BuiltIn.all.map(({ provider }) => [provider.id, provider] as const))(
    "names every setting of %s",
    (id, provider) => {
      const known = `${sectionOf(id)}${guide.split(/^## /m).find((section) => section.startsWith("Of every provider"))}`
      const missing = provider.settings.map(({ key }) => key).filter((key) => !known.includes(`\`${key}\``))
      assert.deepStrictEqual(missing, [])
    }
  )
})
