import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { FuseV1Options, FuseVersion, flipFuses, getCurrentFuseWire } from '@electron/fuses'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { packageRoot } from '#core/base/package-root.ts'
import { openDisplay, type Display } from '#test/e2e/display.ts'
import { coreOf, electronPath, launchWindow, leave } from '#test/e2e/electron.ts'
import { regieFile } from '#test/e2e/serve.mjs'
import { notRun } from '#test/support/not-run.ts'
import { chosen, reasonOf } from '#electron/package/targets.mjs'

const config = parse(readFileSync(join(packageRoot, 'electron-builder.yml'), 'utf8')) as {
  readonly asar: boolean
  readonly electronFuses: Readonly<Record<string, boolean>>
  readonly linux: { readonly target: readonly string[] }
  readonly mac: { readonly target: readonly { target: string; arch: string }[]; readonly hardenedRuntime: boolean; readonly entitlements: string }
  readonly win: { readonly target: readonly string[] }
  readonly nsis: { readonly differentialPackage: boolean }
  readonly afterSign: string
}

/** Our name of each fuse, its number in the binary, and what it must be. */
const FUSES = [
  ['runAsNode', FuseV1Options.RunAsNode, false],
  ['enableCookieEncryption', FuseV1Options.EnableCookieEncryption, true],
  ['enableNodeOptionsEnvironmentVariable', FuseV1Options.EnableNodeOptionsEnvironmentVariable, false],
  ['enableNodeCliInspectArguments', FuseV1Options.EnableNodeCliInspectArguments, false],
  ['enableEmbeddedAsarIntegrityValidation', FuseV1Options.EnableEmbeddedAsarIntegrityValidation, true],
  ['onlyLoadAppFromAsar', FuseV1Options.OnlyLoadAppFromAsar, true],
  ['loadBrowserProcessSpecificV8Snapshot', FuseV1Options.LoadBrowserProcessSpecificV8Snapshot, false],
] as const

describe('the configuration of the packages', () => {
  it('has every installer of the three systems', () => {
    expect(config.linux.target).toEqual(['deb', 'AppImage', 'tar.gz'])
    expect(config.mac.target).toEqual([{ target: 'dmg', arch: 'universal' }])
    expect(config.win.target).toEqual(['nsis'])
  })

  it('hardens and notarises on macOS, and asks for nothing but to compile at run time', () => {
    expect(config.mac.hardenedRuntime).toBe(true)
    const granted = [...readFileSync(join(packageRoot, config.mac.entitlements), 'utf8').matchAll(/<key>(.+?)<\/key>/g)].map(([, key]) => key)
    expect(granted).toEqual(['com.apple.security.cs.allow-jit'])
    expect(existsSync(join(packageRoot, config.afterSign))).toBe(true)
  })

  it('lets updates fetch only what changed', () => expect(config.nsis.differentialPackage).toBe(true))

  it.each(FUSES)('sets the fuse %s', (name, _, on) => expect(config.electronFuses[name]).toBe(on))

  it('lets file:// read nothing more than a browser would (the fuse that came later)', () => expect(config.electronFuses.grantFileProtocolExtraPrivileges).toBe(false))

  it('has an archive, without which two of the fuses mean nothing', () => expect(config.asar).toBe(true))
})

describe('npm run package', () => {
  it('says for every installer whether this machine can build it, or why not', () => {
    const list = chosen({ platform: 'linux', wanted: null, env: {} })
    expect(list.filter(({ why }) => why === null).map(({ target }) => target)).toEqual(['dir', 'tar.gz', 'deb', 'AppImage'])
    expect(list.filter(({ why }) => why !== null).map(({ target, why }) => `${target}: ${why}`)).toEqual(['dmg: needs macOS: universal apps are joined and signed there', 'nsis: needs Windows, or Wine and REGIE_CROSS=1'])
    expect(chosen({ platform: 'darwin', wanted: 'mac', env: {} })).toEqual([{ system: 'mac', target: 'dmg', why: null }])
  })

  it('says in one line what went wrong', () => {
    expect(reasonOf('  • packaging\n  ⨯ Get "https://x/y": getaddrinfo ENOTFOUND x\n    at z')).toContain('can’t be reached')
    expect(reasonOf('• a\n\u001B[31m⨯ cannot find icon\u001B[0m\n at b')).toBe('⨯ cannot find icon')
  })
})

