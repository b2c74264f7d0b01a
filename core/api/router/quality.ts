import { os } from '#core/api/context.ts'

export const quality = {
  board: os.quality.board.handler(({ input: { environment, pipeline, limit }, context }) => context.regie.quality.board(environment, pipeline, limit)),
}
