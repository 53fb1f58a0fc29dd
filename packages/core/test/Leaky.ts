/** A vendor that sends a secret back in every place, and a plugin that reads it and quotes it. */
import { Credential, Listing, OAuth, Paging, Provider } from "@scanjobs/core"
import { Effect, Redacted, Schema } from "effect"
import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"
import * as Vendor from "./Vendor.ts"

/** The secret of every connection. Every way to escape it differs. */
export const secret = 'cAnary/4e5f+6a<7b>"8c9d'

const Row = Schema.Struct({
  id: Schema.String,
  note: Schema.optionalKey(Schema.String),
  state: Schema.optionalKey(Schema.String)
})
const Page = <R extends Schema.Constraint>(row: R) =>
  Schema.Struct({
    rows: Schema.Array(row),
    next: Schema.optionalKey(Schema.String),
    after: Schema.optionalKey(Schema.String)
  })

const query = { from: Schema.optionalKey(Schema.Int), after: Schema.optionalKey(Schema.String) }
const parents = Listing.make({
  row: Row,
  endpoint: (row) => HttpApiEndpoint.get("groups", "/groups", { query, success: Page(row) })
})
const name = HttpApiEndpoint.get("name", "/name", { success: Schema.Struct({ name: Schema.String }) })
const runs = Listing.make({
  row: Row,
  endpoint: (row) => HttpApiEndpoint.get("runs", "/runs", { query, success: Page(row) }),
  lookup: name
})
const items = Listing.make({
  row: Row,
  endpoint: (row) =>
    HttpApiEndpoint.get("items", "/items/:group", { params: { group: Schema.String }, success: Page(row) }),
  scope: Schema.String,
  parents
})

/** What a plugin's verb throws, and where. */
export interface Mistake {
  readonly verb: "job" | "next" | "rows" | "hint" | "total" | "credential" | "child" | "open" | "token" | "reject"
  readonly text: string
}

const connection = {
  secret: Schema.Redacted(Schema.String),
  tokenUrl: Schema.optionalKey(Schema.String)
}

const failing = (mistake: Mistake | undefined) => (verb: Mistake["verb"]) => {
  if (mistake?.verb === verb) throw new Error(`it cannot read ${mistake.text}`)
}

/** The plugin, with a mistake. */
export const provider = (mistake?: Mistake) => {
  const fail = failing(mistake)
  const job = (row: typeof Row.Type) => {
    fail("job")
    return {
      vendorId: row.id,
      kind: "run",
      category: "web",
      state: row.state === undefined ? "succeeded" : "unknown",
      vendorState: row.state ?? null,
      detail: row.note ?? null
    } as const
  }
  const next = ({ body, headers }: { body: { next?: string; after?: string }; headers: { link?: string } }) => {
    fail("next")
    const { after } = body
    if (after !== undefined) return { query: { after } }
    const header = headers.link?.match(/<([^>]*)>/)?.[1]
    return Paging.link<{ query: { after?: string } }>(body.next ?? header)
  }
  const rows = (body: { readonly rows: ReadonlyArray<typeof Row.Type> }) => {
    fail("rows")
    return body.rows
  }
  return Provider.make("leaky", {
    connection,
    security: HttpApiSecurity.bearer,
    listings: { runs, items }
  })({
    baseUrl: () => "https://leaky.invalid",
    credential: (settings) => {
      fail("credential")
      const dead = Effect.suspend(() => Effect.die(new Error(`no token for ${mistake?.text}`)))
      if (mistake?.verb === "token") return Credential.fromEffect(dead)
      if (mistake?.verb === "open") return () => dead
      if (mistake?.verb === "reject") {
        return () => Effect.succeed({ get: Effect.succeed(settings.secret), reject: () => dead, renewable: true })
      }
      return settings.tokenUrl === undefined
        ? Credential.fixed(settings.secret)
        : OAuth.clientCredentials({
            tokenUrl: settings.tokenUrl,
            clientId: "client",
            proof: { clientSecret: settings.secret }
          })
    },
    hint: (reason) => {
      fail("hint")
      return `look at ${reason.message}`
    },
    listings: {
      runs: {
        first: () => ({ query: {} }),
        lookup: () => ({}),
        rows,
        next,
        total: () => {
          fail("total")
          return undefined
        },
        job
      },
      items: {
        parents: {
          first: () => ({ query: {} }),
          rows,
          next,
          child: ({ id }) => {
            fail("child")
            return id
          }
        },
        first: ({ scope }) => ({ params: { group: scope } }),
        rows,
        next: () => undefined,
        job
      }
    }
  })
}

