/**
 * A provider's name, in every form that the generated code needs.
 *
 * **Example** (the forms of a name)
 *
 * ```ts run
 * import { Name } from "create-scanjobs-provider"
 *
 * console.log(Name.parse("acme-cloud")) // { id: 'acme-cloud', pascal: 'AcmeCloud', title: 'Acme Cloud' }
 * ```
 */

/**
 * A valid name.
 *
 * @since 0.1.0
 * @category models
 */
export interface Name {
  /** As given, such as `acme-cloud`: the provider's id, and part of the package's name. */
  readonly id: string
  /** Such as `AcmeCloud`: the name of the provider's value and file. */
  readonly pascal: string
  /** Such as `Acme Cloud`: for prose. */
  readonly title: string
}

/** Names that a generated package uses for something else. */
const taken: ReadonlySet<string> = new Set([
  "api",
  "array",
  "conformance",
  "credential",
  "date",
  "effect",
  "emulator",
  "error",
  "errors",
  "index",
  "listing",
  "map",
  "number",
  "o-auth",
  "object",
  "pages",
  "paging",
  "playground",
  "project",
  "provider",
  "redacted",
  "rejection",
  "result",
  "run",
  "region",
  "schedule",
  "schema",
  "scope",
  "signature",
  "signature-check",
  "state",
  "stream",
  "string",
  "subject",
  "synthetic-runs",
  "time",
  "token-server",
  "wire"
])

/** Longer names make the generated lines too long to read. */
const longest = 30

/**
 * Parses a name, or returns why it is not valid.
 *
 * @since 0.1.0
 * @category constructors
 */
export const parse = (id: string): Name | string => {
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(id)) {
    return `${JSON.stringify(id)} is not a valid name for a provider: use lower-case letters, digits and single hyphens, such as acme or acme-cloud`
  }
  if (id.length > longest) return `${id} has more than ${longest} letters`
  if (taken.has(id)) return `${id} already means something else in a provider's package: choose another name`
  const words = id.split("-").map((word) => word.charAt(0).toUpperCase() + word.slice(1))
  return { id, pascal: words.join(""), title: words.join(" ") }
}
