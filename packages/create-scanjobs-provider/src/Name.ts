/**
 * A provider's name, in the forms in which code spells it.
 */

/** A name that has been checked. */
export interface Name {
  /** As it was given, such as `acme-cloud`: the provider's id, and part of the package's name. */
  readonly id: string
  /** Such as `AcmeCloud`: the provider's value and file. */
  readonly pascal: string
  /** Such as `Acme Cloud`: in text for people. */
  readonly title: string
}

/** What a generated package already calls something else. */
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
  "schema",
  "scope",
  "state",
  "stream",
  "string",
  "subject",
  "synthetic-runs",
  "time",
  "token-server",
  "wire"
])

/** Longer ones make lines that nobody reads. */
const longest = 30

/** Reads a name, or says why it is none. */
export const parse = (id: string): Name | string => {
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(id)) {
    return `${JSON.stringify(id)} is no name for a provider: use lower-case letters, digits and single hyphens, such as acme or acme-cloud`
  }
  if (id.length > longest) return `${id} has more than ${longest} letters`
  if (taken.has(id)) return `${id} already means something else in a provider's package: choose another name`
  const words = id.split("-").map((word) => word.charAt(0).toUpperCase() + word.slice(1))
  return { id, pascal: words.join(""), title: words.join(" ") }
}