/** One place in which the vendor, or the plugin, gives a secret back in some form. */
export interface Place {
  readonly name: string
  readonly mistake?: (form: string) => Mistake
  /** Whether tokens come from a token server. */
  readonly hasTokens?: boolean
  /** The answer to this request; `undefined` for an empty one. */
  readonly answer?: Answering
}

type Answering = (form: string, seen: Vendor.Seen) => Vendor.Answer | undefined

const first = ({ url }: Vendor.Seen) => url.pathname === "/runs" && url.search === ""
const page = (...rows: ReadonlyArray<unknown>) => Vendor.json({ rows })
const down = Vendor.text("down", 400)

/** A form as a part of an address that is sent in a header. */
const inUrl = (form: string): string => encodeURI(form).replaceAll("#", "%23")

const onFirst =
  (answer: (form: string) => Vendor.Answer): Answering =>
  (form, seen) =>
    first(seen) ? answer(form) : undefined

/** The answer to the first request; all other pages are refused, so that their cursor is in an error. */
const thenDown =
  (answer: (form: string) => Vendor.Answer): Answering =>
  (form, seen) =>
    first(seen) ? answer(form) : seen.url.pathname === "/runs" ? down : undefined

const onToken =
  (answer: (form: string) => Vendor.Answer): Answering =>
  (form, seen) =>
    seen.url.pathname === "/token" ? answer(form) : undefined

const mistakes = (
  ["job", "next", "rows", "hint", "total", "credential", "child", "open", "token", "reject"] as const
).map((verb): Place => ({
  name: `what a plugin's \`${verb}\` throws`,
  mistake: (text) => ({ verb, text }),
  answer: (_, { url }) => {
    if (verb === "reject") return Vendor.text("expired", 401)
    return url.pathname === "/items/a" && verb === "hint" ? down : page({ id: "a" })
  }
}))

