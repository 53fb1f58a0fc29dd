/**
 * What a package outside of the workspace depends on, held equal to the workspace's own versions by a test.
 */

/** What the package needs to run. */
export const dependencies = { "@scanjobs/core": "^0.1.0", "@scanjobs/testing": "^0.1.0" }

/** What those who install it have, too. */
export const peerDependencies = { effect: "~4.1.0" }

/** What its tests and its build need. */
export const devDependencies = {
  "@effect/platform-node": "~4.1.0",
  "@effect/vitest": "^4.0.5",
  "@types/node": "^24.19.2",
  effect: "~4.1.0",
  typescript: "^7.0.2",
  vitest: "^5.1.1"
}
