import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface WindowState {
  readonly bounds: Box | null
  readonly maximized: boolean
  /** Chromium's level: 0 is 100 %. */
  readonly zoom: number
  readonly language: 'en' | 'fr' | null
  readonly updates: boolean
}

export const SMALLEST = { width: 1180, height: 720 }
const FIRST = { width: 1440, height: 900 }
const START: WindowState = { bounds: null, maximized: false, zoom: 0, language: null, updates: true }

const isBox = (value: unknown): value is Box =>
  typeof value === 'object' && value !== null && ['x', 'y', 'width', 'height'].every((side) => Number.isFinite((value as Record<string, unknown>)[side]))

/** What was kept; anything that can't be read is as if nothing were kept. */
export function readWindowState(file: string): WindowState {
  try {
    const held = JSON.parse(readFileSync(file, 'utf8')) as Partial<Record<keyof WindowState, unknown>>
    const zoom = Number(held.zoom)
    return {
      bounds: isBox(held.bounds) ? held.bounds : null,
      maximized: held.maximized === true,
      zoom: Number.isFinite(zoom) ? Math.min(5, Math.max(-3, zoom)) : 0,
      language: held.language === 'en' || held.language === 'fr' ? held.language : null,
      updates: held.updates !== false,
    }
  } catch {
    return START
  }
}

/** Whole or not at all: a crash in the middle leaves the earlier one. */
export function writeWindowState(file: string, state: WindowState): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  writeFileSync(`${file}.new`, JSON.stringify(state), { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

/** Where to put the window: where it was, unless that screen has gone or is smaller now; else in the middle. */
export function placeWindow(kept: Box | null, screens: readonly Box[]): { width: number; height: number; x?: number; y?: number } {
  const screen = kept && screens.find((one) => kept.x + kept.width / 2 >= one.x && kept.x + kept.width / 2 < one.x + one.width && kept.y >= one.y && kept.y < one.y + one.height)
  if (!kept || !screen) {
    const [first] = screens
    return { width: Math.min(FIRST.width, first?.width ?? FIRST.width), height: Math.min(FIRST.height, first?.height ?? FIRST.height) }
  }
  const width = Math.min(Math.max(kept.width, SMALLEST.width), Math.max(screen.width, SMALLEST.width))
  const height = Math.min(Math.max(kept.height, SMALLEST.height), Math.max(screen.height, SMALLEST.height))
  return { width, height, x: Math.max(screen.x, Math.min(kept.x, screen.x + screen.width - width)), y: Math.max(screen.y, Math.min(kept.y, screen.y + screen.height - height)) }
}
