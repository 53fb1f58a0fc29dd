// Plain JavaScript, so that an old Node can run it and say what is wrong.
const [major, minor] = process.versions.node.split(".").map(Number)
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(
    `This workspace needs Node 22.19 or newer; this is ${process.versions.node} (${process.execPath}).\n` +
      "On Linux x64 and arm64, `npm ci` puts Node 24 into node_modules/.bin, and `npm run …` and `npx …` use it.\n" +
      "Elsewhere, install Node 24 yourself."
  )
  process.exit(1)
}
