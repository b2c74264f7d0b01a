import { os } from '#core/api/context.ts'

export const dashboards = {
  list: os.dashboards.list.handler(async ({ input, context }) => [...(await context.regie.dashboards.list(input.environment))]),
  get: os.dashboards.get.handler(async ({ input, context }) => {
    const dashboard = await context.regie.dashboards.get(input.environment, input.dashboard)
    return { ...dashboard, charts: [...dashboard.charts], filters: dashboard.filters.map((filter) => ({ ...filter, values: [...filter.values] })) }
  }),
  query: os.dashboards.query.handler(async ({ input, context, signal }) => {
    const rows = await context.regie.dashboards.query(input.environment, input.dashboard, input.filters, signal)
    return Object.fromEntries(Object.entries(rows).map(([chart, found]) => [chart, found.map((row) => ({ ...row }))]))
  }),
}
