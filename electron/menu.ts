import type { MenuItemConstructorOptions } from 'electron'
import type { RunningRun } from '#core/serve/host-messages.ts'
import type { Words } from './copy.ts'

export interface MenuActions {
  go(path: string): void
  open(): void
  reload(): void
  zoom(step: number): void
  updates(on: boolean): void
  show(): void
  quit(): void
}

export interface MenuState {
  readonly platform: NodeJS.Platform
  readonly updates: 'on' | 'off' | 'policy'
}

/** The window's menu. Everything in it is in the page too, but for what belongs to the desktop. */
export function menuTemplate(t: Words, actions: MenuActions, { platform, updates }: MenuState): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin'
  const place = (label: string, path: string): MenuItemConstructorOptions => ({ label, click: () => actions.go(path) })
  const about: MenuItemConstructorOptions = { label: t.about, role: 'about' }
  return [
    ...(mac ? [{ role: 'appMenu' as const }] : []),
    {
      label: t.file,
      submenu: [{ label: t.open, accelerator: 'CmdOrCtrl+O', click: () => actions.open() }, { type: 'separator' }, mac ? { label: t.close, role: 'close' } : { label: t.quit, accelerator: 'Ctrl+Q', click: () => actions.quit() }],
    },
    {
      label: t.edit,
      submenu: [
        { label: t.undo, role: 'undo' },
        { label: t.redo, role: 'redo' },
        { type: 'separator' },
        { label: t.cut, role: 'cut' },
        { label: t.copy, role: 'copy' },
        { label: t.paste, role: 'paste' },
        { label: t.selectAll, role: 'selectAll' },
      ],
    },
    {
      label: t.view,
      submenu: [
        { label: t.reload, accelerator: 'CmdOrCtrl+R', click: () => actions.reload() },
        { type: 'separator' },
        { label: t.zoomIn, accelerator: 'CmdOrCtrl+Plus', click: () => actions.zoom(1) },
        // The key beside Backspace gives + only with Shift.
        { label: t.zoomIn, accelerator: 'CmdOrCtrl+=', visible: false, acceleratorWorksWhenHidden: true, click: () => actions.zoom(1) },
        { label: t.zoomOut, accelerator: 'CmdOrCtrl+-', click: () => actions.zoom(-1) },
        { label: t.zoomReset, accelerator: 'CmdOrCtrl+0', click: () => actions.zoom(0) },
        { type: 'separator' },
        { label: t.fullScreen, role: 'togglefullscreen' },
      ],
    },
    { label: t.go, submenu: [place(t.overview, '/'), place(t.pipelines, '/pipelines'), place(t.quality, '/quality'), place(t.audit, '/audit'), place(t.settings, '/settings')] },
    { label: t.window, submenu: [{ label: t.minimize, role: 'minimize' }, { label: t.close, role: 'close' }] },
    {
      label: t.help,
      role: 'help',
      submenu: [
        updates === 'policy' ? { label: t.updatesByPolicy, enabled: false } : { label: t.updates, type: 'checkbox', checked: updates === 'on', click: ({ checked }) => actions.updates(checked) },
        about,
      ],
    },
  ]
}

/** The tray: what runs now, each opens its page; bring the window back; quit. */
export function trayTemplate(t: Words, actions: Pick<MenuActions, 'go' | 'show' | 'quit'>, runs: readonly RunningRun[]): MenuItemConstructorOptions[] {
  return [
    { label: runs.length === 0 ? t.nothingRuns : t.runs(runs.length), enabled: false },
    ...runs.map(({ runId, title, environment }): MenuItemConstructorOptions => ({ label: `${title} · ${environment}`, click: () => actions.go(`/runs/${runId}`) })),
    { type: 'separator' },
    { label: t.show, click: () => actions.show() },
    { label: t.quit, click: () => actions.quit() },
  ]
}
