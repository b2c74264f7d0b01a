/** The peer of run.mjs: transformers.js' text-classification pipeline, one thread, fed from stdin. */
import { readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

const [module, model, textsFile] = process.argv.slice(2)
const { env, pipeline } = await import(pathToFileURL(module))
env.allowRemoteModels = false
env.localModelPath = dirname(model)
const classifier = await pipeline('text-classification', basename(model), {
  dtype: 'q8',
  session_options: { intraOpNumThreads: 1, interOpNumThreads: 1 },
})
const texts = JSON.parse(readFileSync(textsFile, 'utf8'))

for await (const line of createInterface({ input: process.stdin })) {
  const batch = Number(line.split(' ')[1])
  const start = performance.now()
  for (let from = 0; from < texts.length; from += batch) {
    await classifier(batch === 1 ? texts[from] : texts.slice(from, from + batch))
  }
  console.log(performance.now() - start)
}
