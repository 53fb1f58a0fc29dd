/**
 * Finds certificates and keys in texts of the form PEM.
 */
import { Redacted } from "effect"

/**
 * The first PEM block with this label, and its content. A bundle has other blocks, and text between them; environment
 * variables often have line breaks written as `\\n`.
 */
export const blockOf = (label: string, pem: Redacted.Redacted): RegExpExecArray | null =>
  new RegExp(`-----BEGIN ${label}-----([^-]+)-----END ${label}-----`).exec(Redacted.value(pem).replaceAll("\\n", "\n"))
