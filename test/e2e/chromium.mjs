import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'

const KNOWN = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe']

/** A browser that is on this machine, or null: nothing is downloaded. */
export const chromiumPath = () => [process.env.CHROMIUM_PATH, ...KNOWN].find((path) => path && existsSync(path)) ?? null

/** Chromium without its sandbox where that cannot work (root, containers): it opens our own page only. */
export const launchChromium = (executablePath, args = []) => chromium.launch({ executablePath, args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...args] })
