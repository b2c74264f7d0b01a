import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { packageRoot } from '#core/base/package-root.ts'
import { notRun } from '#test/support/not-run.ts'

const folder = join(packageRoot, 'dist', 'page')
const missing = !existsSync(join(folder, 'index.html')) && notRun('size of the page', 'dist/page is not built')

it.skipIf(missing)('the page asks for at most 350 KB of script, gzip, before it shows; other pages come on demand', () => {
  const html = readFileSync(join(folder, 'index.html'), 'utf8')
  const files = [...html.matchAll(/(?:src|href)="\.\/([^"]+\.js)"/g)].map((match) => match[1] ?? '')
  expect(files.length).toBeGreaterThan(0)
  const sizes = files.map((file) => [file, gzipSync(readFileSync(join(folder, file))).length] as const)
  expect(sizes.reduce((sum, [, size]) => sum + size, 0), sizes.map(([file, size]) => `${file} ${size}`).join('\n')).toBeLessThanOrEqual(350 * 1024)
  expect(html).not.toContain('gallery')
})
