/**
 * Asks the server. Addresses are relative, so that the page also works below a prefix of a reverse proxy.
 */

/** The server wants a token. */
export class SignInNeeded extends Error {}

export const read = async <A>(path: string, signal: AbortSignal): Promise<A> =>
  (await readTagged<A>(path, signal)).answer

/** An answer, and its tag, which is the same where the answer is. */
export interface Tagged<A> {
  readonly answer: A
  readonly etag: string
}

/** Asks the server for something with a tag. */
export const readTagged = async <A>(path: string, signal: AbortSignal): Promise<Tagged<A>> => {
  const answer = await fetch(path, { headers: { accept: "application/json" }, signal })
  if (answer.status === 401) throw new SignInNeeded()
  if (answer.ok) return { answer: await answer.json(), etag: answer.headers.get("etag") ?? "" }
  const problem: unknown = await answer.json().catch(() => null)
  const said = [textOf(problem, "title"), textOf(problem, "detail")].filter((text) => text !== "")
  throw new Error(said.length === 0 ? `The server answers ${answer.status}` : said.join(": "))
}

const textOf = (problem: unknown, key: "title" | "detail"): string => {
  const found: unknown = typeof problem === "object" && problem !== null ? Reflect.get(problem, key) : undefined
  return typeof found === "string" ? found : ""
}

/** What went wrong, in words. Where there is no answer, the browser's own words differ. */
export const messageOf = (error: unknown): string =>
  error instanceof TypeError ? "The server does not answer" : error instanceof Error ? error.message : String(error)
