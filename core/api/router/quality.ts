import { os } from '#core/api/context.ts'

export const quality = {
  preview: os.quality.preview.handler(({ input, context, signal }) => context.regie.quality.preview({ ...input, signal })),
  board: os.quality.board.handler(({ input: { environment, pipeline, limit }, context }) => context.regie.quality.board(environment, pipeline, limit)),
}
