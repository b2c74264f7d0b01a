import '#renderer/theme/styles.ts'
import 'uplot/dist/uPlot.min.css'
import { MantineProvider } from '@mantine/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import { AllCommunityModule, createGrid, ModuleRegistry } from 'ag-grid-community'
import { useRef } from 'react'
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
import UPlot from 'uplot'
import { createFormat } from '#renderer/i18n/format.ts'
import { startLanguage } from '#renderer/i18n/index.ts'
import { theme, variables } from '#renderer/theme/theme.ts'
import { DataTable, type Column } from '#renderer/ui/data-table.tsx'
import { LogView } from '#renderer/ui/log-view.tsx'
import type { LogEntry } from '#renderer/ui/log/log-lines.ts'
import { drawLines, plotBox } from '#renderer/ui/plot/draw-lines.ts'
import { linesSpec } from '#renderer/ui/plot/lines-spec.ts'
import { paletteOf } from '#renderer/ui/plot/palette.ts'

/* What bench/ui/run.mjs measures inside the page. All three tables show the same rows, columns, height and text. */

ModuleRegistry.registerModules([AllCommunityModule])
await startLanguage(window)

interface Row {
  readonly id: number
  readonly product: string
  readonly rating: number
  readonly words: number
  readonly title: string
  readonly country: string
  readonly score: number
  readonly day: string
}

const ROW = 32
const rows = Array.from({ length: 111_185 }, (_, i): Row => ({ id: 96_001 + i, product: `B00${(i * 7919) % 42_858}`, rating: 1 + (i % 5), words: (i * 31) % 800, title: `Arrived on day ${i % 30}, as described`, country: ['FR', 'DE', 'BE', 'IT'][i % 4] ?? '', score: Math.round(((i * 7) % 10_000) / 100), day: `2026-11-${String(1 + (i % 28)).padStart(2, '0')}` }))
const NAMES = ['id', 'product', 'rating', 'words', 'title', 'country', 'score', 'day'] as const
const columns = NAMES.map((name): Column<Row> => ({ id: name, title: name, width: name === 'title' ? 'minmax(200px, 1fr)' : '110px', sortable: true, value: (row) => row[name] }))
const idOf = (row: Row): string => String(row.id)

const host = document.getElementById('root') as HTMLElement
let root = createRoot(host)
let destroy = (): void => undefined

/** Takes away what the last measure left. */
function clear(): void {
  destroy()
  destroy = () => undefined
  root.unmount()
  host.replaceChildren()
  root = createRoot(host)
}

const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve))
const Page = ({ children }: { children: React.ReactNode }): React.ReactElement => (
  <MantineProvider theme={theme} cssVariablesResolver={variables}>
    {children}
  </MantineProvider>
)

function TanstackTable(): React.ReactElement {
  const scroll = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroll.current, estimateSize: () => ROW, overscan: 6 })
  return (
    <div ref={scroll} className="peer" style={{ height: 640, overflow: 'auto' }}>
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const row = rows[index]
          return (
            <div key={key} className="dt-row peer-row" style={{ height: ROW, transform: `translateY(${start}px)`, '--dt-columns': columns.map(({ width }) => width).join(' ') }}>
              {row && NAMES.map((name) => <div key={name}>{row[name]}</div>)}
            </div>
          )
        })}
      </div>
    </div>
  )
}

/** ms from the call to the first frame behind the one that holds the rows. */
async function firstPaint(which: 'ours' | 'ag'): Promise<number> {
  clear()
  await frame()
  await frame()
  const from = performance.now()
  if (which === 'ours') {
    flushSync(() => root.render(<Page><DataTable label="bench" columns={columns} rows={rows} rowId={idOf} fileName="bench" /></Page>))
    while (document.querySelectorAll('.dt-row').length < 10) await frame()
  } else {
    const grid = createGrid(host, { rowData: rows, columnDefs: NAMES.map((name) => ({ field: name, sortable: true, ...(name === 'title' ? { flex: 1 } : { width: 110 }) })), rowHeight: ROW, getRowId: ({ data }) => String(data.id) })
    destroy = () => grid.destroy()
    while (document.querySelectorAll('.ag-row .ag-cell').length < 10) await frame()
  }
  await frame()
  return performance.now() - from
}

/** Scrolls whole windows each frame, and answers with the frames per second. */
async function fling(which: 'ours' | 'tanstack' | 'ag' | 'log', frames: number): Promise<number> {
  clear()
  if (which === 'ours') flushSync(() => root.render(<Page><DataTable label="bench" columns={columns} rows={rows} rowId={idOf} fileName="bench" /></Page>))
  else if (which === 'tanstack') flushSync(() => root.render(<TanstackTable />))
  else if (which === 'log') flushSync(() => root.render(<Page><LogView lines={lines} following={false} onFollow={() => undefined} empty="" /></Page>))
  else await firstPaint('ag')
  await frame()
  await frame()
  const scroll = document.querySelector<HTMLElement>(which === 'ours' ? '.dt-scroll' : which === 'log' ? '.log-box' : which === 'ag' ? '.ag-body-viewport' : '.peer')
  if (!scroll) throw new Error('nothing to scroll')
  const most = scroll.scrollHeight - scroll.clientHeight
  let at = 0
  for (let i = 0; i < 10; i++) await frame()
  const from = performance.now()
  for (let i = 0; i < frames; i++) {
    at = (at + 2571) % most
    scroll.scrollTop = at
    await frame()
  }
  return (frames * 1000) / (performance.now() - from)
}

const lines = Array.from({ length: 100_000 }, (_, i): LogEntry => ({ id: i, at: '2026-11-21T12:00:00.000Z', stepId: 'load', level: i % 41 === 0 ? 'warn' : 'info', message: `batch ${i} written, 1,000 rows, no duplicate` }))

function points(length: number): { x: Float64Array; y: Float64Array } {
  const x = new Float64Array(length)
  const y = new Float64Array(length)
  let state = 7
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    x[i] = i
    y[i] = 500 + Math.sin(i / (length / 20)) * 200 + (state / 2 ** 32) * 120
  }
  return { x, y }
}

const WIDTH = 1000
const HEIGHT = 400

/** ms from the data to pixels that can be read back. */
async function chart(which: 'ours' | 'uplot', length: number): Promise<number> {
  clear()
  const { x, y } = held.get(length) ?? points(length)
  held.set(length, { x, y })
  await frame()
  const from = performance.now()
  if (which === 'ours') {
    const canvas = document.createElement('canvas')
    canvas.width = WIDTH
    canvas.height = HEIGHT
    host.append(canvas)
    const context = canvas.getContext('2d')
    const f = createFormat('en')
    const spec = linesSpec({ x: 'number', show: String, lines: [{ name: 'y', x, y }] }, f, WIDTH, HEIGHT)
    if (!context || !spec) throw new Error('nothing to draw')
    const palette = paletteOf(host)
    drawLines(context, spec, plotBox(context, spec, WIDTH, HEIGHT, palette), palette)
    context.getImageData(0, 0, 1, 1)
  } else {
    const plot = new UPlot({ width: WIDTH, height: HEIGHT, scales: { x: { time: false } }, series: [{}, { stroke: '#000', width: 1.5 }] }, [x, y], host)
    // It draws in a microtask.
    await Promise.resolve()
    await Promise.resolve()
    plot.ctx.getImageData(0, 0, 1, 1)
    destroy = () => plot.destroy()
  }
  return performance.now() - from
}
const held = new Map<number, { x: Float64Array; y: Float64Array }>()

Object.assign(window, { bench: { firstPaint, fling, chart } })
