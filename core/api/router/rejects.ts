import { os } from '#core/api/context.ts'

export const rejects = {
  list: os.rejects.list.handler(async ({ input, context }) => {
    const { runId, total, byReason, rows } = await context.regie.rejects.list(input)
    return { runId, total, byReason: { ...byReason }, rows: [...rows] }
  }),
}
