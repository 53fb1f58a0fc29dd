import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { HttpApiEndpoint } from "effect/http-api"
import * as PageReader from "../../src/decoding/PageReader.ts"
import * as Reason from "../../src/model/Reason.ts"
import * as Paging from "../../src/paging/Paging.ts"
import * as RequestCodec from "../../src/reading/RequestCodec.ts"
import * as Hostile from "../Hostile.ts"
import * as Secrets from "../../src/secrets/Secrets.ts"

const codec = RequestCodec.make(
  PageReader.top(
    HttpApiEndpoint.get("runs", "/runs", {
      query: Schema.Struct({ top: Schema.optionalKey(Schema.Int), tag: Schema.optionalKey(Schema.String) }),
      success: Schema.Unknown
    })
  )
)

const address = "https://api.example.com/v1/runs"

const follow = (href: string) => {
  const link = Paging.link(href, (linked: object) => linked)
  return link === undefined ? undefined : codec.follow(link, { query: { top: 1 } }, address, Secrets.make([]))
}

const Letters = Schema.Union([
  Schema.String,
  Schema.Literals([
    "top=7",
    "&",
    "=",
    "+",
    "%20",
    "%",
    "%zz",
    "%C3%BC",
    "?",
    "/",
    " ",
    "\t",
    "\n",
    "ü",
    "tag=a",
    ";",
    "'"
  ])
])

describe("RequestCodec.follow", () => {
  it.prop(
    "takes the same from a link at the same place as from one that has to be parsed as an address",
    [Schema.Array(Letters)],
    ([letters]) => {
      // What stands at the end of an address, and is no letter, does not belong to it.
      const search = letters
        .join("")
        .replaceAll("#", "")
        .replace(/[\0-\x20]+$/, "")
      assert.deepStrictEqual(follow(`${address}?${search}`), follow(`${address}?${search}#`))
    },
    { arbitrary: { runs: 2000 } }
  )

  it("keeps what the endpoint does not know, and every value of it", () => {
    assert.deepStrictEqual(follow(`${address}?top=5&cursor=a%20b&cursor=c&__proto__=d`), {
      query: { top: 5 },
      extra: { cursor: ["a b", "c"], ["__proto__"]: "d" }
    })
  })

  it.each([
    ["of 3 MB", `${address}?tag=${"a".repeat(3_000_000)}`],
    ["to a host of 3 MB", `https://${"a".repeat(3_000_000)}.example/`],
    ["to a path of 60 kB", `https://api.example.com/${"a".repeat(60_000)}`],
    ["of 60 kB that is no address", `https://[${"a".repeat(60_000)}`],
    ["with a value of 60 kB that does not fit", `${address}?top=${"a".repeat(60_000)}`]
  ])("quotes little of a link %s", (_, href) => {
    const reason = follow(href)
    assert.isTrue(Reason.isReason(reason))
    assert.isBelow(JSON.stringify(reason).length, 1000)
  })

  it.prop("throws for no link", [Schema.String, Schema.Boolean], ([text, isQuery]) => {
    follow(isQuery ? `${address}?${text}` : text)
  })

  it.each(["a=1&", "top=1&", "&", "=", "%", "%zz&", "a[]=1&", "tag=", "?", "#", "/", "../", "\ud800"])(
    "takes the longest link of %j in linear time",
    (piece) => {
      const parse = (text: string) => follow(`${address}?${text}`)
      assert.isBelow(Hostile.growth(parse, piece, 60_000), Hostile.linear)
    }
  )

  it("says all that does not fit", () => {
    const reason = follow(`${address}?top=x&tag=1&tag=2`)
    assert.include(JSON.stringify(reason), "top")
    assert.include(JSON.stringify(reason), "tag")
  })
})
