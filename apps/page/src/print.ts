/**
 * When the page is printed.
 */
import { useEffect, useRef } from "preact/hooks"

/** Calls one before the page is printed, and the other after it. */
export const useEnds = (begin: () => void, end: () => void): void => {
  const both = useRef({ begin, end })
  both.current = { begin, end }
  useEffect(() => {
    const before = () => both.current.begin()
    const after = () => both.current.end()
    addEventListener("beforeprint", before)
    addEventListener("afterprint", after)
    return () => {
      removeEventListener("beforeprint", before)
      removeEventListener("afterprint", after)
    }
  }, [])
}
