/** What Electron's own default app does: loads the app folder that is named on the command line. */
const { app } = require('electron')
const { Module } = require('node:module')
const { existsSync, readFileSync } = require('node:fs')
const path = require('node:path')

const modules = []
let folder = null
const given = process.argv.slice(1)
for (let i = 0; i < given.length && folder === null; i += 1) {
  if (given[i] === '-r' || given[i] === '--require') modules.push(given[(i += 1)])
  else if (!given[i].startsWith('-')) folder = path.resolve(given[i])
}
if (folder === null) {
  console.error('usage: electron [-r module] <app folder>')
  process.exit(2)
}
if (modules.length > 0) Module._preloadModules(modules)
Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true })
const description = path.join(folder, 'package.json')
if (existsSync(description)) {
  const { version, productName, name } = JSON.parse(readFileSync(description, 'utf8'))
  if (version) app.setVersion(version)
  if (productName || name) app.setName(productName || name)
  app.setAppPath(folder)
}
const main = Module._resolveFilename(folder, null, true)
if (!existsSync(description)) app.setAppPath(path.dirname(main))
Module._load(main, Module, true)
