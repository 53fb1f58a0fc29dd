/**
 * The one filter of Falcon's query language that is used: from a time on.
 */

const escaped = (text: string): string => text.replaceAll(/[\\']/g, (sign) => `\\${sign}`)

/** Rows whose field is this text or later. */
export const since = (field: string, text: string): string => `${field}:>='${escaped(text)}'`

const form = /^([\w.]+):>='((?:[^'\\]|\\.)*)'$/s

/** The text in such a filter; `undefined` where it is another one, or none. */
export const sinceOf = (filter: string | undefined): string | undefined =>
  form.exec(filter ?? "")?.[2]?.replaceAll(/\\(.)/gs, "$1")