/** Every place. */
export const places: ReadonlyArray<Place> = [
  { name: "a field of a row", answer: onFirst((form) => page({ id: "a", note: form })) },
  { name: "a field that no schema knows", answer: onFirst((form) => page({ id: "a", more: [{ deep: form }] })) },
  { name: "the name of a field", answer: onFirst((form) => page({ id: "a", [form]: 1 })) },
  { name: "the id of a row", answer: onFirst((form) => page({ id: form })) },
  { name: "a state that the plugin does not know", answer: onFirst((form) => page({ id: "a", state: form })) },
  { name: "a row that does not fit", answer: onFirst((form) => page({ id: 1, note: form })) },
  { name: "the name of a field that does not fit", answer: onFirst((form) => page({ id: "a", note: { [form]: 1 } })) },
  { name: "an error in JSON", answer: onFirst((form) => Vendor.json({ error: form, [form]: [form] }, 400)) },
  { name: "an error in text", answer: onFirst((form) => Vendor.text(`you sent ${form}, which is wrong`, 403)) },
  { name: "an error in HTML", answer: onFirst((form) => Vendor.text(`<p title="${form}">${form}</p>`, 500)) },
  { name: "a page that is no JSON", answer: onFirst((form) => Vendor.text(`you sent ${form}`)) },
  { name: "a page of another shape", answer: onFirst((form) => Vendor.json({ [form]: form })) },
  {
    name: "headers of an error",
    answer: onFirst((form) =>
      Vendor.text("wrong", 400, {
        "x-request-id": form,
        "retry-after": form,
        "content-type": form,
        "www-authenticate": form
      })
    )
  },
  {
    name: "headers of a page",
    answer: onFirst((form) =>
      Vendor.json({ rows: [{ id: "a" }] }, 200, { "x-request-id": form, etag: form, "set-cookie": form })
    )
  },
  { name: "a cursor in the body", answer: thenDown((form) => Vendor.json({ rows: [{ id: "a" }], after: form })) },
  {
    name: "a link in the body",
    answer: thenDown((form) =>
      Vendor.json({ rows: [{ id: "a" }], next: `/runs?after=${inUrl(form)}&${inUrl(form)}=1` })
    )
  },
  {
    name: "a link in a header",
    answer: thenDown((form) =>
      Vendor.json({ rows: [{ id: "a" }] }, 200, {
        link: `</runs?key=${inUrl(form).replaceAll(">", "%3E")}>; rel="next"`
      })
    )
  },
  {
    name: "a link that does not fit",
    answer: thenDown((form) => Vendor.json({ rows: [{ id: "a" }], next: `/runs?from=${inUrl(form)}` }))
  },
  {
    name: "a link to another path",
    answer: thenDown((form) => Vendor.json({ rows: [{ id: "a" }], next: `/${inUrl(form)}/elsewhere` }))
  },
  {
    name: "a link that is no address",
    answer: thenDown((form) => Vendor.json({ rows: [{ id: "a" }], next: `https://[${form}` }))
  },
  {
    name: "a link to another host",
    answer: thenDown((form) =>
      Vendor.json({ rows: [{ id: "a" }], next: `https://${encodeURIComponent(form)}.invalid/${form}` })
    )
  },
  { name: "a redirect", answer: onFirst((form) => Vendor.redirect(`/runs?key=${inUrl(form)}`)) },
  {
    name: "a redirect that fails",
    answer: (form, seen) => (first(seen) ? Vendor.redirect(`/${inUrl(form)}?key=${inUrl(form)}`) : down)
  },
  {
    name: "a chain of redirects without end",
    answer: (form, { url }) => Vendor.redirect(`/runs?key=${inUrl(form)}&${url.searchParams.size}=1`)
  },
  {
    name: "a redirect to another origin",
    answer: onFirst((form) => Vendor.redirect(`http://127.0.0.1:1/${inUrl(form)}?${inUrl(form)}`))
  },
  {
    name: "the name of the host of a redirect",
    answer: onFirst((form) =>
      Vendor.redirect(`http://user:${encodeURIComponent(form)}@${encodeURIComponent(form)}.invalid/`)
    )
  },
  {
    name: "the id of a parent",
    answer: (form, { url }) =>
      url.pathname === "/groups" ? page({ id: form }) : url.pathname === "/runs" ? page() : down
  },
  {
    name: "a parent that does not fit",
    answer: (form, { url }) => (url.pathname === "/groups" ? page({ id: 1, note: form }) : undefined)
  },
  {
    name: "a lookup that is refused",
    answer: (form, { url }) => (url.pathname === "/name" ? Vendor.json({ message: form }, 400) : page({ id: "a" }))
  },
  {
    name: "a lookup that does not fit",
    answer: (form, { url }) => (url.pathname === "/name" ? Vendor.json({ [form]: form }) : page({ id: "a" }))
  },
  {
    name: "an error of a token server",
    hasTokens: true,
    answer: onToken((form) => Vendor.json({ error: form, error_description: form }, 400))
  },
  { name: "an error in text of a token server", hasTokens: true, answer: onToken((form) => Vendor.text(form, 500)) },
  {
    name: "an answer of a token server without a token",
    hasTokens: true,
    answer: onToken((form) => Vendor.json({ [form]: form }))
  },
  {
    name: "a redirect of a token server",
    hasTokens: true,
    answer: onToken((form) => Vendor.redirect(`http://127.0.0.1:1/${inUrl(form)}`, 307))
  },
  ...mistakes
]

/** The vendor that gives the form of the secret back in the place. */
export const serve = ({ answer }: Place, form: string) =>
  Vendor.serve((seen) => {
    const special = answer?.(form, seen)
    if (special !== undefined) return special
    if (seen.url.pathname === "/token") return Vendor.json({ access_token: "t0ken-5f6a7b8c9d0e" })
    return seen.url.pathname === "/name" ? Vendor.json({ name: "the name" }) : page({ id: "b" })
  })

/** A connection to the vendor. */
export const connectionTo = (origin: string, { hasTokens = false }: Place) => ({
  provider: "leaky" as const,
  name: "main",
  baseUrl: origin,
  secret: Redacted.make(secret),
  ...(hasTokens ? { tokenUrl: `${origin}/token` } : {})
})
