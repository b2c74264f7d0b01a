export { dashboardReader, type DashboardParts, type DashboardRows } from './dashboard-reader.ts'
export { viewReader, type ViewPart } from './view-reader.ts'
export type { Bounds, PageAsk, Row, Selection, Value } from './selection.ts'
