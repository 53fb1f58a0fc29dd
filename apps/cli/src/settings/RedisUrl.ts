/**
 * The address of a Redis, such as `redis://127.0.0.1:6379` or `rediss://user:password@redis.example:6380/2`.
 */
import { Result } from "effect"

/** What an error says was expected. */
export const expected = "an address such as redis://HOST:PORT or rediss://USER:PASSWORD@HOST:PORT"

/** Whether a text is such an address. */
export const isRedisUrl = (text: string): boolean => {
  const url = URL.parse(text)
  return url !== null && (url.protocol === "redis:" || url.protocol === "rediss:") && url.hostname !== ""
}

/** The address without its user, password, path and query, which may be secret. */
export const shown = (text: string): string => {
  const { host, protocol } = new URL(text)
  return `${protocol}//${host}`
}

/** The password in the address, as it is written and as it is sent. */
export const secretsOf = (text: string): ReadonlyArray<string> => {
  const { password } = new URL(text)
  return password === "" ? [] : [password, decoded(password)]
}

const decoded = (text: string): string =>
  Result.getOrElse(
    Result.try(() => decodeURIComponent(text)),
    () => text
  )