const electron = electronPath()
const missing =
  process.platform !== 'linux' || electron === null
    ? notRun('the packaged app', process.platform === 'linux' ? 'no Electron; set ELECTRON_PATH, or run test/lab/get-electron.sh' : 'the test runtime is for Linux')
    : !existsSync(regieFile) && notRun('the packaged app', 'not built: npm run build')

describe.runIf(!missing)('the packaged app', () => {
  let folder: string
  let runtime: string
  let display: Display | null
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'regie-package-'))
    // The runtime as electron-builder wants it: without the stand-in for its default app.
    runtime = join(folder, 'runtime')
    const from = dirname(electron ?? '')
    if (spawnSync('cp', ['-al', from, runtime]).status !== 0) spawnSync('cp', ['-a', from, runtime])
    rmSync(join(runtime, 'resources', 'app'), { recursive: true, force: true })
    display = await openDisplay()
  })
  afterAll(() => {
    display?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('takes the seven fuses as they are configured', async () => {
    const program = join(folder, 'fused')
    writeFileSync(program, readFileSync(join(runtime, 'electron')), { mode: 0o755 })
    await flipFuses(program, { version: FuseVersion.V1, ...Object.fromEntries(FUSES.map(([name, fuse]) => [fuse, config.electronFuses[name]])) })
    const wire = await getCurrentFuseWire(program)
    // '1' is on, '0' is off, in the bytes of the binary
    expect(FUSES.map(([name, fuse]) => [name, Number(wire[fuse]) === '1'.charCodeAt(0)])).toEqual(FUSES.map(([name, , on]) => [name, on]))
    // the fused program no longer runs as a plain Node
    const { stdout } = spawnSync(program, ['-p', '6 * 7', '--no-sandbox'], { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', DISPLAY: '' }, encoding: 'utf8', timeout: 10_000, killSignal: 'SIGKILL' })
    expect(stdout).not.toContain('42')
  })

  it('is built for this machine, and starts with a sandbox of its own', { timeout: 300_000 }, async () => {
    const test = join(folder, 'builder.json')
    writeFileSync(
      test,
      JSON.stringify({
        extends: join(packageRoot, 'electron-builder.yml'),
        electronVersion: readFileSync(join(runtime, 'version'), 'utf8').trim(),
        electronDist: runtime,
        // The core runs in this Node: its modules stay as they are, as plain files. A fused app can't be driven by a test.
        npmRebuild: false,
        asar: false,
        electronFuses: null,
        afterSign: null,
        publish: null,
        directories: { output: join(folder, 'out'), buildResources: 'electron/icons' },
      }),
    )
    const built = spawnSync('npx', ['--no-install', 'electron-builder', '--linux', 'dir', '--config', test], { cwd: packageRoot, encoding: 'utf8' })
    expect(built.status, built.stdout + built.stderr).toBe(0)
    const app = join(folder, 'out', 'linux-unpacked')
    expect(statSync(join(app, 'regie')).mode & 0o111).toBeGreaterThan(0)
    expect(existsSync(join(app, 'resources', 'app', 'node_modules', 'better-sqlite3'))).toBe(true)
    expect(existsSync(join(app, 'resources', 'app', 'node_modules', '@mantine'))).toBe(false)
    expect(existsSync(join(app, 'resources', 'app', 'test'))).toBe(false)
    expect(readdirSync(join(app, 'resources', 'app', 'node_modules', 'onnxruntime-node', 'bin', 'napi-v6'))).toEqual(['linux'])

    const window = await launchWindow({ executable: join(app, 'regie'), shell: null, env: { ...process.env, ...display?.env, HOME: folder, REGIE_HOME: join(folder, 'home') } })
    expect(await window.evaluate(({ app: desktop }) => desktop.isPackaged)).toBe(true)
    const page = await window.firstWindow()
    page.setDefaultTimeout(60_000)
    await page.locator('.head h1').waitFor()
    expect(await page.locator('.app').getAttribute('data-env')).toBe('sandbox')
    expect((await coreOf(page)).pid).toBeGreaterThan(0)
    await leave(window)
  })
})
