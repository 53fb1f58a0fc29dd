/**
 * The `Link` header of RFC 8288.
 */

/** A link, and what it is for. */
export interface Link {
  readonly href: string
  /** Relations, in lower case. */
  readonly rels: ReadonlyArray<string>
}

/** One link: its target in angle brackets, and parameters up to the next comma outside of quotes. */
const linkValue = /<([^>]*)>((?:\s*;\s*[\w!#$&+\-.^`|~*]*(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s;,"]*))?)*)/g
const parameter = /;\s*([\w!#$&+\-.^`|~*]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*))/g

/**
 * Reads all links of a header, in their order. What is no link is passed over.
 *
 * **Example** (GitHub's header)
 *
 * ```ts run
 * import { LinkHeader } from "@scanjobs/core"
 *
 * console.log(LinkHeader.parse('<https://api.example/runs?page=2>; rel="next", </runs?page=9>; rel=last'))
 * // [{ href: "https://api.example/runs?page=2", rels: ["next"] }, { href: "/runs?page=9", rels: ["last"] }]
 * ```
 */
export const parse = (header: string): ReadonlyArray<Link> =>
  Array.from(header.matchAll(linkValue), ([, href = "", parameters = ""]) => {
    // A second `rel` of one link does not count, says section 3.3.
    const rel = [...parameters.matchAll(parameter)].find(([, name]) => name?.toLowerCase() === "rel")
    const value = rel?.[2]?.replaceAll(/\\(.)/g, "$1") ?? rel?.[3] ?? ""
    return {
      href,
      rels: value
        .toLowerCase()
        .split(/\s+/)
        .filter((one) => one !== "")
    }
  })

/** The target of the first link with the relation, if there is one. */
export const find = (header: string | undefined, rel: string): string | undefined =>
  header === undefined ? undefined : parse(header).find(({ rels }) => rels.includes(rel))?.href
