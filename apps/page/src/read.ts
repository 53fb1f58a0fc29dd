/**
 * Asks the server. Addresses are relative, so that the page also works below a prefix of a reverse proxy.
 */

/** The server wants a token. */
export class SignInNeeded extends Error {}

export const read = async <A>(path: string, signal: AbortSignal): Promise<A> => {
  const answer = await fetch(path, { headers: { accept: "application/json" }, signal })
  if (answer.status === 401) throw new SignInNeeded()
  if (answer.ok) return answer.json()
  const problem: unknown = await answer.json().catch(() => null)
  const title = typeof problem === "object" && problem !== null && "title" in problem ? String(problem.title) : ""
  throw new Error(`The server answers ${answer.status}${title === "" ? "" : `: ${title}`}`)
}

/** What went wrong, in words. Where there is no answer, the browser's own words differ. */
export const messageOf = (error: unknown): string =>
  error instanceof TypeError ? "The server does not answer" : error instanceof Error ? error.message : String(error)
