/** Texts that a hostile vendor may send where a parser expects something else. */

/** A piece of text, repeated up to a length. */
export const repeated = (piece: string, length: number): string =>
  piece.repeat(Math.ceil(length / piece.length)).slice(0, length)

/** Pieces whose repetition makes careless parsers slow. */
export const pieces: ReadonlyArray<string> = [
  "<",
  ">",
  "<>",
  "<a>;",
  '<a>;b="',
  '<a>; rel="\\',
  "<a>; ; ;",
  "<a>;;=",
  "<a> ",
  ";",
  "; ",
  "\\",
  '"',
  ",",
  ", ",
  " ",
  "\t\n",
  "0",
  "9",
  "9.",
  "-",
  "1 ",
  "1,",
  "1s ",
  "a",
  "é",
  "\ud800",
  "2024-",
  "2024-01-01T00:00:00.",
  "Sun, 06 Nov 1994 08:49:37 GMT",
  "charset=",
  "; charset=",
  "[",
  "{",
  '{"a":',
  "[{},",
  "},{",
  "\u0000",
  "\ufeff"
]

/**
 * How many times longer the slowest text takes at four times the length: about four where the time is linear, about sixteen where
 * it is quadratic. The shortest of several runs counts.
 */
export const growth = (parse: (text: string) => unknown, piece: string, length: number): number => {
  const [short, long] = [repeated(piece, length), repeated(piece, 4 * length)]
  const time = (text: string) => {
    let best = Number.POSITIVE_INFINITY
    for (let run = 0; run < 5; run++) {
      const began = performance.now()
      parse(text)
      best = Math.min(best, performance.now() - began)
    }
    return best
  }
  const least = 1
  return time(long) / Math.max(time(short), least)
}
