/**
 * The addresses that a connection may name.
 */

/** Whether a text is an absolute http or https address without a user or a password in it. */
export const isHttpUrl = (text: string): boolean => {
  const url = URL.parse(text)
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) return false
  return url.username === "" && url.password === ""
}
