/**
 * The addresses that a connection may name, and that a job may lead people to.
 */

/** Whether a text is an absolute http or https address without a user or a password in it. */
export const isHttpUrl = (text: string): boolean => httpUrl(text) !== null

/** Such an address as browsers write it, in which every character that is not plain is encoded; `null` for any other text. */
export const httpUrl = (text: string): string | null => {
  const url = URL.parse(text)
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) return null
  return url.username === "" && url.password === "" ? url.href : null
}
