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

/** What {@link growth} stays below where the time is linear: far above 16, and far below 256. */
export const linear = 64

/**
 * How many times longer a text of a length takes than a sixteenth of it: about 16 where the time is linear, about 256 where it is
 * quadratic. The shortest of several runs counts.
 */
export const growth = (parse: (text: string) => unknown, piece: string, length: number): number => {
  const [short, long] = [repeated(piece, length / 16), repeated(piece, length)]
  const time = (text: string) => {
    let best = Number.POSITIVE_INFINITY
    for (let run = 0; run < 5; run++) {
      // Processor time, which does not grow where others use the machine.
      const began = process.cpuUsage()
      parse(text)
      const { system, user } = process.cpuUsage(began)
      best = Math.min(best, (user + system) / 1000)
    }
    return best
  }
  const least = 0.25
  return time(long) / Math.max(time(short), least)
}
