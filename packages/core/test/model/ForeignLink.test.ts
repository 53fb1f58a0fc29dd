import { Reason } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"

const advice = (origin: string, expected: string) => new Reason.ForeignLink({ origin, expected }).message

describe("ForeignLink", () => {
  it("advises to set baseUrl where another host may be the right one", () => {
    assert.match(advice("https://eu.vendor.example", "https://vendor.example"), /set baseUrl to it$/)
  })

  it("does not advise to give up https where the link is the same host's without it", () => {
    const message = advice("http://vendor.example", "https://vendor.example")
    assert.notInclude(message, "set baseUrl")
    assert.match(message, /X-Forwarded-Proto$/)
  })
})
