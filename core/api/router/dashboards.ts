import { os } from '#core/api/context.ts'
import type { Row } from '#core/dashboards/index.ts'

const plain = <T extends { readonly rows: readonly Row[] }>(page: T) => ({ ...page, rows: page.rows.map((row) => ({ ...row })) })
const charts = (rows: Readonly<Record<string, readonly Row[]>>) => Object.fromEntries(Object.entries(rows).map(([chart, found]) => [chart, found.map((row) => ({ ...row }))]))

export const dashboards = {
  list: os.dashboards.list.handler(({ context }) => context.regie.dashboards.list()),
  get: os.dashboards.get.handler(({ input, context }) => context.regie.dashboards.get(input.environment, input.dashboard)),
  query: os.dashboards.query.handler(async ({ input, context, signal }) => {
    const { rows, selected, before } = await context.regie.dashboards.query(input.environment, input.dashboard, input.selection, signal)
    return { rows: charts(rows), selected, before: before && { ...before, rows: charts(before.rows) } }
  }),
  page: os.dashboards.page.handler(async ({ input, context, signal }) => plain(await context.regie.dashboards.page(input.environment, input.dashboard, input.selection, input, signal))),
  row: os.dashboards.row.handler(async ({ input, context, signal }) => ({ ...(await context.regie.dashboards.row(input.environment, input.dashboard, input.id, signal)) })),
  values: os.dashboards.values.handler(({ input, context, signal }) => context.regie.dashboards.values(input.environment, input.dashboard, input.column, input.selection, input.text, signal)),
}

export const views = {
  list: os.views.list.handler(({ context }) => context.regie.views.list()),
  get: os.views.get.handler(({ input, context }) => context.regie.views.get(input.environment, input.view)),
  items: os.views.items.handler(async ({ input, context, signal }) => plain(await context.regie.views.items(input.environment, input.view, input.selection, input, signal))),
  item: os.views.item.handler(async ({ input, context, signal }) => ({ ...(await context.regie.views.item(input.environment, input.view, input.item, signal)) })),
  rows: os.views.rows.handler(async ({ input, context, signal }) => plain(await context.regie.views.rows(input.environment, input.view, input.item, input.selection, input, signal))),
  values: os.views.values.handler(({ input, context, signal }) => context.regie.views.values(input.environment, input.view, input.part, input.item, input.column, input.selection, input.text, signal)),
}
